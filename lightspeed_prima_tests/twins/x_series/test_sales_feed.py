"""The sales feed of the X-Series twin: a version cursor, two shapes, and nothing left out that was deleted."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from lightspeed_prima.twins.x_world import XWorld
from lightspeed_prima_tests.twins.x_series.talk import Clock, Till, open_till


def versions(sales: list[Any]) -> list[int]:
    return [sale["_metadata"]["version"] for sale in sales]


def test_walking_by_the_pages_own_maximum_gives_every_sale_once_in_order(
    shared_till: Till, world: XWorld
) -> None:
    sales = shared_till.walk("sales", page_size=17)
    assert versions(sales) == sorted(versions(sales))
    ids = [sale["id"] for sale in sales]
    assert len(ids) == len(set(ids))
    assert set(ids) == {sale.sale_id for sale in world.sales if sale.stage == 1}


def test_after_and_before_are_exclusive(shared_till: Till) -> None:
    first = shared_till.page("sales", page_size=5)["data"]
    asked = {"after": versions(first)[0], "before": versions(first)[3]}
    assert shared_till.page("sales", **asked)["data"] == first[1:3]


def test_a_page_never_holds_more_than_the_server_likes(world: XWorld) -> None:
    with open_till(world, page_cap=10) as till:
        assert len(till.page("sales", page_size=5000)["data"]) == 10
        assert len(till.walk("sales", page_size=5000)) > 100


def test_date_filters_and_unknown_parameters_are_ignored_without_a_word(shared_till: Till) -> None:
    plain = shared_till.page("sales", page_size=20)
    asked = {"date_from": "2030-01-01", "deleted": "false", "sort": "-date"}
    assert shared_till.page("sales", page_size=20, **asked) == plain


@pytest.mark.parametrize("wrong", ["-1", "abc", "1.5", str(2**64)])
def test_a_cursor_that_is_no_number_is_refused(shared_till: Till, wrong: str) -> None:
    assert shared_till.get("sales", after=wrong).status_code == 400


def test_deleted_sales_are_in_the_feed_and_still_closed(shared_till: Till) -> None:
    deleted = {sale["id"]: sale for sale in shared_till.walk("sales") if sale["deleted_at"]}
    assert set(deleted) == {shared_till.id_of("deleted")}
    assert {sale["state"] for sale in deleted.values()} == {"closed"}
    flat = {sale["id"]: sale for sale in shared_till.walk("sales", "2.0")}
    assert flat[shared_till.id_of("deleted")]["status"] == "CLOSED"


def test_numbers_are_written_with_five_decimals_at_most(shared_till: Till) -> None:
    text = shared_till.get("sales", page_size=1000).text
    assert '"price":34.69565' in text
    assert '"quantity":-1.0' in text
    numbers = re.findall(r'":(-?[0-9][^,}\]]*)', text)
    assert len(numbers) > 4000
    assert [number for number in numbers if not re.fullmatch(r"-?\d+(\.\d{1,5})?", number)] == []


def test_both_shapes_tell_the_same_sales(shared_till: Till) -> None:
    nested = {sale["id"]: sale for sale in shared_till.walk("sales")}
    flat = {sale["id"]: sale for sale in shared_till.walk("sales", "2.0")}
    assert set(nested) == set(flat)
    for sale_id, sale in nested.items():
        other = flat[sale_id]
        assert "_metadata" not in other
        assert other["version"] == sale["_metadata"]["version"]
        assert other["total_price"] == sale["totals"]["price"]
        assert other["return_for"] == sale["return"]["original_sale_id"]
        assert [p["retailer_payment_type_id"] for p in other["payments"]] == [
            p["type"]["config_id"] for p in sale["payments"]
        ]
        for line, flat_line in zip(sale["line_items"], other["line_items"], strict=True):
            assert flat_line["price_total"] == flat_line["total_price"] == line["pricing"]["total"]
            assert flat_line["quantity"] == line["quantity"]
    assert {sale["sale_date"][-6:] for sale in flat.values()} == {"+00:00"}
    assert {sale["date"][-1] for sale in nested.values()} == {"Z"}


def test_the_flat_shape_has_the_old_words_for_where_a_sale_is(shared_till: Till) -> None:
    flat = {sale["id"]: sale["status"] for sale in shared_till.walk("sales", "2.0")}
    told = {
        "layby": "LAYBY",
        "on_account": "ONACCOUNT",
        "pick_up": "AWAITING_PICKUP",
        "parked": "SAVED",
        "abandoned_return": "SAVED",
        "open": "OPEN",
        "voided": "VOIDED",
        "quote": "QUOTE",
        "plain": "CLOSED",
    }
    assert {story: flat[shared_till.id_of(story)] for story in told} == told


def test_a_fee_hides_behind_another_key_in_the_flat_shape(shared_till: Till) -> None:
    flat = {sale["id"]: sale["adjustments"] for sale in shared_till.walk("sales", "2.0")}
    fee, tip = flat[shared_till.id_of("non_cash_fee")][0], flat[shared_till.id_of("tip")][0]
    assert (fee["type"], fee["value"]) == ("NON_CASH_FEE", Decimal("1.5"))
    assert tip["adjustment_type"] == "TIP"


def test_a_parked_return_has_its_components_with_the_wrong_sign(shared_till: Till) -> None:
    line = shared_till.sale(shared_till.id_of("abandoned_return"))["line_items"][0]
    assert line["tax"]["total"] < 0
    assert line["_metadata"]["tax_components"][0]["total_tax"] > 0


def test_one_sale_can_be_asked_for_and_an_unknown_one_is_not_found(shared_till: Till) -> None:
    sale_id = shared_till.id_of("split_tender")
    assert shared_till.page(f"sales/{sale_id}")["data"] == shared_till.sale(sale_id)
    assert shared_till.get("sales/00000000-0a11-11ee-f5a1-06f2e29c25cb").status_code == 404


@pytest.mark.parametrize("version", ["2025-10", "2024-01", "2026-10"])
def test_a_dated_version_out_of_support_is_served_by_the_oldest_one(till: Till, version: str) -> None:
    assert till.page("sales", version, page_size=3) == till.page("sales", "2026-01", page_size=3)
    assert "total_price" in till.page("sales", version)["data"][0]
    assert till.stats()["served_by_oldest"] == 2


@pytest.mark.parametrize("version", ["3.0", "latest", "2026"])
def test_a_version_that_never_was_is_not_found(shared_till: Till, version: str) -> None:
    assert shared_till.get("sales", version).status_code == 404


def test_later_stages_come_above_everything_that_was_seen(world: XWorld) -> None:
    clock = Clock()
    with open_till(world, clock=clock) as till:
        seen = till.walk("sales", page_size=50)
        highest = max(versions(seen))
        put = till.tell("sales", **till.client.get(f"/_twin/sales/{till.id_of('plain')}").json())
        assert put["version"] > highest
        for stage in (2, 3):
            before = max(versions(till.walk("sales")))
            till.tell("stage", stage=stage)
            changed = till.page("sales", after=before)["data"]
            assert changed
            assert {sale["updated_at"] for sale in changed} == {"2026-11-18T11:06:40Z"}
        assert {sale["id"] for sale in till.walk("sales")} == {sale.sale_id for sale in world.sales}
        assert till.sale(till.id_of("layby"))["state"] == "closed"


def test_a_lower_version_becomes_visible_after_a_higher_one_when_it_was_withheld(till: Till) -> None:
    first, second = (till.sale(till.id_of(story)) for story in ("residual", "composite"))
    withheld = till.client.post(
        "/_twin/sales", json={"sale": _bare(till, first["id"]), "withhold": True}
    ).json()
    committed = till.tell("sales", **_bare(till, second["id"]))
    assert withheld["version"] < committed["version"]
    assert max(versions(till.walk("sales"))) == committed["version"]
    assert till.sale(first["id"]) == first
    assert till.tell("commit") == {"committed": 1}
    assert till.page("sales", after=committed["version"])["data"] == []
    assert till.sale(first["id"])["_metadata"]["version"] == withheld["version"]


def test_a_sale_can_be_hidden_and_comes_back_under_its_own_version(till: Till) -> None:
    sale = till.sale(till.id_of("service"))
    till.tell("hide", sale_ids=[sale["id"]])
    assert sale["id"] not in {row["id"] for row in till.walk("sales")}
    till.tell("commit")
    assert till.sale(sale["id"]) == sale


def test_a_sale_that_is_put_keeps_its_digits_and_moves_to_the_tail(till: Till) -> None:
    sale_id, odd = till.id_of("plain"), '"loyalty_amount":0.12345678901234567890'
    text = till.client.get(f"/_twin/sales/{sale_id}").text.replace('"loyalty_amount":0', odd, 1)
    version = till.client.post("/_twin/sales", content=text).json()["version"]
    assert versions(till.walk("sales"))[-1] == version
    assert odd in till.get(f"sales/{sale_id}").text


def test_a_flat_sale_is_not_taken(till: Till) -> None:
    flat = till.get("sales", "2.0", page_size=1).json()["data"][0]
    assert till.client.post("/_twin/sales", json=flat).status_code == 400


def _bare(till: Till, sale_id: str) -> dict[str, Any]:
    sale: dict[str, Any] = till.client.get(f"/_twin/sales/{sale_id}").json()
    return sale
