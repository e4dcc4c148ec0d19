"""Every version of every sale arrives once, under its own number, whatever its status and day."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lightspeed_prima.lightspeed.ingest import IngestResult
from lightspeed_prima.lightspeed.x_series.shapes import shape_of
from lightspeed_prima.lightspeed.x_series.wire import first_problem
from lightspeed_prima_tests.lightspeed import loopback
from lightspeed_prima_tests.lightspeed.loopback import TurnedClock, answer, error
from lightspeed_prima_tests.lightspeed.x_series.x_till import (
    Asked,
    XTill,
    flat_sale,
    nested_line,
    nested_sale,
)

Ask = Callable[..., list[tuple[Any, ...]]]
Walk = Callable[..., IngestResult]

BIG = 31_648_428_000  # versions are beyond 32 bits


def stored(ask: Ask) -> list[tuple[Any, ...]]:
    return ask("select sale_id, version from raw.lightspeed_sales order by version")


def test_a_sale_is_stored_byte_for_byte_under_its_own_version(x_till: XTill, walk: Walk, ask: Ask) -> None:
    odd = '{"data":[%s],"version":{"min":1,"max":31648428023}}'
    sale = json.dumps(nested_sale(1, BIG + 23), indent=1).replace("12.13043", "12.130430")
    end = '{"data":[],"version":{"min":null,"max":null}}'
    x_till.refuses = lambda asked: (
        answer(odd % sale if asked.parameters["after"] == "0" else end)(None)  # type: ignore[arg-type]
        if asked.resource == "sales"
        else None
    )
    result = walk()

    assert (result.outcome, result.error) == ("ok", None)
    assert ask(
        "select account, series, sale_id, version, payload::varchar, epoch(source_updated_at)::bigint, problem "
        "from raw.lightspeed_sales"
    ) == [("nz", "X", "sale-1", BIG + 23, sale, 1793700000, None)]


def test_pages_are_followed_by_version_until_an_empty_one_however_short_they_are(
    x_till: XTill, walk: Walk, ask: Ask
) -> None:
    x_till.feeds["sales"] = [nested_sale(number, BIG + 7 * number) for number in range(1, 8)]
    x_till.page = 3  # the size that was asked for is not honoured
    walk()

    assert [asked.parameters for asked in x_till.asked("sales")] == [
        {"after": str(after), "page_size": "1000"} for after in (0, BIG + 21, BIG + 42, BIG + 49)
    ]
    assert stored(ask) == [(f"sale-{number}", BIG + 7 * number) for number in range(1, 8)]


def test_an_empty_page_with_null_versions_moves_no_cursor(x_till: XTill, walk: Walk, ask: Ask) -> None:
    x_till.feeds["sales"] = [nested_sale(1, 100)]
    walk()
    before = ask("select feed, cursor from raw.watermarks where feed like 'sales%' order by feed")
    x_till.feeds["sales"] = []
    result = walk("run-2")

    assert result.outcome == "ok"
    assert ask("select feed, cursor from raw.watermarks where feed like 'sales%' order by feed") == before
    assert "null" not in str(before).lower()


def test_a_sale_that_changes_during_the_walk_is_seen_twice_and_never_missed(
    x_till: XTill, walk: Walk, ask: Ask
) -> None:
    x_till.feeds["sales"] = [nested_sale(number, number) for number in range(1, 6)]
    x_till.page = 2

    def edit_once(asked: Asked) -> None:
        if asked.resource == "sales" and asked.parameters["after"] == "2":
            x_till.feeds["sales"][0] = nested_sale(1, 9, customer_id="c")
            x_till.feeds["sales"][4] = nested_sale(5, 8, customer_id="c")

    x_till.before = edit_once
    walk()

    assert stored(ask) == [
        ("sale-1", 1), ("sale-2", 2), ("sale-3", 3), ("sale-4", 4), ("sale-5", 8), ("sale-1", 9)
    ]  # fmt: skip


def test_the_same_version_again_is_stored_once_even_when_its_payload_has_a_new_key(
    x_till: XTill, walk: Walk, ask: Ask
) -> None:
    x_till.feeds["sales"] = [nested_sale(1, 5, day="2026-11-09")]
    walk()
    x_till.feeds["sales"] = [nested_sale(1, 5, day="2026-11-09", quantity_recognized=None)]
    again = walk("run-2")

    assert (again.sales_seen, again.versions_added) == (1, 0)
    assert stored(ask) == [("sale-1", 5)]


def test_a_version_with_the_same_payload_but_for_its_number_is_a_version(
    x_till: XTill, walk: Walk, ask: Ask
) -> None:
    x_till.feeds["sales"] = [nested_sale(1, 5)]
    walk()
    x_till.feeds["sales"] = [nested_sale(1, 6)]
    walk("run-2")

    assert stored(ask) == [("sale-1", 5), ("sale-1", 6)]


UNLIKE_A_SALE: dict[str, dict[str, Any]] = {
    "deleted and still closed": {"deleted_at": "2026-11-04T09:00:00Z"},
    "voided with its totals": {"state": "voided"},
    "an abandoned return: parked and negative": {
        "state": "parked",
        "totals": {"price": -12.13, "tax": -1.82},
        "payments": [],
    },
    "an unreferenced return that does not say so": {
        "line_items": [nested_line(1, quantity=-1.0)],
        "return": {"is_return": False},
    },
    "a sale without lines": {"line_items": [], "payments": []},
    "a state nobody knows": {"state": "quote", "attributes": ["moon"]},
    "an adjustment nobody knows": {"adjustments": [{"type": "NEW_KIND", "name": "?", "total": 1.5}]},
    "a fee": {"adjustments": [{"adjustment_type": "NON_CASH_FEE", "name": "Fee", "value": 1.5}]},
    "an exchange that nets to nothing": {"totals": {"price": 0, "tax": 0}},
    "a gift card, no tax": {
        "line_items": [nested_line(1, gift_card_number="GC1", tax={"id": None, "total": 0})]
    },
    "no outlet": {"source": {"outlet_id": None}},
}


@pytest.mark.parametrize("name", UNLIKE_A_SALE)
def test_what_looks_unlike_a_sale_reads_all_the_same(name: str) -> None:
    payload = nested_sale(1, 5, **UNLIKE_A_SALE[name])

    assert first_problem(json.dumps(payload), shape_of(payload)) is None


def test_what_looks_unlike_a_sale_is_landed_for_sql_to_judge(x_till: XTill, walk: Walk, ask: Ask) -> None:
    x_till.feeds["sales"] = [
        nested_sale(number, number, **changes)
        for number, changes in enumerate(UNLIKE_A_SALE.values(), start=1)
    ]
    result = walk()

    assert (result.outcome, result.bad_payloads) == ("ok", 0)
    assert stored(ask) == [(f"sale-{number}", number) for number in range(1, len(UNLIKE_A_SALE) + 1)]


def test_a_return_that_arrives_before_its_original_is_versioned_again_needs_no_second_look(
    x_till: XTill, walk: Walk, ask: Ask
) -> None:
    returned = {"is_return": True, "original_sale_id": "sale-1", "return_sale_ids": []}
    x_till.feeds["sales"] = [nested_sale(2, 20) | {"return": returned}, nested_sale(1, 23)]
    walk()

    assert stored(ask) == [("sale-2", 20), ("sale-1", 23)]


def test_a_late_offline_sale_and_a_layby_that_closes_weeks_later_come_by_version(
    x_till: XTill, walk: Walk, ask: Ask, clock: TurnedClock
) -> None:
    layby = nested_sale(1, 10, day="2026-10-01", state="pending", attributes=["layby"])
    x_till.feeds["sales"] = [layby, nested_sale(2, 11)]
    walk()
    clock.sleep(3600)
    closed = layby | {"state": "closed", "_metadata": {"version": 30}}
    x_till.feeds["sales"] = [nested_sale(2, 11), nested_sale(3, 29, day="2026-09-01"), closed]
    walk("run-2")

    assert ask(
        "select sale_id, version from raw.lightspeed_sales where run_id = 'run-2' order by version"
    ) == [
        ("sale-3", 29),
        ("sale-1", 30),
    ]


def test_history_before_the_first_trading_day_is_read_too_so_that_no_original_is_missing(
    x_till: XTill, walk: Walk, ask: Ask
) -> None:
    x_till.feeds["sales"] = [nested_sale(1, 5, day="2024-01-05")]
    walk()

    assert stored(ask) == [("sale-1", 5)]


def test_a_payload_that_does_not_read_is_stored_with_its_path_and_walked_past(
    x_till: XTill, walk: Walk, ask: Ask
) -> None:
    x_till.feeds["sales"] = [
        nested_sale(1, 1, totals={"price": "n/a", "tax": 0}),
        nested_sale(2, 2, line_items=[nested_line(2, pricing={"price": 1})]),
        nested_sale(3, 3, id=None),
        nested_sale(4, 4),
        flat_sale(5, 5, sale_date=None),
        nested_sale(6, 6, line_items=[nested_line(6, quantity=0.25)]),
    ]
    result = walk()
    rows = ask("select sale_id, version, problem_path from raw.lightspeed_sales order by version")

    assert (result.outcome, result.versions_added, result.bad_payloads) == ("ok", 6, 5)
    assert [row[1:] for row in rows] == [
        (1, "$.totals.price"),
        (2, "$.line_items[0].pricing.total"),
        (3, "$.id"),
        (4, None),
        (5, "$.sale_date"),
        (6, "$.line_items[0].quantity"),
    ]
    assert rows[2][0].startswith("unreadable-")


def test_a_walk_that_breaks_off_goes_on_behind_what_is_settled(x_till: XTill, walk: Walk, ask: Ask) -> None:
    x_till.feeds["sales"] = [nested_sale(number, number) for number in range(1, 10)]
    x_till.page = 3
    x_till.refuses = lambda asked: error(503) if asked.parameters.get("after") == "6" else None
    broken = walk()
    x_till.refuses = lambda _asked: None
    healed = walk("run-2")

    assert broken.error is not None
    assert (broken.outcome, broken.error.code, broken.versions_added) == ("failed", "UNREACHABLE", 6)
    assert broken.watermark == "6"
    assert (healed.outcome, healed.versions_added, healed.watermark) == ("ok", 3, "9")
    assert len(stored(ask)) == 9


@pytest.mark.parametrize("status", [400, 422, 500, 504])
def test_a_page_size_that_the_server_does_not_take_is_lowered(
    status: int, x_till: XTill, walk: Walk, ask: Ask
) -> None:
    x_till.feeds["sales"] = [nested_sale(1, 5)]
    x_till.refuses = lambda asked: error(status) if asked.parameters.get("page_size") == "1000" else None

    assert walk().outcome == "ok"
    assert stored(ask) == [("sale-1", 5)]
    assert {asked.parameters["page_size"] for asked in x_till.asked("sales")} == {"1000", "200"}


def test_accounts_of_both_series_share_the_tables_without_touching_each_other(
    till: loopback.Till, ingest: Walk, x_till: XTill, walk: Walk, ask: Ask
) -> None:
    till.lists["Sale"] = [loopback.sale(1)]
    x_till.feeds["sales"] = [nested_sale(1, 7, id="1")]
    ingest()
    walk()
    both = (ingest("run-2").versions_added, walk("run-2").versions_added)

    assert both == (0, 0)
    assert ask("select account, series, sale_id from raw.lightspeed_sales order by account") == [
        ("ie", "R", "1"),
        ("nz", "X", "1"),
    ]
    assert ask("select account, cursor from raw.watermarks where feed = 'sales' order by account") == [
        ("ie", "2026-11-03T10:00:00+00:00"),
        ("nz", "7"),
    ]
