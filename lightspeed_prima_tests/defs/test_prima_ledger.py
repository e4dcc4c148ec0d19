"""The ledger extract in the warehouse: the newest readable one, and a word on every attempt."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler

from lightspeed_prima.defs.prima_ledger import store_extract
from lightspeed_prima.prima.ledger import LedgerExtract, LedgerRow
from lightspeed_prima_tests.defs.site import CONFIG, NOW, Site, check, http_server, metadata

HEADER = "posting_date,document_type,document_number,external_reference,gl_account,vat_code,depot,net,tax,gross,currency"
ROW = "2026-11-02,sales_order,7011,ie:1,4000,S,DUB,81.30,18.70,100.00,EUR"


def with_extract(source: str) -> str:
    return CONFIG.replace("timeout_seconds", f'ledger_extract = "{source}"\ntimeout_seconds')


def extract(document: str, last_modified: datetime, outcome: str = "ok") -> LedgerExtract:
    row = LedgerRow(
        date(2026, 11, 2), "sales_order", document, "ie:1", "4000", "S", "DUB",
        Decimal("81.30"), Decimal("18.70"), Decimal("100.00"), "EUR",
    )  # fmt: skip
    rows = (row,) if outcome == "ok" else ()
    problem = "" if outcome == "ok" else "line 2: net is 'x'"
    return LedgerExtract("ledger.csv", outcome, NOW, last_modified, rows, problem)  # type: ignore[arg-type]


def test_an_extract_over_http_is_stored_to_the_penny(site: Site) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        body = f"{HEADER}\n{ROW}\n".encode()
        request.send_response(200)
        request.send_header("Last-Modified", "Tue, 10 Nov 2026 03:00:00 GMT")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    with http_server(answer) as address:
        result = site.make("raw/prima_ledger", settings=site.settings(with_extract(f"{address}/l.csv")))

    assert result.success
    assert check(result, "extract_was_read").passed
    assert metadata(result, "raw/prima_ledger")["gross"] == "100.00"
    assert site.read("select document_number, net, tax, gross from raw.prima_ledger") == [
        ("7011", Decimal("81.30"), Decimal("18.70"), Decimal("100.00"))
    ]
    assert site.read("select outcome, last_modified from raw.prima_ledger_extracts") == [
        ("ok", datetime(2026, 11, 10, 3, tzinfo=UTC))
    ]


def test_a_missing_extract_is_recorded_and_warned_of_and_fails_nothing(site: Site) -> None:
    result = site.make("raw/prima_ledger", settings=site.settings(with_extract("nowhere.csv")))
    found = check(result, "extract_was_read")

    assert result.success
    assert not found.passed
    assert found.severity.value == "WARN"
    assert site.read("select outcome from raw.prima_ledger_extracts") == [("missing",)]


def test_without_a_configured_extract_nothing_is_recorded(site: Site) -> None:
    result = site.make("raw/prima_ledger")

    assert check(result, "extract_was_read").passed
    assert metadata(result, "raw/prima_ledger_extracts")["outcome"] == "not configured"
    assert site.read("select count(*) from raw.prima_ledger_extracts") == [(0,)]


def test_an_unreadable_extract_leaves_the_last_readable_one(site: Site) -> None:
    with site.warehouse.transaction() as con:
        store_extract(con, extract("7011", NOW), "run")
        store_extract(con, extract("", NOW + timedelta(days=1), "unreadable"), "run")

    assert site.read("select document_number from raw.prima_ledger") == [("7011",)]
    assert site.read("select outcome, row_count from raw.prima_ledger_extracts order by outcome") == [
        ("ok", 1),
        ("unreadable", 0),
    ]


def test_an_extract_older_than_the_last_one_is_stale_and_replaces_nothing(site: Site) -> None:
    with site.warehouse.transaction() as con:
        store_extract(con, extract("7011", NOW), "run")
        judged = store_extract(con, extract("7010", NOW - timedelta(days=1)), "run")

    assert "older than the one of" in judged.problem
    assert site.read("select document_number from raw.prima_ledger") == [("7011",)]
    assert site.read("select outcome from raw.prima_ledger_extracts order by outcome") == [
        ("ok",),
        ("stale",),
    ]


def test_a_newer_extract_replaces_the_rows_as_a_whole(site: Site) -> None:
    with site.warehouse.transaction() as con:
        store_extract(con, extract("7011", NOW), "run")
        store_extract(con, extract("7012", NOW + timedelta(days=1)), "run")

    assert site.read("select document_number from raw.prima_ledger") == [("7012",)]
