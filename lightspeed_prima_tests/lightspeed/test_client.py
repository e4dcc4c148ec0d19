"""One address is asked as often as it is worth, and never read by halves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from lightspeed_prima.lightspeed.client import ApiClient, Garbled, RetryLimits
from lightspeed_prima.lightspeed.errors import ApiChanged, AuthFailed, RequestRefused, Unreachable
from lightspeed_prima.lightspeed.throttle import Throttle
from lightspeed_prima.twins.http_server import RESET, way_out
from lightspeed_prima_tests.lightspeed.loopback import Till, TurnedClock, answer, error

Fault = Callable[[Request], Response | None]


class Rotating:
    """Credentials that hand out what the till takes after a renewal."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.current = "stale"
        self.rejected: list[str] = []

    def access_token(self) -> str:
        return self.current

    def renew(self, rejected: str) -> str:
        self.rejected.append(rejected)
        self.till.live_access_token = self.current = "fresh"
        return self.current


@pytest.fixture
def credentials(till: Till) -> Rotating:
    return Rotating(till)


@pytest.fixture
def client(till: Till, clock: TurnedClock, credentials: Rotating) -> Iterator[ApiClient]:
    till.live_access_token = "stale"
    limits = RetryLimits(failures=3, throttled=4)
    with httpx.Client(trust_env=False) as http:
        yield ApiClient(till.base_url, credentials, http, Throttle(clock), clock, limits)


def whole(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError as problem:
        raise Garbled(str(problem)) from problem


def get(client: ApiClient) -> object:
    return client.get(f"{client.base_url}/API/V3/Account/120645/Shop.json?limit=100", whole)


def reset(request: Request) -> Response | None:
    way_out(request.scope, RESET)()
    return Response("never seen")


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(answer('{"@attributes": {"ne'), id="truncated body"),
        pytest.param(answer("<html>Just a moment...</html>"), id="an HTML page with status 200"),
        pytest.param(answer("oops", 500), id="500"),
        pytest.param(answer("<html>bad gateway</html>", 502), id="502"),
        pytest.param(answer("{}", 503), id="503"),
        pytest.param(answer("not data", 429, Retry_After="3"), id="429"),
        pytest.param(reset, id="connection reset"),
    ],
)
def test_what_may_pass_is_tried_again(
    fault: Fault, till: Till, client: ApiClient, clock: TurnedClock
) -> None:
    till.faults.append(fault)

    assert get(client) == {"@attributes": {"next": "", "previous": ""}}
    assert client.requests == 2
    assert clock.seconds > 0


@pytest.mark.parametrize(
    ("fault", "error_type", "words"),
    [
        pytest.param(answer("{"), ApiChanged, "not what was asked for", id="truncated"),
        pytest.param(answer("<html>"), ApiChanged, "not what was asked for", id="HTML"),
        pytest.param(answer("", 504), Unreachable, "HTTP 504", id="504"),
        pytest.param(answer("", 429), Unreachable, "too many", id="429"),
        pytest.param(reset, Unreachable, "no whole answer", id="reset"),
    ],
)
def test_what_lasts_ends_with_the_address_and_without_its_query(
    fault: Fault, error_type: type[Exception], words: str, till: Till, client: ApiClient
) -> None:
    till.faults.extend([fault] * 9)

    with pytest.raises(error_type, match=words) as failure:
        get(client)

    assert f"{till.base_url}/API/V3/Account/120645/Shop.json" in str(failure.value)
    assert "limit=100" not in str(failure.value)
    assert "stale" not in str(failure.value)
    assert client.requests in (3, 4)


def test_a_429_waits_as_long_as_it_was_told(till: Till, client: ApiClient, clock: TurnedClock) -> None:
    till.faults.append(answer("", 429, Retry_After="7"))
    get(client)

    assert clock.slept == [7]


def test_a_401_forces_one_refresh(till: Till, client: ApiClient, credentials: Rotating) -> None:
    till.live_access_token = "fresh"
    get(client)

    assert credentials.rejected == ["stale"]
    assert [seen.token for seen in till.seen] == ["stale", "fresh"]


def test_a_second_401_is_for_a_person(till: Till, client: ApiClient) -> None:
    till.faults.extend([answer('{"error":"access_denied","hint":"revoked"}', 401)] * 2)

    with pytest.raises(AuthFailed, match="revoked") as failure:
        get(client)

    assert "authorise again" in failure.value.next_step


def test_a_missing_scope_is_for_a_person(till: Till, client: ApiClient) -> None:
    till.faults.append(answer('{"message":"Forbidden"}', 403))

    with pytest.raises(AuthFailed, match="lacks the right") as failure:
        get(client)

    assert "scopes" in failure.value.next_step


def test_a_refused_request_carries_the_servers_words(till: Till, client: ApiClient) -> None:
    till.faults.append(lambda _request: error(400, "Unknown sort field"))

    with pytest.raises(RequestRefused, match="Unknown sort field") as failure:
        get(client)

    assert failure.value.status == 400
    assert failure.value.code == "API_CHANGED"


def test_the_token_goes_to_no_other_host(client: ApiClient) -> None:
    with pytest.raises(ApiChanged, match="another host"):
        client.get("http://127.0.0.1:9/API/V3/Account.json", whole)

    assert client.requests == 0


def test_a_bucket_that_is_nearly_full_delays_the_next_request(
    till: Till, client: ApiClient, clock: TurnedClock
) -> None:
    till.headers = {"X-LS-Api-Bucket-Level": "90/90", "X-LS-Api-Drip-Rate": "1", "X-LS-Api-Request-Cost": "2"}
    get(client)
    unhurried = clock.seconds
    get(client)

    assert unhurried == 0
    assert clock.seconds == pytest.approx(2)
