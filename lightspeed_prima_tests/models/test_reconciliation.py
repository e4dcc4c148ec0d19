"""Every sale has one disposition, every day its money explained, every difference its cause."""

from __future__ import annotations

from decimal import Decimal

from lightspeed_prima_tests.models.conftest import Books
from lightspeed_prima_tests.models.till import Line, Rung, Tender

LACES = Line(15002, "LACES", "4.95")
SALE = Rung(9001, [LACES, Line(15003, "BROGUE-F-075", "140.00")], [Tender("144.95")])
REFUND = Rung(
    9050,
    [Line(15101, "LACES", "4.95", quantity=-1, parent=15002)],
    [Tender("-4.95")],
    completed="2026-11-03T17:00:00+00:00",
)
HELD = Rung(9002, [Line(1, "NEW", "20.00")], [Tender("20.00")])
VOIDED = Rung(9003, [Line(2, "LACES", "4.95")], [], voided=True)


def read_tills_and_ledger(books: Books, *, walked_at: str = "2026-11-23 05:00:00+00") -> None:
    """A successful walk, and a ledger extract that holds every confirmed document as Prima would book it."""
    books.execute(f"""
        insert into raw.walks values ('uk', 'R', timestamptz '{walked_at}', timestamptz '{walked_at}', 'ok', 1, 1, 1,
            null, null, 'test');
        delete from raw.prima_ledger;
        insert into raw.prima_ledger_extracts values ('e' || nextval('raw.ingest_seq'), 'ledger.csv',
            timestamptz '2026-11-23 05:30:00+00', timestamptz '2026-11-23 05:31:00+00', 1, 'ok', null, 'test');
        insert into raw.prima_ledger
        select (select arg_max(extract_id, fetched_at) from raw.prima_ledger_extracts), documents.business_date,
            documents.document_type, documents.document_number, documents.sale_key, '4000', lines.vat_code, documents.depot,
            sum(sign * lines.net), sum(sign * lines.tax), sum(sign * lines.gross), 'EUR'
        from posting.journal_documents as documents
        inner join posting.document_lines as lines using (document_number)
        cross join lateral (select case documents.document_type when 'credit_note' then -1 else 1 end as sign)
        group by all;
    """)


def test_a_posted_day_is_complete_and_explained_to_the_penny(books: Books) -> None:
    books.ring(SALE, REFUND, VOIDED)
    books.build()
    books.post()
    read_tills_and_ledger(books)
    books.build()
    assert books.dispositions() == {"uk:9001": "posted", "uk:9050": "posted", "uk:9003": "excluded"}
    assert books.rows(
        "select sales, posted, excluded, held, pending, lightspeed_gross, prima_gross, unexplained, complete from recon.shop_days"
    ) == [(3, 2, 1, 0, 0, Decimal("140.00"), Decimal("140.00"), Decimal("0.00"), True)]
    assert books.rows(
        "select sale_key, ledger_gross, difference from recon.sales where disposition = 'posted' order by 1"
    ) == [
        ("uk:9001", Decimal("144.95"), Decimal("0.00")),
        ("uk:9050", Decimal("-4.95"), Decimal("0.00")),
    ]
    assert books.codes() == set()
    assert list(books.failed_tests()) == []


def test_a_held_sale_is_explained_and_keeps_the_day_open(books: Books) -> None:
    books.ring(SALE, HELD)
    books.build()
    books.post()
    read_tills_and_ledger(books)
    books.build()
    assert books.rows("select posted, held, unexplained, complete from recon.shop_days") == [
        (1, 1, Decimal("0.00"), False)
    ]
    assert books.rows("select difference, cause from recon.sales where disposition = 'held'") == [
        (Decimal("20.00"), "SKU_UNMAPPED")
    ]


def test_what_is_not_posted_yet_is_not_explained_away(books: Books) -> None:
    books.ring(SALE)
    books.build()
    assert books.rows("select pending, unexplained from recon.shop_days") == [(1, Decimal("144.95"))]


def test_a_day_is_not_complete_before_the_till_was_read_past_its_end(books: Books) -> None:
    books.ring(SALE)
    books.build()
    books.post()
    read_tills_and_ledger(books, walked_at="2026-11-03 23:30:00+00")
    books.build()
    assert books.rows("select complete from recon.shop_days") == [(False,)]
    read_tills_and_ledger(books, walked_at="2026-11-04 00:00:00+00")
    books.build()
    assert books.rows("select complete from recon.shop_days") == [(True,)]


def test_a_stale_ledger_is_said_and_never_read_as_no_postings(books: Books) -> None:
    books.ring(SALE)
    books.build()
    books.post()
    read_tills_and_ledger(books)
    books.execute("update raw.prima_ledger_extracts set last_modified = timestamptz '2026-11-04 00:00:00+00'")
    books.execute("delete from raw.prima_ledger")
    books.build()
    assert books.codes() == set()
    assert books.rows("select is_fresh from recon.sources where source = 'ledger'") == [(False,)]
    assert books.rows("select complete from recon.shop_days") == [(False,)]


def test_a_document_missing_from_a_newer_ledger_is_found(books: Books) -> None:
    books.ring(SALE)
    books.build()
    books.post()
    read_tills_and_ledger(books)
    books.execute("delete from raw.prima_ledger")
    books.build()
    assert books.codes() == {("uk:9001", "LEDGER_MISSING")}
    assert books.dispositions() == {"uk:9001": "posted"}


def test_pennies_of_vat_rounding_have_their_cause(books: Books) -> None:
    books.ring(SALE)
    books.build()
    books.post()
    read_tills_and_ledger(books)
    books.execute("update raw.prima_ledger set tax = tax - 0.01, net = net + 0.01")
    books.build()
    assert books.rows("select lightspeed_tax, posted_tax, ledger_tax, difference, cause from recon.tax") == [
        (
            Decimal("27.10"),
            Decimal("27.10"),
            Decimal("27.09"),
            Decimal("0.01"),
            "Prima rounds VAT per line: 0.01",
        )
    ]


def test_tenders_of_posted_documents_match_what_the_till_took(books: Books) -> None:
    books.ring(SALE, REFUND)
    books.build()
    books.post()
    books.build()
    assert books.rows("select kind, lightspeed_amount, posted_amount, difference from recon.tenders") == [
        ("cash", Decimal("140.00"), Decimal("140.00"), Decimal("0.00"))
    ]


def test_a_sale_first_seen_after_its_day_was_reported_complete_is_late(books: Books) -> None:
    books.ring(SALE)
    books.execute(
        "insert into ops.completed_days values ('uk', '1', date '2026-11-03', timestamptz '2026-11-03 23:59:00+00')"
    )
    books.build()
    assert books.rows("select is_late from core.transactions") == [(True,)]


def test_an_exception_keeps_its_age_and_comes_back_as_a_new_one(books: Books) -> None:
    books.ring(HELD)
    books.build(now="2026-11-10 06:00:00+00")
    books.build(now="2026-11-11 06:00:00+00")
    assert books.rows("select status, age_hours from recon.exceptions") == [("open", 24)]
    new_row = "('uk', 'NEW', 'NEW', 'F', '075', '', '', date '0001-01-01', date '9999-12-31', 9)"
    books.execute(f"insert into mapping.skus values {new_row}")
    books.build(now="2026-11-12 06:00:00+00")
    assert books.rows("select status, age_hours from recon.exceptions") == [("resolved", 48)]
    books.execute("delete from mapping.skus where lightspeed_sku = 'NEW'")
    books.build(now="2026-11-13 06:00:00+00")
    assert books.rows("select status, age_hours from recon.exceptions") == [("open", 0)]


def test_a_rejected_order_holds_its_sale_and_its_refund_waits(books: Books) -> None:
    books.ring(SALE, REFUND)
    books.build()
    books.post("7019001")
    books.execute(
        "update posting.journal_documents set state = 'rejected', error_code = 'E:194', error_text = 'no such product'"
    )
    books.build()
    assert books.codes() == {("uk:9001", "REJECTED_BY_PRIMA"), ("uk:9050", "WAITING_FOR_ORIGINAL")}
    assert books.rows("select detail from recon.exceptions where code = 'REJECTED_BY_PRIMA'") == [
        ("E:194 no such product",)
    ]


def test_the_newest_version_counts_and_an_old_problem_does_not_stick(books: Books) -> None:
    books.ring(SALE, problem=("$.calcTotal", "not a number"))
    books.build()
    assert books.codes() == {("uk:9001", "BAD_PAYLOAD")}
    books.ring(SALE)
    books.build()
    assert books.codes() == set()
    assert books.rows("select status, source_version from core.transactions") == [("completed", 2)]


def test_numbers_come_out_the_same_on_an_empty_warehouse(books: Books) -> None:
    books.ring(SALE, REFUND, HELD)
    books.build()
    first = books.documents()
    again = Books(books.warehouse.path.with_name("again.duckdb"))
    again.ring(HELD, REFUND, SALE)
    again.build()
    assert sorted(again.documents()) == sorted(first)


def test_a_void_after_posting_leaves_prima_with_too_much_and_says_so(books: Books) -> None:
    books.ring(SALE)
    books.build()
    books.post()
    books.ring(Rung(9001, SALE.lines, SALE.tenders, voided=True))
    books.build()
    assert books.rows("select lightspeed_gross, prima_gross, difference, cause from recon.sales") == [
        (Decimal("0.00"), Decimal("144.95"), Decimal("-144.95"), "VOIDED_AFTER_POST")
    ]


def test_the_tax_and_tenders_of_what_was_sent_stay_when_the_sale_is_edited(books: Books) -> None:
    books.ring(SALE)
    books.build()
    books.post()
    books.ring(Rung(9001, [LACES], [Tender("4.95")]))
    books.build()
    assert books.rows("select lightspeed_tax, posted_tax, cause from recon.tax order by posted_tax") == [
        (Decimal("0.93"), Decimal("0.92"), "not posted: 0.93; not in the ledger extract yet"),
        (
            Decimal("0.00"),
            Decimal("26.18"),
            "not in the ledger extract yet; posted before the sale was changed",
        ),
    ]
    assert books.rows("select lightspeed_amount, posted_amount from recon.tenders") == [
        (Decimal("4.95"), Decimal("144.95"))
    ]


def test_a_posted_sale_edited_to_nothing_is_found(books: Books) -> None:
    books.ring(SALE)
    books.build()
    books.post()
    books.ring(Rung(9001, [], []))
    books.build()
    assert books.codes() == {("uk:9001", "EDITED_AFTER_POST")}
    assert books.dispositions() == {"uk:9001": "held"}


def test_a_planned_document_that_was_never_sent_goes_when_its_sale_is_voided(books: Books) -> None:
    books.ring(SALE)
    books.build()
    books.post()
    books.execute(
        "update posting.journal_documents set state = 'planned'; delete from posting.sent_documents"
    )
    books.ring(Rung(9001, SALE.lines, SALE.tenders, voided=True))
    books.build()
    assert books.rows("select count(*) from posting.documents") == [(0,)]
    assert books.dispositions() == {"uk:9001": "excluded"}
