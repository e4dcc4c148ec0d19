"""The SQL tests hold on sound books, and each one notices when its books are falsified.

What does not belong here: what the figures should be; a check that cannot fail proves nothing, so each is seen to.
"""

from __future__ import annotations

import pytest

from lightspeed_prima.warehouse.models import TestResult
from lightspeed_prima.warehouse.models.checks import run_test
from lightspeed_prima_tests.models.conftest import PROJECT, Books
from lightspeed_prima_tests.models.test_reconciliation import read_tills_and_ledger
from lightspeed_prima_tests.models.till import Line, Rung, Tender


def card(amount: str) -> Tender:
    return Tender(amount, type_id="3", type_name="credit card")


SALE = Rung(
    9001,
    [Line(15001, "BROGUE-F-075", "140.00", quantity=2, discount="28.00"), Line(15002, "LACES", "4.95")],
    [Tender("56.95"), card("200")],
)
REFUND = Rung(
    9002,
    [Line(15101, "BROGUE-F-075", "140.00", quantity=-1, discount="14.00", parent=15001)],
    [card("-126")],
    shop="2",
    completed="2026-11-05T17:00:00+00:00",
)
EXCHANGE = Rung(
    9003,
    [Line(15201, "LACES", "4.95", quantity=-1, parent=15002), Line(15202, "BROGUE-F-080", "140.00")],
    [Tender("135.05")],
    completed="2026-11-05T18:00:00+00:00",
)
HELD = Rung(9004, [Line(15301, "NEVER-MAPPED", "10.00")], [Tender("10.00")])
VOIDED = Rung(9005, [Line(15401, "LACES", "4.95")], [Tender("4.95")], voided=True)

ORDER, CREDIT_NOTE, EXCHANGE_ORDER = "7019001", "701015101", "7019003"

# One row is a SQL test and a way to falsify the books that it has to notice.
FALSIFICATIONS = {
    "every_raw_sale_is_staged": "update staging.r_sales set source_version = 0 where sale_key = 'uk:9001'",
    "every_line_of_a_readable_sale_has_an_id": "update core.transaction_lines set line_id = null where line_id = '15002'",
    "every_sale_is_a_transaction": "delete from core.transactions where sale_key = 'uk:9005'",
    "lines_and_tenders_sum_to_their_sale": "update core.transaction_payments set amount = amount + 0.01 where amount = 200",
    "no_document_number_belongs_to_two_sales": f"update posting.postable_lines set document_number = '{ORDER}'",
    "no_credit_note_number_is_an_order_number": """
        update posting.postable_lines set document_number = '70112345' where document_type = 'credit_note'
    """,
    "no_order_prefix_begins_with_another": """
        insert into posting.postable_sales by name
        select * replace ('nz' as account, '70' as order_prefix) from posting.postable_sales limit 1
    """,
    "returned_pieces_are_returned_once": """
        update posting.document_units set original_line_id = '15001', original_sale_key = 'uk:9001', original_unit_no = 1
        where document_type = 'credit_note'
    """,
    "exchange_credit_leaves_and_arrives": """
        delete from posting.document_payments where exchange_credit_number <> ''
    """,
    "every_postable_sale_has_a_document": f"delete from posting.document_values where document_number = '{ORDER}'",
    "lines_sum_to_their_document": f"""
        delete from posting.document_lines where document_number = '{ORDER}' and order_line = 1
    """,
    "payments_sum_to_their_document": f"""
        update posting.document_payments set amount = amount - 0.01 where document_number = '{CREDIT_NOTE}'
    """,
    "documents_sum_to_their_sale": f"""
        update posting.planned_documents set gross = gross + 1, net = net + 1 where document_number = '{EXCHANGE_ORDER}'
    """,
    "a_free_sale_has_the_total_of_the_till": "update core.transactions set sale_total = 0 where sale_key = 'uk:9001'",
    "a_free_document_lacks_nothing": f"""
        update posting.document_lines set vat_code = null where document_number = '{ORDER}' and order_line = 2
    """,
    "no_document_mixes_depots": f"""
        update posting.document_lines set depot = 'NYC' where document_number = '{ORDER}' and order_line = 2
    """,
    "a_sale_is_held_whole": f"""
        update posting.planned_documents set hold_code = 'TAX_MISMATCH' where document_number = '{EXCHANGE_ORDER}'
    """,
    "no_free_document_waits_for_a_held_one": f"""
        update posting.planned_documents set depends_on = ['7019999'] where document_number = '{CREDIT_NOTE}'
    """,
    "no_order_is_credited_beyond_its_value": f"""
        update posting.documents set gross = 300 where document_number = '{CREDIT_NOTE}'
    """,
    "a_sent_document_has_the_value_planned_now": f"""
        update posting.planned_documents set tax = tax + 0.01 where document_number = '{ORDER}'
    """,
    "the_ledger_agrees_with_the_document": f"""
        update raw.prima_ledger set gross = gross + 0.01 where document_number = '{CREDIT_NOTE}'
    """,
    "every_sale_is_reconciled_once": "delete from recon.sales where sale_key = 'uk:9005'",
    "a_held_sale_has_its_own_exception": "update recon.exceptions set status = 'resolved' where sale_key = 'uk:9004'",
    "a_posted_sale_is_posted_whole": f"""
        update posting.documents set state = 'uncertain' where document_number = '{EXCHANGE_ORDER}'
    """,
    "all_posted_money_is_reconciled": "update recon.sales set prima_gross = 0 where sale_key = 'uk:9002'",
    "shop_days_cover_every_sale": "delete from recon.shop_days where shop_id = '2'",
    "tax_report_covers_every_sale": "update recon.tax set lightspeed_tax = lightspeed_tax + 0.01 where shop_id = '2'",
    "tender_report_covers_every_sale": "delete from recon.tenders where shop_id = '2'",
    "every_credit_note_is_a_refund": f"delete from recon.refunds where document_number = '{CREDIT_NOTE}'",
    "posted_tax_is_that_of_the_documents": f"""
        update posting.documents set tax = tax + 0.01 where document_number = '{CREDIT_NOTE}'
    """,
    "posted_tenders_are_those_of_the_documents": "update recon.tenders set posted_amount = 0 where shop_id = '2'",
    "no_intended_document_is_a_ghost": f"""
        update posting.documents set state = 'planned', is_planned = false where document_number = '{CREDIT_NOTE}'
    """,
    # and some of the tests that stand in the YAML
    "unique_transactions_sale_key": "insert into core.transactions select * from core.transactions limit 1",
    "accepted_values_transactions_status": "update core.transactions set status = 'parked'",
    "expression_is_true_transaction_lines_gross_net_tax": "update core.transaction_lines set gross = gross + 0.01",
    "unique_document_values_document_number": f"update posting.document_values set document_number = '{ORDER}'",
    "expression_is_true_planned_documents_net_0_and_tax_0_and_gross_0": """
        update posting.planned_documents set net = -net, tax = -tax, gross = -gross
    """,
    "accepted_values_documents_state": "update posting.documents set state = 'lost'",
    "expression_is_true_shop_days_sales_posted_excluded_held_pending": "update recon.shop_days set held = held + 1",
    "relationships_sales_sale_key": "update recon.sales set sale_key = 'uk:1' where sale_key = 'uk:9005'",
    "unique_combination_tax_business_date_account_shop_id_tax_key_rate": "insert into recon.tax select * from recon.tax",
}


@pytest.fixture(scope="module")
def posted_books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """A sale, a refund elsewhere, an exchange, a held and a voided sale; what may go is posted and booked."""
    books = Books(tmp_path_factory.mktemp("checks") / "warehouse.duckdb")
    books.ring(SALE, REFUND, EXCHANGE, HELD, VOIDED)
    books.build()
    books.post()
    read_tills_and_ledger(books)
    books.build()
    return books


def ask(books: Books, name: str, falsification: str | None = None) -> TestResult:
    """The test of that name, after the falsification, which is rolled back."""
    test = next(test for model in PROJECT.models for test in model.tests if test.name == name)
    with books.warehouse.connect() as con:
        con.begin()
        if falsification:
            con.execute(falsification)
        result = run_test(PROJECT, con, test, books.variables)
        con.rollback()
    return result


def test_every_sql_test_holds_on_sound_books(posted_books: Books) -> None:
    assert posted_books.dispositions() == {
        "uk:9001": "posted",
        "uk:9002": "posted",
        "uk:9003": "posted",
        "uk:9004": "held",
        "uk:9005": "excluded",
    }
    assert list(posted_books.failed_tests()) == []


@pytest.mark.parametrize(("name", "falsification"), FALSIFICATIONS.items(), ids=FALSIFICATIONS)
def test_a_sql_test_notices_falsified_books(posted_books: Books, name: str, falsification: str) -> None:
    assert ask(posted_books, name).passed
    result = ask(posted_books, name, falsification)
    assert not result.passed
    assert result.sample


def test_every_test_written_in_sql_is_seen_to_fail() -> None:
    written = {test.name for model in PROJECT.models for test in model.tests if test.kind == "singular"}
    assert written - FALSIFICATIONS.keys() == set()


def test_every_model_and_column_says_what_it_means_and_who_answers_for_it() -> None:
    silent = [str(model.relation) for model in PROJECT.models if not (model.description and model.owner)]
    silent += [
        f"{model.relation}.{column.name}"
        for model in PROJECT.models
        for column in model.columns
        if not (column.description and column.data_type)
    ]
    silent += [
        f"{source.schema}.{source.table}.{column.name}"
        for source in PROJECT.sources
        for column in source.columns
        if not (source.description and column.description and column.data_type)
    ]
    assert silent == []


def test_the_owners_are_the_teams_that_work_exceptions(posted_books: Books) -> None:
    teams = {str(team) for (team,) in posted_books.rows("select distinct owner from recon.exception_codes")}
    assert {model.owner for model in PROJECT.models} <= teams


def test_every_source_table_is_described_as_it_is(posted_books: Books) -> None:
    described = {
        (source.schema, source.table, column.name) for source in PROJECT.sources for column in source.columns
    }
    tables = {(source.schema, source.table) for source in PROJECT.sources}
    real = {
        (str(schema), str(table), str(column))
        for schema, table, column in posted_books.rows(
            "select table_schema, table_name, column_name from information_schema.columns"
        )
        if (schema, table) in tables
    }
    assert described == real
