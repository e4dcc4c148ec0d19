"""The posting assets: what had left before planning, and a Prima that cannot be reached."""

from __future__ import annotations

from lightspeed_prima_tests.defs.site import Site, check, metadata

PLAN = """
    create or replace table posting.planned_documents as
    select '7011' as document_number, 'sales_order' as document_type, 'ie:1' as sale_key, 'ie' as account,
        '' as original_sale_key, '' as original_document_number, date '2026-11-02' as business_date,
        timestamptz '2026-11-02 10:00:00+00' as completed_at, '1' as shop_id, 'DUB' as depot,
        'POSDUB' as prima_customer, true as vat_inclusive, 'EUR' as currency, 81.30::decimal(18,2) as net,
        18.70::decimal(18,2) as tax, 100.00::decimal(18,2) as gross, 'sale' as reason, 'digest' as source_digest,
        null::varchar as hold_code, []::varchar[] as depends_on, 1::bigint as sequence;
    create or replace table posting.document_lines as
    select '7011' as document_number, 1 as order_line, '11' as line_id, 'stock' as line_kind,
        'ABC-1' as lightspeed_sku, 'ABC' as product, '1' as mtrx1, '' as mtrx2, '' as mtrx3, '' as mtrx4,
        1 as quantity, 100.00::decimal(18,2) as price, 81.30::decimal(18,2) as net, 18.70::decimal(18,2) as tax,
        100.00::decimal(18,2) as gross, null::decimal(18,2) as ext_tax, 'S' as vat_code, 'DUB' as depot,
        null::varchar as original_line_id, null::integer as original_order_line, '11' as line_reference;
    create or replace table posting.document_payments as
    select '7011' as document_number, 1 as payment_no, 'CASH' as pay_method, '' as sub_pay_method,
        100.00::decimal(18,2) as amount, 'cash' as kind, '1' as payment_type_id, '' as exchange_credit_number,
        '7011' as payment_reference"""


def test_a_prima_that_cannot_be_reached_is_a_red_check_and_loses_nothing(site: Site) -> None:
    site.write(PLAN)

    result = site.make("posting/journal_documents")
    shown = metadata(result, "posting/journal_documents")

    assert result.success
    assert not check(result, "prima_reachable").passed
    assert check(result, "prima_reachable").severity.value == "ERROR"
    assert check(result, "nothing_rejected").passed
    assert (shown["outcome"], shown["due"], shown["deferred"], shown["confirmed"]) == ("unreachable", 1, 1, 0)


def test_with_nothing_due_prima_is_not_asked(site: Site) -> None:
    site.write(PLAN)
    site.write("update posting.planned_documents set hold_code = 'SKU_UNMAPPED'")

    result = site.make("posting/journal_documents")

    assert check(result, "prima_reachable").passed
    assert metadata(result, "posting/journal_documents")["due"] == 0


def test_an_empty_journal_has_sent_nothing(site: Site) -> None:
    site.write("insert into posting.sent_documents values ('7011', 'ie:1', 'digest', 'confirmed')")

    result = site.make("posting/sent_documents")

    assert result.success
    assert site.read("select count(*) from posting.sent_documents") == [(0,)]
