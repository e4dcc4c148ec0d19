"""The sale walk: every sale changed since the last one, in the order of its update clock; and sales by id.

What does not belong here: voids and originals, which the clock may not show (voids.py, originals.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from functools import partial

from lightspeed_prima.lightspeed.client import ApiClient
from lightspeed_prima.lightspeed.r_series.assumptions import (
    FIRST_WALK_MARGIN,
    READ_AGAIN,
    UPDATE_TIME_SPELLINGS,
)
from lightspeed_prima.lightspeed.r_series.clock_walk import Walked, as_cursor, from_cursor, walk_by_clock
from lightspeed_prima.lightspeed.r_series.paging import ListQuery, Received, first_accepted, read_list
from lightspeed_prima.lightspeed.r_series.rows import sale_row
from lightspeed_prima.lightspeed.series import SALES_FEED, Batch, RawFacts

# Since when the walk is complete: when start_from is moved to an earlier day, it begins again from there.
FEED_BEGINNING = "sales_from"

SALE_RELATIONS = (
    "SaleLines",
    "SaleLines.Item",
    "SaleLines.Note",
    "SalePayments",
    "SalePayments.PaymentType",
    "SalePayments.SaleAccounts",
)

IDS_PER_REQUEST = 100  # the most that the IN operator takes


def beginning(start_from: date) -> datetime:
    """From when on updates matter: what was completed on the first trading day was updated after this."""
    return datetime.combine(start_from, time.min, tzinfo=UTC) - FIRST_WALK_MARGIN


def walk_sales(client: ApiClient, account_id: str, start_from: date, raw: RawFacts) -> Iterator[Batch]:
    """No filter on completed or voided: it would hide that a known sale was reopened or voided."""
    wanted_from = beginning(start_from)
    covered_from = from_cursor(raw.cursor(FEED_BEGINNING))
    previous = from_cursor(raw.cursor(SALES_FEED))
    if covered_from is None or covered_from > wanted_from:
        covered_from, previous = wanted_from, None
    since = wanted_from if previous is None else previous - READ_AGAIN

    queries = [
        ListQuery(
            account_id,
            "Sale",
            relations=SALE_RELATIONS,
            clock=(filter_name, sort_name, "updateTime"),
            since=since,
        )
        for filter_name, sort_name in UPDATE_TIME_SPELLINGS
    ]
    readings = [partial(walk_by_clock, client, query, previous) for query in queries]
    for walked in first_accepted(readings):
        yield Batch(
            SALES_FEED,
            sales=[sale_row(received) for received in walked.objects],
            cursors=_cursors(walked, covered_from),
        )


def read_sales(client: ApiClient, account_id: str, sale_ids: Sequence[str]) -> Iterator[tuple[Received, ...]]:
    """The present state of single sales, whatever their clock says."""
    for chunk in in_chunks(sale_ids):
        query = ListQuery(
            account_id, "Sale", relations=SALE_RELATIONS, filters=[("saleID", f"IN,[{','.join(chunk)}]")]
        )
        yield from read_list(client, query)


def in_chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many ids as one request takes."""
    for start in range(0, len(ids), IDS_PER_REQUEST):
        yield ids[start : start + IDS_PER_REQUEST]


def _cursors(walked: Walked, covered_from: datetime) -> list[tuple[str, str]]:
    if walked.reached is None:
        return []
    return [(SALES_FEED, as_cursor(walked.reached)), (FEED_BEGINNING, as_cursor(covered_from))]
