"""Lists are read to their real end, in the API's own addresses, whatever shape a page has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from starlette.responses import Response

from lightspeed_prima.lightspeed.client import ApiClient, RetryLimits
from lightspeed_prima.lightspeed.errors import ApiChanged, Unreachable
from lightspeed_prima.lightspeed.r_series.paging import ListQuery, read_list
from lightspeed_prima.lightspeed.throttle import Throttle
from lightspeed_prima_tests.lightspeed.loopback import (
    Seen,
    Till,
    TurnedClock,
    answer,
    error,
    minutes_past,
    sale,
)

SALES = ListQuery(
    "120645",
    "Sale",
    relations=("SaleLines", "SaleLines.Item"),
    clock=("updateTime", "updateTime", "updateTime"),
    since=datetime(2026, 11, 1, tzinfo=UTC),
)


class Always:
    """Credentials that never change."""

    def access_token(self) -> str:
        return "token"

    def renew(self, rejected: str) -> str:
        return rejected


@pytest.fixture
def client(till: Till, clock: TurnedClock) -> Iterator[ApiClient]:
    till.live_access_token = "token"
    limits = RetryLimits(failures=2)
    with httpx.Client(trust_env=False) as http:
        yield ApiClient(till.base_url, Always(), http, Throttle(clock), clock, limits)


def read_ids(client: ApiClient, query: ListQuery = SALES, id_field: str = "saleID") -> list[str]:
    return [received.fields[id_field] for page in read_list(client, query) for received in page]


def test_operators_and_the_plus_of_a_time_are_encoded(till: Till, client: ApiClient) -> None:
    read_ids(client)

    assert till.seen[0].query == (
        "sort=updateTime&updateTime=%3E%3D%2C2026-11-01T00%3A00%3A00%2B00%3A00"
        "&load_relations=%5B%22SaleLines%22%2C%22SaleLines.Item%22%5D&limit=100"
    )


@pytest.mark.parametrize("count", [0, 1, 2, 100, 101, 200, 201])
def test_every_object_is_read_once_at_any_length(count: int, till: Till, client: ApiClient) -> None:
    till.lists["Sale"] = [sale(number, minutes_past(number)) for number in range(1, count + 1)]

    assert read_ids(client) == [str(number) for number in range(1, count + 1)]


def test_next_is_followed_exactly_as_it_came(till: Till, client: ApiClient) -> None:
    opaque = "after=WyIyMDI2LTExLTAzVDEwOjAwOjAwKzAwOjAwIiw1NDRd&sort=updateTime&x=%3E%3d,a+b%20c&empty="
    till.faults.append(
        answer(f'{{"@attributes":{{"next":"{till.base_url}/API/V3/Account/120645/Sale.json?{opaque}"}}}}')
    )
    till.faults.append(answer('{"@attributes":{"next":""}}'))
    read_ids(client)

    assert till.seen[1].query == opaque


def test_a_short_or_empty_page_is_not_the_end(till: Till, client: ApiClient) -> None:
    further = f"{till.base_url}/API/V3/Account/120645/Sale.json?after="
    till.faults.append(answer(f'{{"@attributes":{{"next":"{further}1"}},"Sale":{{"saleID":"1"}}}}'))
    till.faults.append(answer(f'{{"@attributes":{{"next":"{further}2"}}}}'))
    till.faults.append(answer('{"@attributes":{"next":""},"Sale":[{"saleID":"2"}]}'))

    assert read_ids(client) == ["1", "2"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"@attributes":{"next":""}}', id="key absent"),
        pytest.param('{"@attributes":{"next":""},"Sale":""}', id="empty string"),
        pytest.param('{"@attributes":{"next":""},"Sale":[]}', id="empty list"),
    ],
)
def test_a_list_without_rows_comes_in_several_forms(body: str, till: Till, client: ApiClient) -> None:
    till.faults.append(answer(body))

    assert read_ids(client) == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"Sale":[]}', id="no envelope"),
        pytest.param('{"@attributes":{"count":"3"},"Sale":[]}', id="no next: the end cannot be told"),
        pytest.param('{"@attributes":{"next":""},"Sale":"many"}', id="sales as a word"),
        pytest.param('[{"saleID":"1"}]', id="a bare list"),
    ],
)
def test_another_shape_stops_the_walk(body: str, till: Till, client: ApiClient) -> None:
    till.faults.extend([answer(body)] * 2)

    with pytest.raises(ApiChanged):
        read_ids(client)


def test_pages_that_lead_in_a_circle_stop_the_walk(till: Till, client: ApiClient) -> None:
    page = f'{{"@attributes":{{"next":"{till.base_url}/API/V3/Account/120645/Sale.json?after=1"}}}}'
    till.faults.extend([answer(page)] * 2)

    with pytest.raises(ApiChanged, match="lead back to one already read"):
        read_ids(client)


def test_next_on_another_host_is_not_followed(till: Till, client: ApiClient) -> None:
    till.faults.append(answer('{"@attributes":{"next":"https://elsewhere.example/Sale.json"}}'))

    with pytest.raises(ApiChanged, match="another host"):
        read_ids(client)


def test_an_object_is_kept_byte_for_byte(till: Till, client: ApiClient) -> None:
    text = '{"saleID" :"1",  "note":"caf\\u00e9 \\/ €","calcTotal":"1.50"}'
    till.faults.append(answer('{"@attributes":{"next":""},"Sale": [ ' + text + " ]}"))

    pages = list(read_list(client, SALES))

    assert [received.text for received in pages[0]] == [text]


def test_a_page_too_heavy_for_the_server_is_asked_for_in_smaller_ones(till: Till, client: ApiClient) -> None:
    till.lists["Sale"] = [sale(number, minutes_past(number)) for number in range(1, 202)]

    def heavy(seen: Seen) -> Response | None:
        return error(500) if int(seen.parameters["limit"]) > 20 and "after" in seen.parameters else None

    till.refuses = heavy
    ids = read_ids(client)

    assert list(dict.fromkeys(ids)) == [str(number) for number in range(1, 202)]
    restarted = [seen for seen in till.seen if "after" not in seen.parameters]
    assert [seen.parameters["limit"] for seen in restarted] == ["100", "50", "20"]
    # Goes on from what was read, not from the beginning.
    assert restarted[1].parameters["updateTime"] == f">=,{minutes_past(100)}"


def test_a_server_that_fails_on_the_smallest_page_is_unreachable(till: Till, client: ApiClient) -> None:
    till.refuses = lambda _seen: error(500)

    with pytest.raises(Unreachable, match="HTTP 500"):
        read_ids(client)

    assert [seen.parameters["limit"] for seen in till.seen] == [
        size for size in ("100", "50", "20", "5") for _ in range(2)
    ]


def test_maintenance_is_not_made_worse_by_smaller_pages(till: Till, client: ApiClient) -> None:
    till.refuses = lambda _seen: error(503)

    with pytest.raises(Unreachable):
        read_ids(client)

    assert {seen.parameters["limit"] for seen in till.seen} == {"100"}
