"""The reference feeds: account, shops, taxes, payment types, matrices and items.

What does not belong here: stock figures (stock.py), which are a level and not a version.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import quote

from lightspeed_prima.lightspeed.client import ApiClient
from lightspeed_prima.lightspeed.errors import RequestRefused
from lightspeed_prima.lightspeed.r_series.assumptions import ACCOUNT_DETAIL, READ_AGAIN, WITH_ARCHIVED
from lightspeed_prima.lightspeed.r_series.clock_walk import as_cursor, from_cursor, walk_by_clock
from lightspeed_prima.lightspeed.r_series.paging import ListQuery, first_accepted, read_list, read_one
from lightspeed_prima.lightspeed.r_series.rows import reference_row
from lightspeed_prima.lightspeed.series import Batch, RawFacts

_TIME_STAMP = ("timeStamp", "timeStamp", "timeStamp")


@dataclass(frozen=True)
class ReferenceFeed:
    """One list of reference objects. `by_clock`: only what changed is read again; the others are short."""

    feed: str
    entity: str
    resource: str
    id_field: str
    relations: tuple[str, ...] = ()
    by_clock: bool = False


FEEDS = (
    ReferenceFeed("shops", "shop", "Shop", "shopID"),
    ReferenceFeed("tax_categories", "tax_category", "TaxCategory", "taxCategoryID", ("TaxCategoryClasses",)),
    ReferenceFeed("tax_classes", "tax_class", "TaxClass", "taxClassID"),
    ReferenceFeed("payment_types", "payment_type", "PaymentType", "paymentTypeID"),
    ReferenceFeed("item_matrices", "item_matrix", "ItemMatrix", "itemMatrixID", by_clock=True),
    ReferenceFeed("items", "item", "Item", "itemID", by_clock=True),
)


def read_reference(client: ApiClient, account_id: str, raw: RawFacts) -> Iterator[Batch]:
    """All reference feeds, the account itself first: it knows the currency."""
    yield _account(client, account_id)
    for feed in FEEDS:
        reading = _changed if feed.by_clock else _whole
        with_archived = ListQuery(account_id, feed.resource, feed.relations, [("archived", "true")])
        queries = [with_archived] if feed.resource in WITH_ARCHIVED else []
        queries.append(replace(with_archived, filters=()))
        yield from first_accepted([partial(reading, client, feed, query, raw) for query in queries])


def _account(client: ApiClient, account_id: str) -> Batch:
    address = client.base_url + ACCOUNT_DETAIL.format(account_id=quote(account_id, safe=""))
    try:
        received = read_one(client, address, "Account")
    except RequestRefused:
        received = read_one(client, f"{client.base_url}/API/V3/Account.json", "Account")
    return Batch("account", references=[reference_row("account", "accountID", received)])


def _whole(client: ApiClient, feed: ReferenceFeed, query: ListQuery, _raw: RawFacts) -> Iterator[Batch]:
    for page in read_list(client, query):
        yield Batch(
            feed.feed, references=[reference_row(feed.entity, feed.id_field, received) for received in page]
        )


def _changed(client: ApiClient, feed: ReferenceFeed, query: ListQuery, raw: RawFacts) -> Iterator[Batch]:
    previous = from_cursor(raw.cursor(feed.feed))
    since = None if previous is None else previous - READ_AGAIN
    for walked in walk_by_clock(client, replace(query, clock=_TIME_STAMP, since=since), previous):
        yield Batch(
            feed.feed,
            references=[reference_row(feed.entity, feed.id_field, received) for received in walked.objects],
            cursors=[] if walked.reached is None else [(feed.feed, as_cursor(walked.reached))],
        )
