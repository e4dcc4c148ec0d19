"""Reads one R-Series account to the present, in an order in which nothing has to wait for what comes later.

What does not belong here: how a feed is read; each has its own module.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lightspeed_prima.lightspeed.client import ApiClient
from lightspeed_prima.lightspeed.oauth import Credentials
from lightspeed_prima.lightspeed.r_series.account_id import find_account_id
from lightspeed_prima.lightspeed.r_series.originals import fetch_originals
from lightspeed_prima.lightspeed.r_series.reference import read_reference
from lightspeed_prima.lightspeed.r_series.sales import walk_sales
from lightspeed_prima.lightspeed.r_series.stock import read_stock
from lightspeed_prima.lightspeed.r_series.voids import sweep_voids
from lightspeed_prima.lightspeed.series import Batch, RawFacts


class RSeriesReader:
    """Fits `SeriesReader`."""

    series = "R"

    def __init__(
        self, client: ApiClient, credentials: Credentials, account_id: str | None, start_from: date
    ) -> None:
        self._client = client
        self._credentials = credentials
        self._configured_id = account_id
        self._start_from = start_from

    @property
    def requests(self) -> int:
        """How many API requests have been made so far."""
        return self._client.requests

    def batches(self, raw: RawFacts) -> Iterator[Batch]:
        """Reference data, sales, voided sales, originals of returns, stock."""
        account_id = find_account_id(self._configured_id, self._credentials.access_token(), self._client)
        yield from read_reference(self._client, account_id, raw)
        yield from walk_sales(self._client, account_id, self._start_from, raw)
        yield from sweep_voids(self._client, account_id, self._start_from, raw)
        yield from fetch_originals(self._client, account_id, raw)
        yield from read_stock(self._client, account_id, raw)
