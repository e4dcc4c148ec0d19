"""The ledger extract: read from a file or a URL, checked by column and line, and never an exception."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lightspeed_prima.prima.ledger import COLUMNS, read_ledger
from lightspeed_prima.twins.http_server import serve

HEADER = ",".join(COLUMNS)
ROW = "2026-11-02,sales_order,70142,uk:42,4000,S,DUB,100.00,23.00,123.00,EUR"
CREDIT = "2026-11-03,credit_note,70199,uk:99,4000,S,DUB,-100.00,-23.00,-123.00,EUR"


@contextmanager
def served(text: str, status: int = 200, **headers: str) -> Iterator[str]:
    async def page(_request: Request) -> Response:
        return Response(text, status, headers=headers)

    with serve(Starlette(routes=[Route("/ledger.csv", page)])) as base:
        yield f"{base}/ledger.csv"


def test_a_file_is_read_with_its_own_time(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(f"\ufeff{HEADER}\n{ROW}\n{CREDIT}\n", encoding="utf-8")
    os.utime(path, (1_790_000_000, 1_790_000_000))
    extract = read_ledger("ledger.csv", relative_to=tmp_path)
    assert extract.outcome == "ok"
    assert extract.last_modified == datetime.fromtimestamp(1_790_000_000, UTC)
    assert [row.document_number for row in extract.rows] == ["70142", "70199"]
    assert extract.rows[0].posting_date == date(2026, 11, 2)
    assert extract.rows[1].gross == Decimal("-123.00")


def test_a_file_url_is_a_path_too(tmp_path: Path) -> None:
    path = tmp_path / "my ledger.csv"
    path.write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    assert len(read_ledger(path.as_uri()).rows) == 1


def test_a_url_brings_its_last_modified() -> None:
    headers = {"Last-Modified": "Mon, 09 Nov 2026 06:30:00 GMT"}
    with served(f"{HEADER}\n{ROW}\n", **headers) as url:
        extract = read_ledger(url)
    assert (extract.outcome, len(extract.rows)) == ("ok", 1)
    assert extract.last_modified == datetime(2026, 11, 9, 6, 30, tzinfo=UTC)


def test_an_extract_without_postings_is_not_a_missing_one(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text(f"{HEADER}\n", encoding="utf-8")
    extract = read_ledger(str(tmp_path / "l.csv"))
    assert (extract.outcome, extract.rows) == ("ok", ())


def test_what_is_not_there_is_missing(tmp_path: Path) -> None:
    assert read_ledger(str(tmp_path / "nothing.csv")).outcome == "missing"
    assert read_ledger("").outcome == "missing"
    assert read_ledger("http://127.0.0.1:9/ledger.csv", timeout_seconds=2).outcome == "missing"
    with served("no", 404) as url:
        extract = read_ledger(url)
    assert (extract.outcome, "HTTP 404" in extract.problem) == ("missing", True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("posting_date,net\n", "line 1: no column document_type"),
        (f"{HEADER}\n{ROW}\n{ROW.replace('123.00', '123,00')}\n", "line 3: the line has not as many fields"),
        (f"{HEADER}\n{ROW.replace('2026-11-02', '02/11/2026')}\n", "line 2: Invalid isoformat"),
        (
            f"{HEADER}\n{ROW.replace('100.00', 'abc')}\n{ROW.replace('100.00', '1.005')}\n",
            "line 3: net is '1.005'",
        ),
        (f"{HEADER}\n{ROW.replace('100.00', 'NaN')}\n", "line 2: net is 'NaN'"),
        (f"{HEADER}\n{ROW.replace('sales_order', 'invoice')}\n", "line 2: document_type is 'invoice'"),
        (f"{HEADER}\n{ROW.replace('70142', '')}\n", "line 2: document_number is blank"),
        ("<html>login</html>", "line 1: no column"),
    ],
)
def test_what_cannot_be_read_is_named_by_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "l.csv").write_text(text, encoding="utf-8")
    extract = read_ledger(str(tmp_path / "l.csv"))
    assert (extract.outcome, extract.rows) == ("unreadable", ())
    assert words in extract.problem


def test_an_extract_in_another_encoding_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_bytes(f"{HEADER}\n{ROW}\n".encode().replace(b"DUB", b"D\xfcB"))
    assert "not UTF-8" in read_ledger(str(tmp_path / "l.csv")).problem
