"""Prima's ledger extract: the CSV of docs/interface.md 5, from a path or a URL, read into typed rows.

What does not belong here: storing it, or comparing it with anything. A missing or unreadable extract is an
outcome, not an exception: it is a stale source, never "no postings".
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COLUMNS = (
    "posting_date",
    "document_type",
    "document_number",
    "external_reference",
    "gl_account",
    "vat_code",
    "depot",
    "net",
    "tax",
    "gross",
    "currency",
)
_DOCUMENT_TYPES = ("sales_order", "credit_note")
_SHOWN_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One document, GL account, VAT code and depot; the money of credit notes is negative."""

    posting_date: date
    document_type: str
    document_number: str
    external_reference: str
    gl_account: str
    vat_code: str
    depot: str
    net: Decimal
    tax: Decimal
    gross: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class LedgerExtract:
    """One reading of the extract; `rows` is empty unless the outcome is ok."""

    source: str
    outcome: Literal["ok", "missing", "unreadable"]
    fetched_at: datetime
    last_modified: datetime | None
    rows: tuple[LedgerRow, ...] = ()
    problem: str = ""


class _Unreadable(ValueError):
    pass


class _Missing(OSError):
    pass


def read_ledger(
    source: str,
    *,
    relative_to: Path | None = None,
    timeout_seconds: int = 60,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> LedgerExtract:
    """The extract behind a path, a file:// or an http(s):// address. Never raises for what it finds there."""
    fetched_at = now()
    last_modified: datetime | None = None
    try:
        content, last_modified = _fetch(source, relative_to, timeout_seconds)
        rows = tuple(_rows(content))
    except _Missing as problem:
        return LedgerExtract(source, "missing", fetched_at, None, problem=str(problem))
    except _Unreadable as problem:
        return LedgerExtract(source, "unreadable", fetched_at, last_modified, problem=str(problem))
    return LedgerExtract(source, "ok", fetched_at, last_modified, rows)


def _fetch(source: str, relative_to: Path | None, timeout_seconds: int) -> tuple[bytes, datetime | None]:
    scheme = urlsplit(source).scheme
    if scheme in ("http", "https"):
        return _fetch_url(source, timeout_seconds)
    if not source:
        raise _Missing("no ledger extract is configured (prima.ledger_extract)")
    path = Path(unquote(urlsplit(source).path)) if scheme == "file" else Path(source)
    path = path if path.is_absolute() or relative_to is None else relative_to / path
    try:
        with path.open("rb") as file:
            content = file.read()
        return content, datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as problem:
        raise _Missing(f"{path}: {problem.strerror or problem}") from problem


def _fetch_url(url: str, timeout_seconds: int) -> tuple[bytes, datetime | None]:
    try:
        response = httpx.get(url, timeout=timeout_seconds, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise _Missing(f"{url}: {problem or type(problem).__name__}") from problem
    if response.status_code != 200:
        raise _Missing(f"{url}: HTTP {response.status_code}")
    return response.content, _http_date(response.headers.get("Last-Modified"))


def _http_date(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        parsed = parsedate_to_datetime(text)
    except ValueError:
        return None
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _rows(content: bytes) -> Iterator[LedgerRow]:
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise _Unreadable(f"line 1: no column {', '.join(missing)}")
        problems: list[str] = []
        for record in reader:
            try:
                yield _row(record)
            except (ValueError, InvalidOperation) as problem:
                problems.append(f"line {reader.line_num}: {problem}")
    except UnicodeDecodeError as problem:
        raise _Unreadable(f"not UTF-8: {problem}") from problem
    except csv.Error as problem:
        raise _Unreadable(f"line {reader.line_num}: {problem}") from problem
    if problems:
        more = f" and {len(problems) - _SHOWN_PROBLEMS} more" if len(problems) > _SHOWN_PROBLEMS else ""
        raise _Unreadable("; ".join(problems[:_SHOWN_PROBLEMS]) + more)


def _row(record: dict[str, str]) -> LedgerRow:
    if None in record or None in record.values():
        raise ValueError("the line has not as many fields as the header")
    text = {column: record[column].strip() for column in COLUMNS}
    if text["document_type"] not in _DOCUMENT_TYPES:
        raise ValueError(f"document_type is {text['document_type']!r}")
    if not text["document_number"]:
        raise ValueError("document_number is blank")
    return LedgerRow(
        posting_date=date.fromisoformat(text["posting_date"]),
        document_type=text["document_type"],
        document_number=text["document_number"],
        external_reference=text["external_reference"],
        gl_account=text["gl_account"],
        vat_code=text["vat_code"],
        depot=text["depot"],
        net=_money(text, "net"),
        tax=_money(text, "tax"),
        gross=_money(text, "gross"),
        currency=text["currency"],
    )


def _money(text: dict[str, str], column: str) -> Decimal:
    try:
        value = Decimal(text[column])
    except InvalidOperation:
        raise ValueError(f"{column} is {text[column]!r}") from None
    if not value.is_finite() or value != value.quantize(Decimal("0.01")):
        raise ValueError(f"{column} is {text[column]!r}")
    return value
