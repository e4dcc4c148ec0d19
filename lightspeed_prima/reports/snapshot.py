"""Reads the published snapshot: what the daily report and the summary have to say.

What does not belong here: how it is shown. Opens the snapshot read-only and closes it at once, so that the
next one can take its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from lightspeed_prima.errors import PipelineError

SHOP_DAYS = """
    select business_date, account, coalesce(shop_id, '?'), sales, posted, excluded, held, pending,
        lightspeed_gross, prima_gross, unexplained, complete
    from recon.shop_days order by business_date, account, shop_id
"""
SOURCES = "select source, account, read_up_to, is_fresh, problem from recon.sources order by source, account"
DOCUMENTS = """
    select document_type, state, count(*), sum(gross) from posting.documents
    group by document_type, state order by document_type desc, state
"""
TAX_DIFFERENCES = """
    select business_date, account, coalesce(shop_id, '?'), tax_key, lightspeed_tax, posted_tax, ledger_tax,
        difference, cause
    from recon.tax where difference <> 0 order by business_date, account, shop_id, tax_key
"""
CURRENCIES = "select distinct currency from core.transactions where currency is not null order by 1"
EXCEPTIONS = """
    select exception_id, code, severity, owner, status, account, shop_id, sale_key, document_number, amount,
        opened_at, age_hours, detail, next_step
    from recon.exceptions where status in (select unnest(?)) order by severity, code, opened_at, sale_key
"""


class ReportError(PipelineError):
    """There is nothing to report from."""


@dataclass(frozen=True)
class ShopDay:
    """A shop and trading day; money in the currency of the account."""

    business_date: date
    account: str
    shop_id: str
    sales: int
    posted: int
    excluded: int
    held: int
    pending: int
    lightspeed_gross: Decimal
    prima_gross: Decimal
    unexplained: Decimal
    complete: bool


@dataclass(frozen=True)
class OpenException:
    """A thing that needs a person."""

    exception_id: str
    code: str
    severity: str
    owner: str
    status: str
    account: str
    shop_id: str | None
    sale_key: str | None
    document_number: str
    amount: Decimal | None
    opened_at: datetime
    age_hours: int
    detail: str
    next_step: str


@dataclass(frozen=True)
class SourceState:
    """How fresh a source is."""

    source: str
    account: str
    read_up_to: datetime | None
    is_fresh: bool
    problem: str


@dataclass(frozen=True)
class DocumentCount:
    """Documents of one type and state, with their value."""

    document_type: str
    state: str
    documents: int
    gross: Decimal


@dataclass(frozen=True)
class TaxDifference:
    """A shop, day and tax whose figures differ, and why."""

    business_date: date
    account: str
    shop_id: str
    tax_key: str
    lightspeed_tax: Decimal
    posted_tax: Decimal
    ledger_tax: Decimal | None
    difference: Decimal
    cause: str


@dataclass(frozen=True)
class Snapshot:
    """Everything the report shows, read in one visit."""

    shop_days: Sequence[ShopDay]
    exceptions: Sequence[OpenException]
    sources: Sequence[SourceState]
    documents: Sequence[DocumentCount]
    tax_differences: Sequence[TaxDifference]
    late_sales: int
    currencies: Sequence[str]


def read_snapshot(published: Path) -> Snapshot:
    """The present state of the reconciliation. Raises ReportError when nothing has been published yet."""
    with open_snapshot(published) as con:
        (late_sales,) = con.execute("select count(*) from core.transactions where is_late").fetchall()[0]
        return Snapshot(
            shop_days=[ShopDay(*row) for row in con.execute(SHOP_DAYS).fetchall()],
            exceptions=read_exceptions(con),
            sources=[SourceState(*row) for row in con.execute(SOURCES).fetchall()],
            documents=[DocumentCount(*row) for row in con.execute(DOCUMENTS).fetchall()],
            tax_differences=[TaxDifference(*row) for row in con.execute(TAX_DIFFERENCES).fetchall()],
            late_sales=late_sales,
            currencies=[currency for (currency,) in con.execute(CURRENCIES).fetchall()],
        )


@contextmanager
def open_snapshot(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, read-only, times in UTC."""
    if not published.exists():
        raise ReportError(
            "NOT_PUBLISHED",
            "there is no published snapshot yet",
            where=str(published),
            next_step="run the daily_cycle job once",
        )
    with duckdb.connect(str(published), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        yield con


def read_exceptions(
    con: duckdb.DuckDBPyConnection, statuses: Sequence[str] = ("open", "acknowledged")
) -> list[OpenException]:
    """The exceptions in these states, the most severe and oldest first."""
    return [OpenException(*row) for row in con.execute(EXCEPTIONS, [list(statuses)]).fetchall()]
