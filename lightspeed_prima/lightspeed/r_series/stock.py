"""The stock feed: what each shop has of each item, changed since the last walk.

What does not belong here: writing stock, and the stock of Prima.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from lightspeed_prima.lightspeed.client import ApiClient
from lightspeed_prima.lightspeed.errors import ApiChanged
from lightspeed_prima.lightspeed.r_series.assumptions import READ_AGAIN
from lightspeed_prima.lightspeed.r_series.clock_walk import as_cursor, from_cursor, walk_by_clock
from lightspeed_prima.lightspeed.r_series.paging import ListQuery, Received
from lightspeed_prima.lightspeed.series import Batch, RawFacts, StockRow

FEED = "item_shops"
_ALL_SHOPS = "0"  # a summary row over all shops: counting it would double the stock


def read_stock(client: ApiClient, account_id: str, raw: RawFacts) -> Iterator[Batch]:
    """ItemShop has its own clock: a sale moves it, and does not move the item's."""
    previous = from_cursor(raw.cursor(FEED))
    query = ListQuery(
        account_id,
        "ItemShop",
        clock=("timeStamp", "timeStamp", "timeStamp"),
        since=None if previous is None else previous - READ_AGAIN,
    )
    for walked in walk_by_clock(client, query, previous):
        yield Batch(
            FEED,
            stock=[_stock_row(row) for row in walked.objects if row.fields.get("shopID") != _ALL_SHOPS],
            cursors=[] if walked.reached is None else [(FEED, as_cursor(walked.reached))],
        )


def _stock_row(received: Received) -> StockRow:
    fields = received.fields
    try:
        on_hand = Decimal(fields["qoh"])
        row = StockRow(shop_id=fields["shopID"], item_id=fields["itemID"], on_hand=int(on_hand))
    except (KeyError, InvalidOperation, ValueError, OverflowError) as problem:
        raise _unreadable(received) from problem
    if on_hand != row.on_hand:
        raise _unreadable(received)
    return row


def _unreadable(received: Received) -> ApiChanged:
    identity = {name: received.fields.get(name) for name in ("itemShopID", "itemID", "shopID", "qoh")}
    return ApiChanged(f"a stock figure does not read as whole pieces: {identity}")
