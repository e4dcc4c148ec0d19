"""Reference lists and inventory of the X-Series twin: tombstones on request, hidden types, odd paging."""

from __future__ import annotations

from typing import Any

import pytest

from lightspeed_prima.twins.x_world import XWorld
from lightspeed_prima_tests.twins.x_series.talk import Till, open_till


@pytest.mark.parametrize("name", ["products", "outlets", "registers", "outlet_taxes", "payment_types"])
@pytest.mark.parametrize("version", ["2.0", "2026-07"])
def test_reference_lists_page_by_version(shared_till: Till, name: str, version: str) -> None:
    rows = shared_till.walk(name, version, page_size=2)
    assert rows == shared_till.page(name, version, page_size=1000)["data"]
    assert [row["version"] for row in rows] == sorted({row["version"] for row in rows})


@pytest.mark.parametrize(
    ("name", "field", "tombstone"),
    [
        ("products", "sku", "CAP-25"),
        ("registers", "name", "Old Wharf Register"),
        ("payment_types", "name", "Cheque"),
    ],
)
def test_tombstones_are_listed_only_when_asked_for(
    shared_till: Till, name: str, field: str, tombstone: str
) -> None:
    assert tombstone not in {row[field] for row in shared_till.walk(name)}
    assert tombstone in {row[field] for row in shared_till.walk(name, deleted="true")}


def test_taxes_have_no_version_envelope(shared_till: Till) -> None:
    page = shared_till.page("taxes")
    assert set(page) == {"data"}
    assert {tax["name"] for tax in page["data"]} == {"GST", "No Tax"}
    retailer = shared_till.page("retailer")["data"]
    assert retailer["no_tax_group_id"] in {tax["id"] for tax in page["data"]}


def test_sale_lines_name_a_tax_and_totals_name_its_rate(shared_till: Till) -> None:
    taxes = shared_till.page("taxes", "2.0")["data"]
    rates = {rate["id"] for tax in taxes for rate in tax["rates"]}
    sale = shared_till.sale(shared_till.id_of("gift_card_sold"))
    assert {line["tax"]["id"] for line in sale["line_items"]} <= {tax["id"] for tax in taxes}
    assert {tax["id"] for tax in sale["taxes"]} <= rates


def test_internal_payment_types_pay_and_are_not_listed(shared_till: Till, world: XWorld) -> None:
    listed = {row["id"] for row in shared_till.walk("payment_types", deleted="true")}
    used = {p["type"]["config_id"] for sale in shared_till.walk("sales") for p in sale["payments"]}
    hidden = {row["id"] for row in world.payment_types if row["internal"]}
    assert used - listed == hidden


def test_a_product_can_be_sold_that_no_list_shows(shared_till: Till) -> None:
    listed = {row["id"] for row in shared_till.walk("products", deleted="true")}
    sold = {line["product"]["id"] for sale in shared_till.walk("sales") for line in sale["line_items"]}
    assert len(sold - listed) == 1


def test_a_sku_filter_makes_the_list_forget_everything_else(shared_till: Till) -> None:
    found = shared_till.page("products", sku="MUG-01", after=2**60)["data"]
    assert [product["sku"] for product in found] == ["MUG-01"]


def test_the_discount_product_of_the_retailer_is_in_the_catalogue(shared_till: Till) -> None:
    product_id = shared_till.page("retailer", "2.0")["data"]["discount_product_id"]
    product = shared_till.page(f"products/{product_id}")["data"]
    assert (product["sku"], product["has_inventory"]) == ("vend-discount", False)


def inventory(till: Till, **body: object) -> Any:
    answer = till.client.post("/api/2026-07/inventory", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_inventory_is_a_bare_array_newest_first_unless_told_otherwise(shared_till: Till) -> None:
    rows = inventory(shared_till)
    falling = [row["version"] for row in rows]
    assert falling == sorted(set(falling), reverse=True)
    assert inventory(shared_till, sort_direction="asc") == rows[::-1]


def test_inventory_is_walked_upwards_by_the_highest_version_of_each_page(shared_till: Till) -> None:
    rows: list[Any] = []
    while page := inventory(
        shared_till, sort_direction="asc", size=7, after=rows[-1]["version"] if rows else 0
    ):
        rows += page
    assert rows == inventory(shared_till, sort_direction="asc")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"size": 5001}, 400),
        ({"size": 0}, 400),
        ({"after": "1"}, 400),
        ({"sort_direction": "up"}, 400),
        ({"page_size": 10}, 422),
    ],
)
def test_inventory_refuses_what_it_does_not_understand(
    shared_till: Till, body: dict[str, object], status: int
) -> None:
    answer = shared_till.client.post("/api/2026-07/inventory", json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "message"}


def test_inventory_is_posted_in_new_versions_and_got_in_old_ones(shared_till: Till) -> None:
    assert shared_till.get("inventory").status_code == 405
    assert shared_till.client.post("/api/2026-07/inventory", content=b"{}").status_code == 400
    assert shared_till.walk("inventory", "2.0", page_size=9)


def test_a_level_below_zero_is_demand_in_new_versions(shared_till: Till) -> None:
    old = {row["id"]: row["inventory_level"] for row in shared_till.walk("inventory", "2.0")}
    new = {row["id"]: row for row in inventory(shared_till)}
    assert min(old.values()) < 0
    for row_id, level in old.items():
        assert new[row_id]["current_inventory_level"] == max(level, 0)
        assert new[row_id]["quantity_to_procure"] == max(-level, 0)


def test_levels_follow_what_was_sold_and_what_came_back(shared_till: Till, world: XWorld) -> None:
    opening = {(row["product_id"], row["outlet_id"]): row["level"] for row in world.inventory}
    parts = {p["id"]: p["composite_bom"] for p in world.products if p["is_composite"]}
    for sale in shared_till.walk("sales"):
        on_account = sale["state"] == "pending" and sale["attributes"] == ["onaccount"]
        if sale["deleted_at"] or not (sale["state"] == "closed" or on_account):
            continue
        for line in sale["line_items"]:
            for product_id in (line["product"]["id"], *parts.get(line["product"]["id"], {})):
                place = (product_id, sale["source"]["outlet_id"])
                if place in opening:
                    opening[place] -= int(line["quantity"])
    levels = {
        (row["product_id"], row["outlet_id"]): row["inventory_level"]
        for row in shared_till.walk("inventory", "2.0")
    }
    assert levels == opening


def test_a_row_that_a_new_sale_moves_goes_to_the_tail(world: XWorld) -> None:
    with open_till(world) as till:
        highest = inventory(till, size=1)[0]["version"]
        till.tell("stage", stage=world.last_stage)
        moved = inventory(till, sort_direction="asc", after=highest)
        assert 0 < len(moved) < len(inventory(till))
