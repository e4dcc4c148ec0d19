"""The sale walk: every sale that got a new version since the last walk, whatever the day it belongs to.

What does not belong here: what a status means. The feed has no filter, and none is wanted: voided, deleted
and parked sales are in it with their totals, and SQL must see them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from lightspeed_prima.lightspeed.client import ApiClient
from lightspeed_prima.lightspeed.errors import ApiChanged
from lightspeed_prima.lightspeed.series import SALES_FEED, Batch, RawFacts, SaleRow
from lightspeed_prima.lightspeed.x_series.assumptions import PAGE_SIZES, PAGE_THAT_MUST_READ
from lightspeed_prima.lightspeed.x_series.pages import Page, PageSizes, address, read_page
from lightspeed_prima.lightspeed.x_series.rows import sale_row
from lightspeed_prima.lightspeed.x_series.version_walk import walk_by_version


def walk_sales(client: ApiClient, raw: RawFacts, now: Callable[[], datetime]) -> Iterator[Batch]:
    """All sales since the kept cursor. The first walk reads all there are: dates cannot be asked for."""
    sizes = PageSizes(PAGE_SIZES)

    def ask(after: int) -> Page:
        return sizes.read(
            lambda size: client.get(address(client, "sales", after=after, page_size=size), read_page)
        )

    for walked in walk_by_version(SALES_FEED, ask, raw, now):
        rows = [sale_row(received) for received in walked.objects]
        _refuse_if_nothing_reads(rows)
        yield Batch(SALES_FEED, sales=rows, cursors=walked.cursors)


def _refuse_if_nothing_reads(rows: Sequence[SaleRow]) -> None:
    """Stored as bad payloads they would stay so when a later release can read them."""
    if len(rows) >= PAGE_THAT_MUST_READ and all(row.problem is not None for row in rows):
        first = rows[0]
        raise ApiChanged(
            f"not one of {len(rows)} sales reads; the first is {first.sale_id}: {first.problem} "
            f"at {first.problem_path}"
        )
