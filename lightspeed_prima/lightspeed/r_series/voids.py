"""The sweep of voids: a void does not move a sale's timeStamp, and perhaps not its updateTime either.

What does not belong here: what a void means for money.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lightspeed_prima.lightspeed.client import ApiClient
from lightspeed_prima.lightspeed.r_series.assumptions import VOID_IDS_READ_AGAIN
from lightspeed_prima.lightspeed.r_series.paging import ListQuery, Received, moment, read_list
from lightspeed_prima.lightspeed.r_series.rows import reference_row, sale_row
from lightspeed_prima.lightspeed.r_series.sales import beginning, read_sales
from lightspeed_prima.lightspeed.series import Batch, RawFacts

FEED = "sale_voids"
ENTITY = "sale_void"


def sweep_voids(client: ApiClient, account_id: str, start_from: date, raw: RawFacts) -> Iterator[Batch]:
    """Reads the new voids, re-reads their sales, and only then remembers the voids."""
    last_id = int(raw.cursor(FEED) or 0)
    listed = list(_recent_voids(client, account_id, start_from, last_id))
    if not listed:
        return
    rows = {row.entity_id: row for row in (reference_row(ENTITY, "saleVoidID", void) for void in listed)}
    known = raw.known_references(ENTITY, list(rows))
    sale_ids = {
        void.fields.get("saleID", "")
        for void in listed
        if reference_row(ENTITY, "saleVoidID", void).entity_id not in known
    }
    for page in read_sales(client, account_id, sorted(filter(_is_id, sale_ids), key=int)):
        yield Batch(FEED, sales=[sale_row(received) for received in page])
    newest = max([last_id, *(_void_id(void) for void in listed)])
    yield Batch(FEED, references=list(rows.values()), cursors=[(FEED, str(newest))])


def _recent_voids(client: ApiClient, account_id: str, start_from: date, last_id: int) -> Iterator[Received]:
    """Newest first, back to a little below the last one known, or to the beginning of what is in scope."""
    since = beginning(start_from)
    for page in read_list(client, ListQuery(account_id, "SaleVoid", sort="-saleVoidID")):
        for void in page:
            created_at = moment(void.fields.get("createTime", ""))
            if _void_id(void) <= last_id - VOID_IDS_READ_AGAIN or (
                created_at is not None and created_at < since
            ):
                return
            yield void


def _void_id(void: Received) -> int:
    text = void.fields.get("saleVoidID", "")
    return int(text) if _is_id(text) else 0


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) > 0
