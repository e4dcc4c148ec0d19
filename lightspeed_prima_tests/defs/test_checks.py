"""The standing checks: what turns each of them red, and with how much money."""

from __future__ import annotations

import dagster as dg
import pytest

from lightspeed_prima.defs.checks import CHECKS, standing_checks
from lightspeed_prima.defs.pipeline import pipeline_resource
from lightspeed_prima.warehouse.models import ModelProject
from lightspeed_prima_tests.defs.site import NOW, Site

EXCEPTIONS = """
    create or replace table recon.exceptions as
    select * from (values
        ('TAX_MISMATCH', 'open', 'ie', '1', 'ie:2', 0.05::decimal(18,2), 'till 2.35, rate 2.30'),
        ('TAX_MISMATCH', 'resolved', 'ie', '1', 'ie:9', 7.00::decimal(18,2), 'long ago')
    ) as t (code, status, account, shop_id, sale_key, amount, detail)"""
SALES = """
    create or replace table core.transactions as
    select * from (values ('ie:1', 10.00::decimal(18,2)), ('ie:2', 20.00), ('ie:3', 30.00)) as t (sale_key, gross);
    create or replace table recon.sales as
    select * from (values ('ie:1', 'posted'), ('ie:2', 'held'), ('ie:3', 'excluded')) as t (sale_key, disposition)"""
DAYS = """
    create or replace table recon.shop_days as
    select * from (values
        (date '2026-11-08', 'ie', '1', 5, 1, 0, 100.00::decimal(18,2), 90.00::decimal(18,2), 0.01::decimal(18,2), false),
        (date '2026-11-09', 'ie', '1', 5, 0, 0, 100.00, 100.00, 0.00, true),
        (date '2026-11-10', 'ie', '1', 2, 0, 2, 40.00, 0.00, 0.00, false)
    ) as t (business_date, account, shop_id, sales, held, pending, lightspeed_gross, prima_gross, unexplained, complete)"""
TAX = """
    create or replace table recon.tax as
    select * from (values
        (date '2026-11-08', 'ie', '1', '1/*', 0.01::decimal(18,2), 'Prima rounds VAT per line: 0.01'),
        (date '2026-11-08', 'ie', '1', '2/*', 0.40, '')
    ) as t (business_date, account, shop_id, tax_key, difference, cause)"""
REFUNDS = """
    create or replace table recon.refunds as
    select * from (values
        ('70101', 'ie:4', 'ie:1', 'confirmed', null, 10.00::decimal(18,2), 3),
        ('70102', 'ie:5', 'ie:1', 'exported', null, 10.00, 3),
        ('70103', 'ie:6', 'ie:1', 'held', 'REFUND_UNLINKED', 25.50, 40),
        ('70104', 'ie:7', 'ie:1', 'planned', null, 4.50, 2)
    ) as t (document_number, sale_key, original_sale_key, state, hold_code, gross, age_hours)"""
HOLDS = """
    create or replace table posting.holds as
    select * from (values
        ('ie:1', 'SKU_UNMAPPED', 'ABC-9', 50.00::decimal(18,2), 'no row in skus.csv for ABC-9'),
        ('ie:2', 'SKU_UNMAPPED', 'ABC-9', 70.00, 'no row in skus.csv for ABC-9'),
        ('ie:3', 'TENDER_UNMAPPED', '77', 5.00, 'no row in tenders.csv for payment type 77'),
        ('ie:4', 'OUT_OF_BALANCE', '', 1.00, 'lines come to 9.00, tenders to 10.00')
    ) as t (sale_key, code, subject, amount, detail)"""


def ask(site: Site, name: str) -> dg.AssetCheckEvaluation:
    (check,) = [
        one for one in standing_checks() if one.check_keys and next(iter(one.check_keys)).name == name
    ]
    definitions = dg.Definitions(
        asset_checks=[check],
        jobs=[dg.define_asset_job("ask", dg.AssetSelection.checks(check))],
        resources={"pipeline": pipeline_resource(site.settings(), ModelProject.load(), lambda: NOW)},
        executor=dg.in_process_executor,
    )
    result = definitions.resolve_job_def("ask").execute_in_process()
    (found,) = result.get_asset_check_evaluations()
    return found


def shown(found: dg.AssetCheckEvaluation) -> tuple[object, object]:
    return found.metadata["count"].value, found.metadata["money"].value


@pytest.mark.parametrize(
    ("name", "tables", "count", "money", "severity"),
    [
        ("tax_mismatches", EXCEPTIONS + ";" + TAX, 2, "0.45", "ERROR"),
        ("unposted_refunds", REFUNDS, 2, "30.00", "ERROR"),
        ("unexplained_is_zero", DAYS, 1, "0.01", "ERROR"),
        ("shop_days_complete", DAYS, 1, "10.00", "WARN"),
        ("unmapped_master_data", HOLDS, 2, "125.00", "ERROR"),
    ],
)
def test_a_standing_check_counts_what_is_wrong_and_its_money(
    site: Site, name: str, tables: str, count: int, money: str, severity: str
) -> None:
    site.write(tables)

    found = ask(site, name)

    assert not found.passed
    assert shown(found) == (count, money)
    assert found.severity.value == severity


def test_unmapped_master_data_lists_each_missing_mapping_once_with_its_sales(site: Site) -> None:
    site.write(HOLDS)

    table = str(ask(site, "unmapped_master_data").metadata["found"].value)

    assert "| SKU_UNMAPPED | ABC-9 | 2 | 120.00 | no row in skus.csv for ABC-9 |" in table
    assert "| TENDER_UNMAPPED | 77 | 1 | 5.00 |" in table


@pytest.mark.parametrize(
    ("change", "sale_key"),
    [
        ("insert into recon.sales values ('ie:3', 'posted')", "ie:3"),
        ("delete from recon.sales where sale_key = 'ie:1'", "ie:1"),
        ("insert into recon.sales values ('ie:99', 'posted')", "ie:99"),
        ("update recon.sales set disposition = 'lost' where sale_key = 'ie:1'", "ie:1"),
        ("update recon.sales set disposition = null where sale_key = 'ie:1'", "ie:1"),
        ("delete from recon.exceptions", "ie:2"),
        ("update recon.exceptions set status = 'resolved'", "ie:2"),
    ],
)
def test_a_sale_without_exactly_one_disposition_is_found(site: Site, change: str, sale_key: str) -> None:
    site.write(f"{SALES};{EXCEPTIONS}")
    assert ask(site, "every_sale_has_one_disposition").passed

    site.write(change)
    found = ask(site, "every_sale_has_one_disposition")

    assert not found.passed
    assert f"| {sale_key} |" in str(found.metadata["found"].value)


def test_nothing_wrong_is_green(site: Site) -> None:
    site.write(HOLDS + " where code = 'OUT_OF_BALANCE'")

    found = ask(site, "unmapped_master_data")

    assert found.passed
    assert shown(found) == (0, "0.00")


def test_every_standing_check_has_a_name_of_its_own_and_says_what_should_be() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS) == 6
    assert all(check.description.endswith(".") for check in CHECKS)
