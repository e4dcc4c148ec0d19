"""Reads the published snapshot: what the daily report, the demo's summary and the console have to say.

What does not belong here: how it is shown, or which rows are worth showing. Opens the snapshot read-only and
closes it at once, so that the next one can take its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lightspeed_prima.errors import PipelineError
from lightspeed_prima.reports import questions
from lightspeed_prima.reports.rows import (
    DocumentCount,
    LateSale,
    Month,
    OpenException,
    SalesTotal,
    ShopDay,
    SourceState,
    TaxDifference,
    TaxTotal,
    TenderTotal,
)

if TYPE_CHECKING:
    import duckdb

NEEDS_A_PERSON = ("open", "acknowledged")


class ReportError(PipelineError):
    """There is nothing to report from."""


@dataclass(frozen=True)
class Snapshot:
    """Everything the report shows, read in one visit.

    `since` is the first trading day of the report's period, None when nothing was ever rung. Shop-days,
    exceptions and late sales are of all days; the other figures are of the period.
    """

    published_at: datetime
    since: date | None
    shop_days: Sequence[ShopDay]
    exceptions: Sequence[OpenException]
    sources: Sequence[SourceState]
    sales: Sequence[SalesTotal]
    documents: Sequence[DocumentCount]
    taxes: Sequence[TaxTotal]
    tax_differences: Sequence[TaxDifference]
    tenders: Sequence[TenderTotal]
    months: Sequence[Month]
    late: Sequence[LateSale]
    late_sales: int
    currencies: Mapping[str, str]
    depots: Mapping[tuple[str, str], str]


def read_snapshot(published: Path) -> Snapshot:
    """The present state of the reconciliation. Raises ReportError when there is none to be read."""
    with open_snapshot(published) as con:
        ((published_at, since),) = con.execute(questions.PERIOD).fetchall()
        period = [since]
        ((late_sales,),) = con.execute(questions.LATE_SALES).fetchall()
        return Snapshot(
            published_at=published_at,
            since=since,
            shop_days=[ShopDay(*row) for row in con.execute(questions.SHOP_DAYS).fetchall()],
            exceptions=read_exceptions(con),
            sources=[SourceState(*row) for row in con.execute(questions.SOURCES).fetchall()],
            sales=[SalesTotal(*row) for row in con.execute(questions.SALES, period).fetchall()],
            documents=[DocumentCount(*row) for row in con.execute(questions.DOCUMENTS, period).fetchall()],
            taxes=[TaxTotal(*row) for row in con.execute(questions.TAXES, period).fetchall()],
            tax_differences=[
                TaxDifference(*row) for row in con.execute(questions.TAX_DIFFERENCES, period).fetchall()
            ],
            tenders=[TenderTotal(*row) for row in con.execute(questions.TENDERS, period).fetchall()],
            months=[Month(*row) for row in con.execute(questions.MONTHS).fetchall()],
            late=[LateSale(*row) for row in con.execute(questions.NEWEST_LATE_SALES).fetchall()],
            late_sales=late_sales,
            currencies=read_currencies(con),
            depots={
                (account, shop): depot for account, shop, depot in con.execute(questions.DEPOTS).fetchall()
            },
        )


@contextmanager
def open_snapshot(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, read-only, times in UTC; a file that is no snapshot is a ReportError."""
    import duckdb

    if not published.exists():
        raise ReportError(
            "NOT_PUBLISHED",
            "there is no published snapshot yet",
            where=str(published),
            next_step="run the daily_cycle job once; in the sandbox, `lightspeed-prima demo`",
        )
    try:
        with duckdb.connect(str(published), read_only=True) as con:
            con.execute("set timezone = 'UTC'")
            yield con
    except duckdb.Error as error:
        raise ReportError(
            "SNAPSHOT_UNREADABLE",
            " ".join(str(error).split()),
            where=str(published),
            next_step="run the reconcile job: it writes the snapshot afresh",
        ) from error


def read_exceptions(
    con: duckdb.DuckDBPyConnection, statuses: Sequence[str] = NEEDS_A_PERSON
) -> list[OpenException]:
    """The exceptions in these states, the most severe and oldest first."""
    return [OpenException(*row) for row in con.execute(questions.EXCEPTIONS, [list(statuses)]).fetchall()]


def read_currencies(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The currency of each account; "" where no sale has told it yet."""
    return dict(con.execute(questions.CURRENCIES).fetchall())
