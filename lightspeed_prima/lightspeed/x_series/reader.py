"""Reads one X-Series account to the present, in an order in which nothing has to wait for what comes later.

What does not belong here: how a feed is read; each has its own module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from lightspeed_prima.lightspeed.client import ApiClient
from lightspeed_prima.lightspeed.series import Batch, RawFacts
from lightspeed_prima.lightspeed.x_series.reference import read_reference
from lightspeed_prima.lightspeed.x_series.sales import walk_sales
from lightspeed_prima.lightspeed.x_series.stock import read_stock


class XSeriesReader:
    """Fits `SeriesReader`. The original of a return is never missing: the walk begins with the first sale."""

    series = "X"

    def __init__(self, client: ApiClient, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now

    @property
    def requests(self) -> int:
        """How many API requests have been made so far."""
        return self._client.requests

    def batches(self, raw: RawFacts) -> Iterator[Batch]:
        """Reference data, sales, stock."""
        yield from read_reference(self._client, raw, self._now)
        yield from walk_sales(self._client, raw, self._now)
        yield from read_stock(self._client, raw, self._now)
