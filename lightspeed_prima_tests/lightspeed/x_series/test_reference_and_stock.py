"""Reference data arrives with its tombstones, stock as levels; customers are left alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lightspeed_prima.lightspeed.ingest import IngestResult
from lightspeed_prima_tests.lightspeed.loopback import TurnedClock
from lightspeed_prima_tests.lightspeed.x_series.x_till import OUTLET, XTill, inventory, nested_sale

Ask = Callable[..., list[tuple[Any, ...]]]
Walk = Callable[..., IngestResult]


def fill(till: XTill) -> None:
    till.taxes = [{"id": "tax-1", "rates": [{"id": "rate-1", "rate": 0.15}], "version": 4}]
    till.feeds |= {
        "outlets": [{"id": OUTLET, "time_zone": "Pacific/Auckland", "version": 1}],
        "registers": [{"id": "register-1", "outlet_id": OUTLET, "version": 2}],
        "outlet_taxes": [{"outlet_id": OUTLET, "product_id": "product-1", "tax_id": "tax-1", "version": 5}],
        "payment_types": [{"id": "cash-config", "type_id": 1, "deleted_at": None, "version": 6}],
        "products": [
            {"id": "product-1", "sku": "TEE-S", "has_variants": True, "version": 7},
            {"id": "product-2", "sku": "TEE-M", "variant_parent_id": "product-1", "version": 8},
            {"id": "product-3", "sku": "OLD", "deleted_at": "2026-10-01T00:00:00Z", "version": 9},
        ],
    }


def test_all_reference_feeds_are_landed_the_parent_variant_and_tombstones_among_them(
    x_till: XTill, walk: Walk, ask: Ask
) -> None:
    fill(x_till)
    result = walk()

    assert (result.outcome, result.reference_rows) == ("ok", 9)
    assert ask("select series, entity, entity_id from raw.lightspeed_reference order by ingest_seq") == [
        ("X", "retailer", "retailer-1"),
        ("X", "tax", "tax-1"),
        ("X", "outlet", OUTLET),
        ("X", "register", "register-1"),
        ("X", "outlet_tax", f"{OUTLET}:product-1"),
        ("X", "payment_type", "cash-config"),
        ("X", "product", "product-1"),
        ("X", "product", "product-2"),
        ("X", "product", "product-3"),
    ]
    assert {asked.parameters["deleted"] for asked in x_till.asked("products")} == {"true"}


def test_customers_are_not_asked_for(x_till: XTill, walk: Walk) -> None:
    walk()

    assert {asked.resource for asked in x_till.seen} == {
        "retailer", "taxes", "outlets", "registers", "outlet_taxes", "payment_types", "products", "sales",
        "inventory",
    }  # fmt: skip


def test_a_product_that_changes_or_is_deleted_gets_a_further_row_and_the_rest_none(
    x_till: XTill, walk: Walk, ask: Ask, clock: TurnedClock
) -> None:
    fill(x_till)
    walk()
    clock.sleep(3600)
    x_till.feeds["products"][1] = {"id": "product-2", "sku": "TEE-M2", "version": 20}
    x_till.feeds["products"][0] |= {"deleted_at": "2026-11-09T00:00:00Z", "version": 21}
    second = walk("run-2")

    assert second.reference_rows == 2
    assert ask(
        "select entity_id, payload ->> 'sku', payload ->> 'deleted_at' is not null "
        "from raw.lightspeed_reference where run_id = 'run-2' order by ingest_seq"
    ) == [("product-2", "TEE-M2", False), ("product-1", "TEE-S", True)]


def test_reference_and_stock_go_on_from_their_versions(x_till: XTill, walk: Walk, clock: TurnedClock) -> None:
    fill(x_till)
    x_till.feeds["inventory"] = [inventory(1, 30, 7)]
    for run in ("run-1", "run-2", "run-3"):
        walk(run)
        clock.sleep(900)

    last = {asked.resource: asked.parameters.get("after") for asked in x_till.seen}
    assert last["products"] == "9"
    assert last["inventory"] == 30
    assert len(x_till.asked("inventory")) == 5  # twice with rows, each with its end, then the end alone


def test_levels_are_read_from_the_oldest_version_on_although_the_default_is_the_newest(
    x_till: XTill, walk: Walk, ask: Ask
) -> None:
    x_till.feeds["inventory"] = [inventory(number, 100 + number, number) for number in range(1, 8)]
    x_till.page = 3
    walk()

    asked = x_till.asked("inventory")
    assert {one.method for one in asked} == {"POST"}
    assert asked[0].headers["content-type"] == "application/json"
    assert asked[0].parameters == {
        "after": 0,
        "size": 5000,
        "sort_direction": "asc",
        "include_deleted": True,
    }
    assert [one.parameters["after"] for one in asked] == [0, 103, 106, 107]
    assert ask("select shop_id, item_id, on_hand from raw.lightspeed_stock order by item_id") == [
        (OUTLET, f"product-{number}", number) for number in range(1, 8)
    ]


def test_a_server_that_lists_levels_newest_first_anyway_is_noticed(x_till: XTill, walk: Walk) -> None:
    x_till.feeds["inventory"] = [inventory(1, 101, 1), inventory(2, 102, 2)]
    x_till.before = lambda asked: (
        asked.parameters.update(sort_direction="desc") if asked.resource == "inventory" else None
    )
    result = walk()

    assert result.error is not None
    assert result.error.code == "API_CHANGED"
    assert "not in the order of its versions" in result.error.what


def test_demand_is_no_level_and_a_deleted_row_has_nothing_on_hand(
    x_till: XTill, walk: Walk, ask: Ask, clock: TurnedClock
) -> None:
    x_till.feeds["inventory"] = [
        inventory(1, 1, 0, quantity_to_procure=2),
        inventory(2, 2, -3),
        inventory(3, 3, 5),
        inventory(4, 4, 2.75),
    ]
    walk()
    clock.sleep(900)
    x_till.feeds["inventory"][2] = inventory(3, 9, 5, deleted_at="2026-11-09T00:00:00Z")
    walk("run-2")

    assert ask("select item_id, on_hand from raw.lightspeed_stock order by item_id") == [
        ("product-1", 0),
        ("product-2", -3),
        ("product-3", 0),
        ("product-4", 2),
    ]


@pytest.mark.parametrize("level", ["many", None, 1e30])
def test_a_level_that_does_not_read_fails_the_walk_after_the_sales(
    level: Any, x_till: XTill, walk: Walk, ask: Ask
) -> None:
    x_till.feeds["sales"] = [nested_sale(1, 1)]
    x_till.feeds["inventory"] = [inventory(1, 1, level)]
    result = walk()

    assert result.error is not None
    assert (result.error.code, result.versions_added) == ("API_CHANGED", 1)
    assert "inventory-1" in result.error.what
    assert ask("select count(*) from raw.lightspeed_stock") == [(0,)]
