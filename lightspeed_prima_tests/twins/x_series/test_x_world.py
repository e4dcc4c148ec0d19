"""The seeded X-Series world: the same every time, and right by X-Series arithmetic.

The figures are recomputed here from the payloads alone, not with the world's own till.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections import Counter, defaultdict
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lightspeed_prima.twins.x_world import ExpectedSale, XWorld, build_x_world

Payload = dict[str, Any]
CENT, FIVE_PLACES = Decimal("0.01"), Decimal("0.00001")
TROUBLE = {
    "unmapped_sku": ("SKU_UNMAPPED",),
    "unlisted_product": ("SKU_UNMAPPED",),
    "return_of_held": ("WAITING_FOR_ORIGINAL",),
    "unreferenced_return": ("REFUND_UNLINKED",),
    "tax_off": ("TAX_MISMATCH",),
    "unmapped_tender": ("TENDER_UNMAPPED",),
    "tenders_short": ("OUT_OF_BALANCE",),
    "unknown_adjustment": ("NON_STOCK_UNMAPPED",),
    "unreadable": ("BAD_PAYLOAD",),
}


@pytest.fixture(scope="module")
def final(world: XWorld) -> dict[str, Payload]:
    """Every sale in its last version."""
    return {sale.sale_id: sale.payload for sale in world.sales}


def expected_by_id(world: XWorld) -> dict[str, ExpectedSale]:
    return {sale.sale_key.partition(":")[2]: sale for sale in world.answer_key.sales}


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def lines_of(sale: Payload) -> list[Payload]:
    return list(sale["line_items"])


def total(values: Any) -> Decimal:
    return sum((Decimal(value) for value in values), Decimal(0))


def sound(final: dict[str, Payload]) -> list[Payload]:
    return [sale for sale in final.values() if sale["totals"]["price"] != "n/a"]


def test_the_same_seed_gives_the_same_world_and_another_seed_another(world: XWorld) -> None:
    assert build_x_world() == world
    assert build_x_world(seed=8).sales != world.sales


@pytest.mark.parametrize(("days", "sales_per_day"), [(1, 3), (2, 10), (10, 25)])
def test_a_world_of_any_size_has_an_answer_for_every_sale(days: int, sales_per_day: int) -> None:
    small = build_x_world(days=days, sales_per_day=sales_per_day)
    keys = [sale.sale_key for sale in small.answer_key.sales]
    assert len(keys) == len(set(keys)) >= days * sales_per_day
    assert set(keys) == {f"nz:{sale.sale_id}" for sale in small.sales}


def test_versions_only_go_up_with_gaps_wider_than_32_bits(world: XWorld) -> None:
    rows = (*world.outlets, *world.registers, *world.products, *world.payment_types, *world.inventory)
    versions = sorted([row["version"] for row in rows] + [sale.version for sale in world.sales])
    gaps = [later - earlier for earlier, later in pairwise(versions)]
    assert min(gaps) > 0
    assert max(gaps) > 2**31
    assert min(versions) > 2**32
    assert max(versions) < 2**53


def test_totals_are_rounded_sums_of_five_decimal_lines_and_adjustments(final: dict[str, Payload]) -> None:
    for sale in sound(final):
        lines, totals = lines_of(sale), sale["totals"]
        net = total(line["pricing"]["total"] for line in lines)
        net += total(adjustment["total"] for adjustment in sale["adjustments"])
        assert totals["price"] == cents(net)
        assert totals["tax"] == cents(total(line["tax"]["total"] for line in lines))
        assert totals["price_incl_tax"] == totals["price"] + totals["tax"]
        assert total(tax["tax"] for tax in sale["taxes"]) == totals["tax"]


def test_what_rounding_leaves_over_is_in_the_components_of_one_line(final: dict[str, Payload]) -> None:
    residuals = 0
    for sale in sound(final):
        if sale["state"] == "parked":
            continue
        lines = lines_of(sale)
        components = [total(c["total_tax"] for c in line["_metadata"]["tax_components"]) for line in lines]
        assert sum(components) == sale["totals"]["tax"]
        differing = [
            place for place, line in enumerate(lines) if components[place] != Decimal(line["tax"]["total"])
        ]
        assert len(differing) <= 1
        residuals += len(differing)
    assert residuals > len(final) // 2


def test_an_undiscounted_price_and_its_tax_come_to_the_label_price(
    world: XWorld, final: dict[str, Payload]
) -> None:
    labels = {p["id"]: Decimal(p["price_including_tax"]) for p in world.products}
    stories = {sale_id: sale.story for sale_id, sale in expected_by_id(world).items()}
    checked, off = 0, set()
    for sale in sound(final):
        for line in lines_of(sale):
            price, tax = Decimal(line["pricing"]["price"]), Decimal(line["tax"]["amount"])
            label = labels.get(line["product"]["id"])
            assert price == price.quantize(FIVE_PLACES)
            assert line["pricing"]["total"] == price * line["quantity"]
            if label and not line["pricing"]["discount"]:
                checked += 1
                if price + tax != label:
                    off.add(stories[sale["id"]])
    assert checked > 100
    assert off == {"tax_off"}


def test_half_cent_lines_cost_what_their_exact_sum_says(world: XWorld, final: dict[str, Payload]) -> None:
    sale_id = next(i for i, s in expected_by_id(world).items() if s.story == "half_cents")
    lines = lines_of(final[sale_id])
    assert {line["pricing"]["price"] + line["tax"]["amount"] for line in lines} == {Decimal("80.955")}
    assert final[sale_id]["totals"]["price_incl_tax"] == Decimal("161.91")


def test_tenders_come_to_the_total_but_for_coins_and_trouble(
    world: XWorld, final: dict[str, Payload]
) -> None:
    rounded = 0
    for sale_id, expected in expected_by_id(world).items():
        if expected.disposition != "posted":
            continue
        sale = final[sale_id]
        tendered = total(p["amount"] for p in sale["payments"] if p["deleted_at"] is None)
        difference = tendered - sale["totals"]["price_incl_tax"]
        assert difference == expected.rounding
        assert tendered == expected.gross
        if difference:
            rounded += 1
            assert abs(difference) <= Decimal("0.05")
            assert {p["type"]["name"] for p in sale["payments"]} == {"Cash"}
    assert rounded


def test_trading_days_are_those_of_the_outlets_own_clock(world: XWorld, final: dict[str, Payload]) -> None:
    zones = {outlet["id"]: ZoneInfo(outlet["time_zone"]) for outlet in world.outlets}
    assert len({zone.key for zone in zones.values()}) == 2
    shifted = 0
    for sale_id, expected in expected_by_id(world).items():
        sale = final[sale_id]
        moment = sale["date"] if expected.story != "layby" else sale["payments"][-1]["date"]
        local = datetime.fromisoformat(moment).astimezone(zones[sale["source"]["outlet_id"]])
        if expected.business_date is not None:
            assert expected.business_date == local.date().isoformat()
            shifted += expected.business_date != moment[:10]
    assert shifted > len(final) // 4


def test_each_kind_of_trouble_is_there_and_only_trouble_is_held(world: XWorld) -> None:
    held = {sale.story: sale.exceptions for sale in world.answer_key.sales if sale.disposition == "held"}
    assert held == TROUBLE
    assert all(sale.exceptions for sale in world.answer_key.sales if sale.story in TROUBLE)


def test_documents_of_a_sale_net_to_what_was_paid(world: XWorld) -> None:
    for sale in world.answer_key.sales:
        signed = total(d.gross if d.document_type == "sales_order" else -d.gross for d in sale.documents)
        assert signed == (sale.gross if sale.disposition == "posted" else 0)
        assert all(document.gross >= 0 for document in sale.documents)
        assert {d.depot for d in sale.documents} <= {sale.depot}


def test_an_exchange_has_two_documents_and_a_discount_line_is_no_return(world: XWorld) -> None:
    kinds = defaultdict(set)
    for sale in world.answer_key.sales:
        kinds[sale.story].add((sale.kind, tuple(d.document_type for d in sale.documents)))
    for story in ("exchange_up", "exchange_even", "exchange_down"):
        assert kinds[story] == {("exchange", ("credit_note", "sales_order"))}
    for story in ("sale_discount", "loyalty_reward", "cash_with_change"):
        assert kinds[story] == {("sale", ("sales_order",))}
    assert kinds["return_elsewhere"] == {("refund", ("credit_note",))}


def test_a_return_names_its_original_and_the_original_lists_it_in_a_later_version(
    world: XWorld, final: dict[str, Payload]
) -> None:
    versions = {sale.sale_id: sale.version for sale in world.sales}
    linked = 0
    for sale_id, sale in final.items():
        original = sale["return"]["original_sale_id"]
        if original and sale["state"] == "closed":
            assert sale_id in final[original]["return"]["return_sale_ids"]
            assert versions[original] > versions[sale_id]
            linked += 1
    assert linked > 10


def test_more_never_comes_back_than_was_sold(final: dict[str, Payload]) -> None:
    sold: Counter[tuple[str, str]] = Counter()
    for sale_id, sale in final.items():
        if sale["state"] == "closed":
            original = sale["return"]["original_sale_id"]
            for line in lines_of(sale):
                if line["quantity"] > 0:
                    sold[sale_id, line["product"]["id"]] += int(line["quantity"])
                elif original:
                    sold[original, line["product"]["id"]] += int(line["quantity"])
    assert min(sold.values()) >= 0


def test_what_is_not_trade_keeps_its_totals_and_is_excluded(world: XWorld, final: dict[str, Payload]) -> None:
    expected = expected_by_id(world)
    excluded = {sale.story for sale in expected.values() if sale.disposition == "excluded"}
    assert excluded == {
        *("layby_open", "on_account_open", "parked", "abandoned_return", "open", "voided"),
        *("deleted", "quote", "without_lines"),
    }
    by_story = {sale.story: final[sale_id] for sale_id, sale in expected.items()}
    assert by_story["voided"]["totals"]["price"] > 0
    assert by_story["voided"]["deleted_at"] is None
    assert (by_story["deleted"]["state"], by_story["deleted"]["deleted_at"] is None) == ("closed", False)
    assert by_story["abandoned_return"]["totals"]["price"] < 0
    assert by_story["without_lines"]["line_items"] == []


def test_unreferenced_returns_carry_no_flag_at_all(world: XWorld, final: dict[str, Payload]) -> None:
    for sale_id, expected in expected_by_id(world).items():
        if expected.story == "unreferenced_return":
            sale = final[sale_id]
            assert sale["return"] == {"is_return": False, "original_sale_id": None, "return_sale_ids": []}
            assert [line["return"]["is_return"] for line in lines_of(sale)] == [False]
            assert lines_of(sale)[0]["quantity"] < 0


def test_laybys_and_accounts_live_through_three_versions(world: XWorld) -> None:
    lives = defaultdict(list)
    for sale in world.sales:
        state = (sale.payload["state"], tuple(sale.payload["attributes"]), len(sale.payload["payments"]))
        lives[sale.sale_id].append((sale.stage, *state))
    by_story = {s.story: lives[i] for i, s in expected_by_id(world).items()}
    assert [(stage, state) for stage, state, _, _ in by_story["layby"]] == [
        (1, "pending"),
        (2, "pending"),
        (3, "closed"),
    ]
    assert [payments for *_, payments in by_story["layby"]] == [1, 2, 3]
    assert [(state, paid) for _, state, _, paid in by_story["on_account"]] == [
        ("pending", 0),
        ("pending", 1),
        ("closed", 2),
    ]


def test_late_sales_are_old_by_date_and_new_to_the_server(world: XWorld) -> None:
    late = [sale for sale in world.answer_key.sales if sale.is_late]
    assert len(late) == 2
    for expected in late:
        (version,) = [sale for sale in world.sales if f"nz:{sale.sale_id}" == expected.sale_key]
        assert version.stage == 2
        assert version.payload["date"] < version.payload["created_at"]
        assert expected.business_date is not None
        assert expected.business_date <= world.last_day.isoformat()


def test_mappings_cover_all_but_the_deliberate_gaps(world: XWorld) -> None:
    tables = {name: list(csv.DictReader(io.StringIO(text))) for name, text in world.mappings.items()}
    assert set(tables) == {
        *("shops.csv", "skus.csv", "non_stock.csv", "taxes.csv", "customers.csv", "tenders.csv")
    }
    assert {row["account"] for rows in tables.values() for row in rows} == {"nz"}
    assert {row["shop_id"] for row in tables["shops.csv"]} == {outlet["id"] for outlet in world.outlets}
    mapped = {row["lightspeed_sku"] for row in tables["skus.csv"]}
    stocked = {p["sku"] for p in world.products if p["has_inventory"]}
    assert stocked - mapped == {"NZKEP-S", "NZKEP-M"}
    prima = {product.key for product in world.prima_products}
    columns = ("product", "mtrx1", "mtrx2", "mtrx3", "mtrx4")
    for row in tables["skus.csv"] + tables["non_stock.csv"]:
        assert tuple(row[column] for column in columns) in prima


def test_every_variant_has_a_sku_of_its_own_and_the_parent_is_one_of_them(world: XWorld) -> None:
    skus = [product["sku"] for product in world.products]
    assert len(skus) == len(set(skus))
    parents = [product for product in world.products if product["has_variants"]]
    for parent in parents:
        family = [p for p in world.products if p["family_id"] == parent["family_id"]]
        assert len(family) == parent["variant_count"]
        assert {p["variant_parent_id"] for p in family} == {None, parent["id"]}
    sold = {line["product"]["id"] for sale in world.sales for line in sale.payload["line_items"]}
    assert {parent["id"] for parent in parents} & sold


def test_opening_stock_covers_the_week(world: XWorld) -> None:
    assert min(row.closing for row in world.answer_key.stock) >= 0
    assert any(row.closing != row.opening for row in world.answer_key.stock)


def test_the_configuration_block_names_its_secrets(world: XWorld) -> None:
    for auth, keys in (
        ("personal", {"personal_token_file"}),
        ("oauth", {"client_id_file", "client_secret_file", "refresh_token_file"}),
    ):
        block = tomllib.loads(world.config_block(8123, auth))["lightspeed"][0]  # type: ignore[arg-type]
        assert (block["account"], block["series"], block["order_prefix"]) == ("nz", "X", "702")
        assert block["base_url"] == "http://127.0.0.1:8123"
        files = {key: block[key] for key in block if key.endswith("_file")}
        assert set(files) == keys
        assert set(files.values()) <= set(world.secrets)
