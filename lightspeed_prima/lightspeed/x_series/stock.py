"""The stock feed: what each outlet has of each product, changed since the last walk.

What does not belong here: writing stock, and the stock of Prima.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

from lightspeed_prima.lightspeed.client import ApiClient
from lightspeed_prima.lightspeed.series import Batch, RawFacts
from lightspeed_prima.lightspeed.x_series.assumptions import INVENTORY_SIZES
from lightspeed_prima.lightspeed.x_series.pages import Page, PageSizes, address, read_bare_page
from lightspeed_prima.lightspeed.x_series.rows import stock_row
from lightspeed_prima.lightspeed.x_series.version_walk import walk_by_version

FEED = "inventory"


def read_stock(client: ApiClient, raw: RawFacts, now: Callable[[], datetime]) -> Iterator[Batch]:
    """Asked with a body and answered with a bare list, newest first unless it is told otherwise."""
    sizes = PageSizes(INVENTORY_SIZES)

    def ask(after: int) -> Page:
        return sizes.read(
            lambda size: client.post(address(client, FEED), _question(after, size), read_bare_page)
        )

    for walked in walk_by_version(FEED, ask, raw, now):
        yield Batch(FEED, stock=[stock_row(received) for received in walked.objects], cursors=walked.cursors)


def _question(after: int, size: int) -> bytes:
    return msgspec.json.encode(
        {"after": after, "size": size, "sort_direction": "asc", "include_deleted": True}
    )
