"""The seeded world: the same every time, in the promised proportions, and right by R-Series arithmetic.

The figures are recomputed here from the payloads alone, not with the world's own till.
"""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections import Counter, defaultdict
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lightspeed_prima.twins.world import ExpectedSale, World, build_world

Payload = dict[str, Any]
CENT = Decimal("0.01")
ZONES = {"1": ZoneInfo("Europe/Dublin"), "2": ZoneInfo("Europe/Amsterdam"), "3": ZoneInfo("Europe/Dublin")}
TROUBLE = {
    "unmapped_sku": ("SKU_UNMAPPED",),
    "refund_of_held": ("WAITING_FOR_ORIGINAL",),
    "unlinked_return": ("REFUND_UNLINKED",),
    "tax_off": ("TAX_MISMATCH",),
    "unmapped_tender": ("TENDER_UNMAPPED",),
    "tenders_short": ("OUT_OF_BALANCE",),
    "unreadable": ("BAD_PAYLOAD",),
}


@pytest.fixture(scope="module")
def world() -> World:
    return build_world()


def test_the_same_seed_gives_the_same_world_and_another_seed_another(world: World) -> None:
    assert build_world() == world
    assert build_world(seed=8).sales != world.sales


@pytest.mark.parametrize(("days", "sales_per_day"), [(1, 3), (2, 10), (3, 40), (14, 25)])
def test_a_world_of_any_size_has_an_answer_for_every_sale(days: int, sales_per_day: int) -> None:
    small = build_world(days=days, sales_per_day=sales_per_day)
    keys = [sale.sale_key for sale in small.answer_key.sales]
    assert keys == [f"shoes:{sale.sale_id}" for sale in small.sales]
    assert len(keys) >= days * sales_per_day


def test_the_week_has_about_forty_sales_a_day_in_each_of_three_shops(world: World) -> None:
    per_shop_day = Counter((s.shop_id, s.business_date) for s in world.answer_key.sales if s.business_date)
    assert len(per_shop_day) == 21
    assert min(per_shop_day.values()) >= 6
    assert 280 <= len(world.sales) <= 310
    days = {day for _, day in per_shop_day}
    assert (min(days), max(days)) == ("2026-11-02", "2026-11-08")


def test_every_kind_of_sale_happens(world: World) -> None:
    stories = Counter(sale.story for sale in world.answer_key.sales)
    for story in (
        *("plain", "multi_line", "line_discount", "sale_discount", "split_tender", "cash_with_change"),
        *("archived_tender", "zero_cash_rows", "known_customer", "misc_charge", "service", "service_by_sku"),
        *("gift_card_with_item", "gift_card_alone", "gift_card_redeemed", "gift_card_in_part"),
        *("zero_rated", "mixed_rates", "after_midnight", "parked", "never_completed"),
        *("voided_while_open", "voided_when_complete", "partial_refund", "full_refund"),
        *("refund_in_the_other_shop", "refund_of_two_sales"),
        *("exchange_up", "exchange_even", "exchange_down", "late", "late_refund"),
    ):
        assert stories[story] >= 1, story


def test_a_sale_adds_up_by_the_rules_of_r_series(world: World) -> None:
    for sale in _payloads(world, readable=True):
        lines = _lines(sale)
        subtotal = sum((Decimal(x["calcSubtotal"]) for x in lines), Decimal(0))
        discounts = [Decimal(x["calcLineDiscount"]) + Decimal(x["calcTransactionDiscount"]) for x in lines]
        tax = sum((Decimal(x["calcTax1"]) for x in lines), Decimal(0)).quantize(CENT, ROUND_HALF_UP)
        on_top = Decimal(0) if sale["isTaxInclusive"] == "true" else tax
        assert Decimal(sale["calcSubtotal"]) == subtotal
        assert Decimal(sale["calcDiscount"]) == sum(discounts, Decimal(0))
        assert Decimal(sale["calcTax1"]) == Decimal(sale["taxTotal"]) == tax
        assert Decimal(sale["calcTotal"]) == Decimal(sale["total"]) == subtotal - sum(discounts) + on_top
        assert all(discount == discount.quantize(CENT) for discount in discounts)


def test_line_taxes_stay_unrounded_and_follow_the_rate_except_where_the_key_says_so(world: World) -> None:
    off = []
    unrounded = 0
    for sale in _payloads(world):
        for line in _lines(sale):
            rate, net = Decimal(line["tax1Rate"]), Decimal(line["displayableSubtotal"])
            tax = net * rate / (1 + rate) if sale["isTaxInclusive"] == "true" else net * rate
            unrounded += Decimal(line["calcTax1"]) != Decimal(line["calcTax1"]).quantize(CENT)
            if abs(Decimal(line["calcTax1"]) - tax) > Decimal("0.000001"):
                off.append((f"shoes:{sale['saleID']}", Decimal(line["calcTax1"]) - tax))
    assert unrounded > 100
    mismatched = [s.sale_key for s in world.answer_key.sales if "TAX_MISMATCH" in s.exceptions]
    assert sorted(key for key, _ in off) == sorted(mismatched)
    assert all(difference.quantize(CENT) == Decimal("0.05") for _, difference in off)


def test_live_tenders_pay_every_completed_sale_except_where_the_key_says_so(world: World) -> None:
    unpaid = [
        f"shoes:{sale['saleID']}"
        for sale in _payloads(world)
        if sale["completed"] == "true" and Decimal(sale["total"]) != _paid(sale)
    ]
    assert unpaid == [s.sale_key for s in world.answer_key.sales if "OUT_OF_BALANCE" in s.exceptions]


def test_the_gross_of_the_key_is_what_the_customer_handed_over(world: World) -> None:
    expected = _by_key(world)
    for sale in _payloads(world):
        if sale["completed"] == "true" and "OUT_OF_BALANCE" not in expected[sale["saleID"]].exceptions:
            loaded = sum((Decimal(p["amount"]) for p in _tenders(sale) if _loads_a_gift_card(p)), Decimal(0))
            assert expected[sale["saleID"]].gross == _paid(sale) - loaded


def test_documents_come_to_the_gross_of_their_sale(world: World) -> None:
    for sale in world.answer_key.sales:
        signed = sum(
            (d.gross if d.document_type == "sales_order" else -d.gross for d in sale.documents), Decimal(0)
        )
        assert signed == (sale.gross if sale.disposition == "posted" else 0)
        assert all(d.gross >= 0 for d in sale.documents)


def test_each_trouble_raises_its_own_codes_and_holds_only_its_own_sale(world: World) -> None:
    for sale in world.answer_key.sales:
        assert sale.exceptions == TROUBLE.get(sale.story, ())
        if sale.story in TROUBLE:
            assert (sale.disposition, sale.documents) == ("held", ())
    assert set(TROUBLE) <= {sale.story for sale in world.answer_key.sales}


def test_only_the_unmapped_skus_and_tenders_of_the_key_are_missing_in_the_mappings(world: World) -> None:
    mapped = {row["lightspeed_sku"] for row in _csv(world, "skus.csv")}
    tenders = {row["payment_type_id"] for row in _csv(world, "tenders.csv")}
    items = {item["itemID"]: item for item in world.items}
    expected = _by_key(world)
    for sale in _payloads(world):
        sold = [items[line["itemID"]] for line in _lines(sale) if line["itemID"] != "0"]
        skus = {i["customSku"] or i["manufacturerSku"] for i in sold if i["itemType"] != "non_inventory"}
        codes = expected[sale["saleID"]].exceptions
        assert bool(skus - mapped) == ("SKU_UNMAPPED" in codes)
        used = {p["paymentTypeID"] for p in _tenders(sale)}
        assert bool(used - tenders) == ("TENDER_UNMAPPED" in codes)


def test_the_fixes_of_the_key_name_products_that_prima_has_in_stock(world: World) -> None:
    known = {",".join(product.key): product for product in world.prima_products}
    for row in world.answer_key.mapping_fixes["skus.csv"]:
        account, _, product = row.split(",", 2)
        assert account == "shoes"
        assert known[product].stocked


def test_every_mapped_product_is_in_prima_with_a_vat_code_that_has_a_rate(world: World) -> None:
    catalogue = world.prima_catalogue
    known = {product.key for product in catalogue.products}
    for file in ("skus.csv", "non_stock.csv"):
        for row in _csv(world, file):
            assert (row["product"], row["mtrx1"], row["mtrx2"], row["mtrx3"], row["mtrx4"]) in known
    codes = {code for product in catalogue.products for code in product.vat_code_by_depot.values()}
    assert codes <= set(catalogue.vat_rates)
    for row in _csv(world, "taxes.csv"):
        assert catalogue.vat_rates[row["vat_code"]] == Decimal(row["rate"])
    for row in _csv(world, "shops.csv"):
        assert catalogue.customers[row["prima_customer"]] == (row["vat_inclusive"] == "yes")
        assert row["depot"] in catalogue.depots


def test_returns_point_to_lines_sold_before_and_never_bring_back_more_than_was_sold(world: World) -> None:
    sold = {line["saleLineID"]: (sale, line) for sale in _payloads(world) for line in _lines(sale)}
    back: Counter[str] = Counter()
    unlinked = []
    for sale in _payloads(world):
        for line in _lines(sale):
            if int(line["unitQuantity"]) > 0:
                continue
            if line["parentSaleLineID"] == "0":
                unlinked.append(f"shoes:{sale['saleID']}")
                continue
            original, parent = sold[line["parentSaleLineID"]]
            assert original["completeTime"] < sale["createTime"]
            assert (parent["itemID"], parent["unitPrice"]) == (line["itemID"], line["unitPrice"])
            back[line["parentSaleLineID"]] -= int(line["unitQuantity"])
    assert unlinked == [s.sale_key for s in world.answer_key.sales if "REFUND_UNLINKED" in s.exceptions]
    assert all(units <= int(sold[line_id][1]["unitQuantity"]) for line_id, units in back.items())


def test_goods_brought_back_elsewhere_return_to_the_depot_that_took_them(world: World) -> None:
    expected = {sale.sale_key: sale for sale in world.answer_key.sales}
    elsewhere = [sale for sale in world.answer_key.sales if sale.story == "refund_in_the_other_shop"]
    for sale in elsewhere:
        (document,) = sale.documents
        original = expected[document.original_sale_key]
        assert original.shop_id != sale.shop_id
        assert document.depot == sale.depot != original.depot
        assert [move.quantity for move in document.stock] == [1]
    assert elsewhere


def test_a_refund_of_two_sales_becomes_two_credit_notes(world: World) -> None:
    for sale in world.answer_key.sales:
        if sale.story == "refund_of_two_sales":
            assert [d.document_type for d in sale.documents] == ["credit_note", "credit_note"]
            assert len({d.original_sale_key for d in sale.documents}) == 2


def test_the_trading_day_is_the_shops_own_and_not_always_the_day_in_utc(world: World) -> None:
    expected = _by_key(world)
    apart = 0
    for sale in _payloads(world):
        if "completeTime" in sale:
            moment = datetime.fromisoformat(sale["completeTime"])
            day = moment.astimezone(ZONES[sale["shopID"]]).date().isoformat()
            assert expected[sale["saleID"]].business_date == day
            apart += moment.astimezone(UTC).date().isoformat() != day
        else:
            assert expected[sale["saleID"]].business_date is None
    assert apart == Counter(s.story for s in world.answer_key.sales)["after_midnight"] > 0


def test_voids_keep_their_clock_and_their_money_and_have_a_row_of_their_own(world: World) -> None:
    voided = {s["saleID"]: s for s in _payloads(world) if s["voided"] == "true"}
    assert {row["saleID"] for row in world.sale_voids} == set(voided)
    for row in world.sale_voids:
        sale = voided[row["saleID"]]
        assert sale["timeStamp"] < row["createTime"]
        assert Decimal(sale["total"]) > 0
    assert {sale["completed"] for sale in voided.values()} == {"true", "false"}
    dispositions = {s.disposition for s in world.answer_key.sales if s.status != "completed"}
    assert dispositions == {"excluded"}


def test_late_sales_come_after_the_week_for_days_on_which_nothing_was_held(world: World) -> None:
    stages = {sale.sale_id: sale.stage for sale in world.sales}
    held_days = {(s.shop_id, s.business_date) for s in world.answer_key.sales if s.disposition == "held"}
    late = [s for s in world.answer_key.sales if s.is_late]
    assert len(late) == 4
    for sale in late:
        payload = next(s.payload for s in world.sales if f"shoes:{s.sale_id}" == sale.sale_key)
        assert stages[payload["saleID"]] == 2
        assert payload["updateTime"] > "2026-11-09"
        assert payload["completeTime"] < "2026-11-08"
        assert (sale.shop_id, sale.business_date) not in held_days
        assert sale.disposition == "posted"


def test_the_closing_stock_of_the_key_is_opening_less_sold_plus_brought_back(world: World) -> None:
    moved: defaultdict[tuple[str, ...], int] = defaultdict(int)
    skus = {row["lightspeed_sku"]: row for row in _csv(world, "skus.csv")}
    items = {item["itemID"]: item for item in world.items}
    depots = {row["shop_id"]: row["depot"] for row in _csv(world, "shops.csv")}
    expected = _by_key(world)
    for sale in _payloads(world):
        if expected[sale["saleID"]].disposition != "posted":
            continue
        for line in _lines(sale):
            item = items.get(line["itemID"])
            if item is not None and item["itemType"] != "non_inventory":
                row = skus[item["customSku"] or item["manufacturerSku"]]
                key = (depots[sale["shopID"]], *(row[k] for k in ("product", "mtrx1", "mtrx2")))
                moved[key] -= int(line["unitQuantity"])
    assert sum(1 for units in moved.values() if units) > 80
    for row in world.answer_key.stock:
        key = (row.depot, row.product, row.mtrx1, row.mtrx2)
        assert row.closing - row.opening == moved.pop(key, 0)
        assert row.closing >= 0
    assert not moved


def test_lightspeeds_opening_stock_agrees_with_primas(world: World) -> None:
    totals: Counter[str] = Counter()
    for row in world.item_shops:
        totals["all" if row["shopID"] == "0" else "shops"] += int(row["qoh"])
    prima = sum(units for product in world.prima_products for units in product.opening_stock.values())
    assert totals["all"] == totals["shops"] == prima


def test_every_scalar_of_a_payload_is_text_and_numbers_have_no_trailing_zeros(world: World) -> None:
    scalars = [value for sale in _payloads(world) for value in _scalars(sale)]
    assert all(isinstance(value, str) for value in scalars)
    decimals = [
        value for value in scalars if value.replace(".", "", 1).lstrip("-").isdigit() and "." in value
    ]
    assert decimals
    assert not [value for value in decimals if value.endswith("0")]


def test_the_unreadable_sale_is_broken_in_one_field_only(world: World) -> None:
    broken = [s for s in _payloads(world) if s["calcTotal"] == "n/a"]
    assert [f"shoes:{s['saleID']}" for s in broken] == [
        s.sale_key for s in world.answer_key.sales if "BAD_PAYLOAD" in s.exceptions
    ]
    assert all(_paid(sale) == Decimal(sale["total"]) for sale in broken)


def test_the_answer_key_can_be_written_as_json_with_a_summary(world: World) -> None:
    written = json.loads(json.dumps(world.answer_key.as_json()))
    assert written["summary"]["sales"] == len(world.sales) == sum(written["summary"]["dispositions"].values())
    assert {sale["sale_key"]: Decimal(sale["gross"]) for sale in written["sales"]} == {
        sale.sale_key: sale.gross for sale in world.answer_key.sales
    }


def test_the_configuration_parses_and_names_only_secrets_that_the_world_has(world: World) -> None:
    config = tomllib.loads(world.config_toml(lightspeed_port=4001, prima_port=4002))
    (account,) = config["lightspeed"]
    assert account["base_url"] == "http://127.0.0.1:4001"
    assert (account["account"], account["order_prefix"]) == (world.account, "701")
    assert account["start_from"] == "2026-11-02"
    assert "127.0.0.1:4002" in config["prima"]["endpoint"]
    assert {value for key, value in account.items() if key.endswith("_file")} == set(world.secrets)


def _payloads(world: World, *, readable: bool = False) -> list[Payload]:
    found = [sale.payload for sale in world.sales]
    return [sale for sale in found if sale["calcTotal"] != "n/a"] if readable else found


def _lines(sale: Payload) -> list[Payload]:
    return list(sale["SaleLines"]["SaleLine"])


def _tenders(sale: Payload) -> list[Payload]:
    tenders = (sale.get("SalePayments") or {}).get("SalePayment", [])
    return [tender for tender in tenders if tender["archived"] == "false"]


def _paid(sale: Payload) -> Decimal:
    return sum((Decimal(tender["amount"]) for tender in _tenders(sale)), Decimal(0))


def _loads_a_gift_card(tender: Payload) -> bool:
    return tender["paymentTypeID"] == "5" and Decimal(tender["amount"]) < 0


def _by_key(world: World) -> dict[str, ExpectedSale]:
    return {sale.sale_key.removeprefix("shoes:"): sale for sale in world.answer_key.sales}


def _csv(world: World, file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(world.mappings[file])))


def _scalars(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [scalar for inner in value.values() for scalar in _scalars(inner)]
    if isinstance(value, list):
        return [scalar for inner in value for scalar in _scalars(inner)]
    return [value]
