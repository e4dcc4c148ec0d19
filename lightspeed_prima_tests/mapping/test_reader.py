"""Mapping files are read whole, and everything wrong with them is named with file and line.

What does not belong here: the warehouse (test_load.py).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lightspeed_prima.mapping import MappingError, read_mappings
from lightspeed_prima_tests.mapping.folder import MappingFolder


@pytest.fixture
def folder(tmp_path: Path) -> MappingFolder:
    return MappingFolder(tmp_path)


def test_rows_without_dates_are_always_in_effect(folder: MappingFolder) -> None:
    shop = read_mappings(folder.path).shops[0]

    assert (shop.effective_from, shop.effective_to) == (date(1, 1, 1), date(9999, 12, 31))
    assert (shop.depot, shop.prima_customer, shop.vat_inclusive) == ("DUB", "0000700001", True)
    assert (shop.posting_profile, shop.stock_source, shop.line_no) == ("transaction", "none", 2)


def test_optional_columns_dates_and_comments_are_read(folder: MappingFolder) -> None:
    folder.write(
        "shops.csv",
        "comment,effective_to,effective_from,account,shop_id,depot,prima_customer,vat_inclusive,posting_profile,stock_source",
        '"moved, then closed",2026-11-30,2026-11-01,ie,1,DUB,C1,NO,daily,depot',
    )

    shop = read_mappings(folder.path).shops[0]

    assert (shop.effective_from, shop.effective_to) == (date(2026, 11, 1), date(2026, 11, 30))
    assert (shop.vat_inclusive, shop.posting_profile, shop.stock_source) == (False, "daily", "depot")
    assert shop.shop_name == ""


def test_rates_are_exact_fractions(folder: MappingFolder) -> None:
    assert [row.rate for row in read_mappings(folder.path).taxes] == [Decimal("0.23"), Decimal(0)]


def test_without_customers_every_sale_uses_the_account_of_its_shop(folder: MappingFolder) -> None:
    (folder.path / "customers.csv").unlink()

    assert read_mappings(folder.path).customers == ()


def test_a_byte_order_mark_windows_line_ends_and_empty_rows_do_no_harm(folder: MappingFolder) -> None:
    text = "\ufeffaccount,lightspeed_sku,product,mtrx1\r\n\r\n ie , A1 ,P1, F \r\n,,,\r\nie,A2,P2,\r\n"
    (folder.path / "skus.csv").write_bytes(text.encode())

    rows = read_mappings(folder.path).skus

    assert [(row.lightspeed_sku, row.mtrx1, row.line_no) for row in rows] == [("A1", "F", 3), ("A2", "", 5)]


def test_the_line_of_a_row_counts_line_breaks_inside_quotes(folder: MappingFolder) -> None:
    folder.write(
        "skus.csv", "account,lightspeed_sku,product,comment", 'ie,A1,P1,"two\nlines"', "ie,A2,,nothing"
    )

    assert folder.problems() == ["skus.csv:4: product is blank"]


def test_one_key_may_change_its_meaning_from_one_day_to_the_next(folder: MappingFolder) -> None:
    folder.write(
        "skus.csv",
        "account,lightspeed_sku,product,effective_from,effective_to",
        "ie,A1,OLD,,2026-11-03",
        "ie,A1,NEW,2026-11-04,",
        "uk,A1,OTHER,,",
    )

    assert [row.product for row in read_mappings(folder.path).skus] == ["OLD", "NEW", "OTHER"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (",", ","),
        (",2026-11-04", "2026-11-04,"),
        ("2026-11-02,2026-11-05", "2026-11-03,2026-11-03"),
        ("2026-11-03,2026-11-03", "2026-11-02,2026-11-05"),
        ("2026-12-01,", "2026-11-01,2027-01-01"),
    ],
)
def test_two_rows_of_one_key_may_not_share_a_day(folder: MappingFolder, first: str, second: str) -> None:
    folder.write(
        "tenders.csv",
        "account,payment_type_id,pay_method,kind,effective_from,effective_to",
        f"ie,1,CSH,cash,{first}",
        "ie,2,CRD,card,,",
        f"ie,1,CRD,card,{second}",
    )

    assert folder.problems() == [
        "tenders.csv:4: account 'ie', payment_type_id '1' is already mapped for some of these days on line 2"
    ]


@pytest.mark.parametrize(
    ("name", "header", "row", "what"),
    [
        (
            "shops.csv",
            "account,shop_id,depot,prima_customer,vat_inclusive",
            ",1,DUB,C,yes",
            "account is blank",
        ),
        (
            "shops.csv",
            "account,shop_id,depot,prima_customer,vat_inclusive",
            "ie,,DUB,C,yes",
            "shop_id is blank",
        ),
        ("shops.csv", "account,shop_id,depot,prima_customer,vat_inclusive", "ie,1,,C,yes", "depot is blank"),
        (
            "shops.csv",
            "account,shop_id,depot,prima_customer,vat_inclusive",
            "ie,1,D, ,yes",
            "prima_customer is blank",
        ),
        (
            "shops.csv",
            "account,shop_id,depot,prima_customer,vat_inclusive",
            "ie,1,D,C,true",
            "vat_inclusive should be yes or no, not 'true'",
        ),
        (
            "shops.csv",
            "account,shop_id,depot,prima_customer,vat_inclusive,stock_source",
            "ie,1,D,C,yes,shop",
            "stock_source should be one of none, company, depot, not 'shop'",
        ),
        ("skus.csv", "account,lightspeed_sku,product", "ie,A1,", "product is blank"),
        ("skus.csv", "account,lightspeed_sku,product", "ie,A1", "has 2 cells where the header has 3"),
        ("skus.csv", "account,lightspeed_sku,product", "ie,A1,P,x", "has 4 cells where the header has 3"),
        (
            "skus.csv",
            "account,lightspeed_sku,product",
            "ie,A1,P\x07",
            "product should not hold line breaks or control characters",
        ),
        (
            "skus.csv",
            "account,lightspeed_sku,product,effective_from",
            "ie,A1,P,1/11/2026",
            "effective_from should be a date like 2026-11-01, not '1/11/2026'",
        ),
        (
            "skus.csv",
            "account,lightspeed_sku,product,effective_to",
            "ie,A1,P,2026-11-31",
            "effective_to there is no day 2026-11-31",
        ),
        (
            "skus.csv",
            "account,lightspeed_sku,product,effective_from,effective_to",
            "ie,A1,P,2026-11-02,2026-11-01",
            "effective_to 2026-11-01 is before effective_from 2026-11-02",
        ),
        ("non_stock.csv", "account,match,product,vat_code", "ie,,P,S", "match is blank"),
        ("non_stock.csv", "account,match,product,vat_code", "ie,tip,P,", "vat_code is blank"),
        (
            "non_stock.csv",
            "account,match,product,vat_code",
            "ie,sku:,P,S",
            "match should name the SKU after sku:",
        ),
        (
            "non_stock.csv",
            "account,match,product,vat_code",
            "ie,Gift Card,P,S",
            "match should be one of misc_charge, service, gift_card, tip, fee, surcharge, rounding, deposit, or"
            " sku:VALUE, not 'Gift Card'",
        ),
        (
            "taxes.csv",
            "account,lightspeed_tax,rate,vat_code",
            "ie,1/*,20,S",
            "rate should be a fraction between 0 and 1, like 0.2 for 20 %, not '20'",
        ),
        (
            "taxes.csv",
            "account,lightspeed_tax,rate,vat_code",
            "ie,1/*,1.5,S",
            "rate should be a fraction between 0 and 1, like 0.2 for 20 %, not '1.5'",
        ),
        (
            "taxes.csv",
            "account,lightspeed_tax,rate,vat_code",
            "ie,1/,0.2,S",
            "lightspeed_tax should be taxCategoryID/taxClassID (either may be *) or the id of a rate, not '1/'",
        ),
        (
            "tenders.csv",
            "account,payment_type_id,pay_method,kind",
            "ie,1,CSH,coins",
            "kind should be one of cash, card, gift_card, store_credit, on_account, other, not 'coins'",
        ),
        (
            "customers.csv",
            "account,lightspeed_customer_id,prima_customer",
            "ie,9,",
            "prima_customer is blank",
        ),
    ],
)
def test_a_wrong_cell_is_named_with_file_and_line(
    folder: MappingFolder, name: str, header: str, row: str, what: str
) -> None:
    folder.write(name, header, row)

    assert folder.problems() == [f"{name}:2: {what}"]


def test_unknown_missing_and_repeated_columns_are_named(folder: MappingFolder) -> None:
    folder.write("skus.csv", "account,sku,product,product", "ie,A1,P,P")

    assert folder.problems() == [
        "skus.csv:1: unknown column 'sku'; the columns are account, lightspeed_sku, product, mtrx1, mtrx2, mtrx3,"
        " mtrx4, effective_from, effective_to, comment",
        "skus.csv:1: column 'product' occurs twice",
        "skus.csv:1: column 'lightspeed_sku' is missing",
    ]


def test_files_that_are_missing_empty_or_not_text_are_named(folder: MappingFolder) -> None:
    (folder.path / "skus.csv").unlink()
    (folder.path / "taxes.csv").write_text("", encoding="utf-8")
    (folder.path / "shops.csv").write_bytes("account\nDún Laoghaire".encode("latin-1"))
    folder.write("tenders.csv", "account,payment_type_id,pay_method,kind", 'ie,1,"CSH"x,cash')

    assert folder.problems() == [
        "shops.csv:2: is not UTF-8 text; save it as CSV UTF-8",
        "skus.csv: cannot be read: No such file or directory",
        "taxes.csv: is empty; it needs at least its header row",
        "tenders.csv:2: is not CSV from here on: ',' expected after '\"'",
    ]


def test_a_missing_directory_is_an_error_too(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="there is no such directory"):
        read_mappings(tmp_path / "nowhere")


def test_every_mistake_in_every_file_is_in_the_message(folder: MappingFolder) -> None:
    folder.write("skus.csv", "account,lightspeed_sku,product", ",A1,", "ie,A2,P2", "ie,A2,P3")
    folder.write("taxes.csv", "account,lightspeed_tax,rate,vat_code", "ie,1/*,x,S")

    with pytest.raises(MappingError) as caught:
        read_mappings(folder.path)

    assert [(problem.file, problem.line) for problem in caught.value.problems] == [
        ("skus.csv", 2),
        ("skus.csv", 2),
        ("skus.csv", 4),
        ("taxes.csv", 2),
    ]
    for problem in caught.value.problems:
        assert str(problem) in str(caught.value)


def test_a_misspelt_optional_file_is_pointed_out(folder: MappingFolder) -> None:
    folder.write("customer.csv", "account,lightspeed_customer_id,prima_customer", "ie,9,C9")

    (warning,) = read_mappings(folder.path).warnings

    assert warning.startswith("customer.csv: is not a mapping file and is not read")


def test_accounts_that_are_not_configured_are_pointed_out_once_per_file(folder: MappingFolder) -> None:
    mappings = read_mappings(folder.path)

    assert mappings.unknown_accounts(frozenset({"ie"})) == ()
    assert mappings.unknown_accounts(frozenset({"uk"}))[:2] == (
        "shops.csv:2: no account 'ie' is configured",
        "skus.csv:2: no account 'ie' is configured",
    )
