"""The grant stays alive: durable rotation, one refresher, few attempts; and a clear end when it is dead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from lightspeed_prima.lightspeed.client import ApiClient
from lightspeed_prima.lightspeed.errors import AuthFailed, Unreachable
from lightspeed_prima.lightspeed.oauth import Grant, TokenKeeper
from lightspeed_prima.lightspeed.throttle import Throttle
from lightspeed_prima.lightspeed.token_store import TokenStore
from lightspeed_prima_tests.lightspeed.loopback import FIRST_TOKEN, Till, TurnedClock, error


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


@pytest.fixture
def keeper(till: Till, tmp_path: Path, clock: TurnedClock, http: httpx.Client) -> Callable[..., TokenKeeper]:
    def make(first_refresh_token: str = FIRST_TOKEN) -> TokenKeeper:
        grant = Grant("ie", f"{till.base_url}/token", "client", "secret", first_refresh_token)
        return TokenKeeper(grant, TokenStore(tmp_path, "ie"), http, clock, clock.now)

    return make


Keepers = Callable[..., TokenKeeper]


def test_a_refresh_is_form_encoded_and_asks_for_no_scope(till: Till, keeper: Keepers) -> None:
    keeper().access_token()

    assert till.token_requests == [
        {
            "grant_type": "refresh_token",
            "client_id": "client",
            "client_secret": "secret",
            "refresh_token": FIRST_TOKEN,
        }
    ]


def test_the_rotated_token_is_on_disk_before_the_new_access_token_is_first_used(
    till: Till, keeper: Keepers, tmp_path: Path, clock: TurnedClock, http: httpx.Client
) -> None:
    on_disk: list[str] = []

    def look(_request: Request) -> Response | None:
        stored = TokenStore(tmp_path, "ie").newest()
        on_disk.append(stored.refresh_token if stored else "nothing")
        return None

    till.faults.append(look)
    client = ApiClient(till.base_url, keeper(), http, Throttle(clock), clock)
    client.get(f"{till.base_url}/API/V3/Account.json", bytes)

    assert on_disk == ["refresh-1"]


def test_a_token_is_used_until_shortly_before_its_end_and_then_refreshed(
    till: Till, keeper: Keepers, clock: TurnedClock
) -> None:
    one = keeper()
    first = one.access_token()
    clock.sleep(3600 - 121)
    still_first = one.access_token()
    clock.sleep(2)
    second = one.access_token()

    assert still_first == first
    assert second != first
    assert [request["refresh_token"] for request in till.token_requests] == [FIRST_TOKEN, "refresh-1"]


def test_another_process_goes_on_with_the_stored_token(till: Till, keeper: Keepers) -> None:
    first = keeper().access_token()

    assert keeper().access_token() == first
    assert len(till.token_requests) == 1


def test_refreshers_at_the_same_moment_make_one_refresh(till: Till, keeper: Keepers) -> None:
    keepers = [keeper() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        tokens = set(pool.map(lambda one: one.access_token(), keepers))

    assert len(tokens) == 1
    assert len(till.token_requests) == 1


def test_after_a_401_the_token_a_peer_has_rotated_to_is_taken(till: Till, keeper: Keepers) -> None:
    one, peer = keeper(), keeper()
    stale = one.access_token()
    rotated = peer.renew(stale)

    assert one.renew(stale) == rotated
    assert len(till.token_requests) == 2


def test_a_crash_after_the_answer_and_before_the_disk_does_not_cost_the_grant(
    till: Till, keeper: Keepers, tmp_path: Path
) -> None:
    keeper().access_token()
    for slot in tmp_path.glob("ie.?.json"):
        slot.unlink()

    keeper().access_token()

    assert [request["refresh_token"] for request in till.token_requests] == [FIRST_TOKEN, FIRST_TOKEN]


def test_a_dead_grant_says_what_to_do(till: Till, keeper: Keepers) -> None:
    keeper().access_token()
    till.live_refresh_tokens = set()

    with pytest.raises(AuthFailed, match="no longer accepts the refresh tokens of account 'ie'") as failure:
        keeper().renew(till.live_access_token)

    assert failure.value.code == "AUTH_FAILED"
    assert "used-up one they grew from" in failure.value.what
    assert "authorise the app again" in failure.value.next_step
    assert "refresh_token_env" in failure.value.next_step


def test_a_new_first_token_wins_over_a_dead_stored_one(till: Till, keeper: Keepers) -> None:
    keeper().access_token()
    till.live_refresh_tokens = {"a new one"}
    renewed = keeper("a new one").renew(till.live_access_token)

    assert renewed == till.live_access_token
    assert [request["refresh_token"] for request in till.token_requests[1:]] == ["refresh-1", "a new one"]


def test_a_living_stored_token_is_used_although_the_first_one_was_changed(
    till: Till, keeper: Keepers
) -> None:
    keeper().access_token()
    keeper("a new one").renew(till.live_access_token)

    assert till.token_requests[1]["refresh_token"] == "refresh-1"
    assert len(till.token_requests) == 2


def test_an_unknown_oauth_client_is_named_as_such(till: Till, keeper: Keepers) -> None:
    till.token_faults.append(Response('{"error":"invalid_client"}', 401))

    with pytest.raises(AuthFailed, match="does not know the OAuth client") as failure:
        keeper().access_token()

    assert "client_id and client_secret" in failure.value.next_step


def test_no_more_than_five_attempts_a_minute_over_all_processes(keeper: Keepers, clock: TurnedClock) -> None:
    rejected = keeper().access_token()
    for _ in range(4):
        rejected = keeper().renew(rejected)
    before = clock.seconds
    keeper().renew(rejected)

    assert before < 60 <= clock.seconds


def test_trouble_at_the_token_endpoint_is_tried_again_with_the_same(till: Till, keeper: Keepers) -> None:
    till.token_faults.extend([error(503), Response("<html>busy</html>"), Response('{"access_tok')])
    keeper().access_token()

    assert {request["refresh_token"] for request in till.token_requests} == {FIRST_TOKEN}
    assert len(till.token_requests) == 4


def test_lasting_trouble_at_the_token_endpoint_is_unreachable_and_keeps_secrets_out(
    till: Till, keeper: Keepers
) -> None:
    till.token_faults.extend([error(503)] * 4)

    with pytest.raises(Unreachable, match="HTTP 503") as failure:
        keeper().access_token()

    assert "secret" not in failure.value.sentence()
    assert FIRST_TOKEN not in failure.value.sentence()
