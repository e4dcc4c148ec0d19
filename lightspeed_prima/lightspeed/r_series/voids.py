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
    cursor = raw.cursor(FEED)
    last_id = None if cursor is None else int(cursor)
    listed = list(_recent_voids(client, account_id, start_from, last_id))
    newest = max([last_id or 0, *map(_void_id, listed)])
    # A new id counts whatever its time says: a till's clock can be wrong.
    surely_new = newest if last_id is None else last_id
    relevant = [void for void in listed if _in_scope(void, start_from) or _void_id(void) > surely_new]
    rows = {void: reference_row(ENTITY, "saleVoidID", void) for void in relevant}
    known = raw.known_references(ENTITY, [row.entity_id for row in rows.values()]) if rows else set()
    sale_ids = {void.fields.get("saleID", "") for void, row in rows.items() if row.entity_id not in known}
    for page in read_sales(client, account_id, sorted(filter(_is_id, sale_ids), key=int)):
        yield Batch(FEED, sales=[sale_row(received) for received in page])
    yield Batch(FEED, references=list(rows.values()), cursors=[(FEED, str(newest))])


def _recent_voids(
    client: ApiClient, account_id: str, start_from: date, last_id: int | None
) -> Iterator[Received]:
    """Newest first, back to a little below the last one known; at first to the beginning of the scope."""
    for page in read_list(client, ListQuery(account_id, "SaleVoid", sort="-saleVoidID")):
        for void in page:
            yield void
            if last_id is None and not _in_scope(void, start_from):
                return
            if last_id is not None and _void_id(void) <= last_id - VOID_IDS_READ_AGAIN:
                return


def _in_scope(void: Received, start_from: date) -> bool:
    created_at = moment(void.fields.get("createTime", ""))
    return created_at is None or created_at >= beginning(start_from)


def _void_id(void: Received) -> int:
    text = void.fields.get("saleVoidID", "")
    return int(text) if _is_id(text) else 0


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) > 0
