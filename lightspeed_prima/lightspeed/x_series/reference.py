"""The reference feeds: retailer, outlets, registers, taxes, payment types and products.

What does not belong here: stock figures (stock.py), which are a level and not a version; customers, which are
not read at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lightspeed_prima.lightspeed.client import ApiClient
from lightspeed_prima.lightspeed.series import Batch, RawFacts
from lightspeed_prima.lightspeed.x_series.assumptions import PAGE_SIZES
from lightspeed_prima.lightspeed.x_series.pages import Page, PageSizes, address, read_page, read_single
from lightspeed_prima.lightspeed.x_series.rows import reference_row
from lightspeed_prima.lightspeed.x_series.version_walk import walk_by_version


@dataclass(frozen=True)
class ReferenceFeed:
    """One versioned list of reference objects. Its resource is also the name of its feed."""

    resource: str
    entity: str
    key: tuple[str, ...] = ("id",)


FEEDS = (
    ReferenceFeed("outlets", "outlet"),
    ReferenceFeed("registers", "register"),
    ReferenceFeed("outlet_taxes", "outlet_tax", ("outlet_id", "product_id")),
    ReferenceFeed("payment_types", "payment_type"),
    ReferenceFeed("products", "product"),
)


def read_reference(client: ApiClient, raw: RawFacts, now: Callable[[], datetime]) -> Iterator[Batch]:
    """All reference feeds, the retailer first: it knows the currency and whether prices include tax."""
    yield _retailer(client)
    yield _taxes(client)
    for feed in FEEDS:
        yield from _changed(client, feed, raw, now)


def _retailer(client: ApiClient) -> Batch:
    received = client.get(address(client, "retailer"), read_single)
    return Batch("retailer", references=[reference_row("retailer", ("id",), received)])


def _taxes(client: ApiClient) -> Batch:
    """The one list without versions, so it is read whole each time. It is short."""
    page = client.get(address(client, "taxes"), read_page)
    return Batch("taxes", references=[reference_row("tax", ("id",), received) for received in page.objects])


def _changed(
    client: ApiClient, feed: ReferenceFeed, raw: RawFacts, now: Callable[[], datetime]
) -> Iterator[Batch]:
    sizes = PageSizes(PAGE_SIZES)

    def ask(after: int) -> Page:
        # Without deleted=true a deleted object would not be told from one that did not change.
        return sizes.read(
            lambda size: client.get(
                address(client, feed.resource, after=after, page_size=size, deleted="true"), read_page
            )
        )

    for walked in walk_by_version(feed.resource, ask, raw, now):
        yield Batch(
            feed.resource,
            references=[reference_row(feed.entity, feed.key, received) for received in walked.objects],
            cursors=walked.cursors,
        )
