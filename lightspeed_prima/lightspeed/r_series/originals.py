"""Looks up the sales that returned lines point to, when they are older than the walk.

What does not belong here: deciding whether a return may be posted; that is SQL's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from urllib.parse import quote

from lightspeed_prima.lightspeed.client import ApiClient
from lightspeed_prima.lightspeed.errors import RequestRefused
from lightspeed_prima.lightspeed.r_series.assumptions import LINE_ID_FILTER
from lightspeed_prima.lightspeed.r_series.paging import (
    ListQuery,
    Received,
    first_accepted,
    read_list,
    read_one,
)
from lightspeed_prima.lightspeed.r_series.rows import sale_row
from lightspeed_prima.lightspeed.r_series.sales import in_chunks, read_sales
from lightspeed_prima.lightspeed.series import Batch, RawFacts

FEED = "originals"

# The newest row, and the returned lines among what has landed since the last look-up. Item fees point to a
# line of their own sale.
_NEW_RETURNS = """
with new_sales as (
    select ingest_seq, payload -> '$.SaleLines.SaleLine' as lines
    from raw.lightspeed_sales
    where account = ? and series = ? and ingest_seq > ?
),
lines as (
    select unnest(case json_type(lines) when 'ARRAY' then lines::json[] else [lines] end) as line
    from new_sales
    where json_type(lines) in ('ARRAY', 'OBJECT')
),
returned as (
    select distinct line ->> 'parentSaleLineID' as original_line_id
    from lines
    where try_cast(line ->> 'unitQuantity' as decimal(18, 4)) < 0
      and coalesce(line ->> 'lineType', '') not like 'item_fee%'
      and regexp_full_match(line ->> 'parentSaleLineID', '[0-9]*[1-9][0-9]*')
)
select (select max(ingest_seq) from new_sales), (select list(original_line_id order by all) from returned)
"""


def fetch_originals(client: ApiClient, account_id: str, raw: RawFacts) -> Iterator[Batch]:
    """Fetches missing originals, one step back: the originals of originals are not needed."""
    looked_at = raw.cursor(FEED) or "0"
    newest, line_ids = _new_returns(raw, looked_at)
    fetched = False
    for chunk in in_chunks(line_ids):
        sale_ids = _sales_of(client, account_id, chunk)
        missing = sorted(sale_ids - raw.known_sales(sorted(sale_ids)), key=int)
        for page in read_sales(client, account_id, missing):
            fetched = True
            yield Batch(FEED, sales=[sale_row(received) for received in page])
    if fetched:
        newest, _ = _new_returns(raw, newest)
    if newest != looked_at:
        yield Batch(FEED, cursors=[(FEED, newest)])


def _new_returns(raw: RawFacts, after_ingest_seq: str) -> tuple[str, list[str]]:
    newest, line_ids = raw.ask(_NEW_RETURNS, [raw.account, raw.series, int(after_ingest_seq)])[0]
    return str(newest or after_ingest_seq), line_ids or []


def _sales_of(client: ApiClient, account_id: str, line_ids: Sequence[str]) -> set[str]:
    """The sales that the lines stand on. A line on no sale (an open layaway) has saleID "0"."""
    query = ListQuery(account_id, "SaleLine", filters=[(LINE_ID_FILTER, f"IN,[{','.join(line_ids)}]")])
    pages = first_accepted(
        [partial(read_list, client, query), partial(_one_by_one, client, account_id, line_ids)]
    )
    found = {line.fields.get("saleID", "") for page in pages for line in page}
    return {sale_id for sale_id in found if sale_id.isdecimal() and int(sale_id) > 0}


def _one_by_one(
    client: ApiClient, account_id: str, line_ids: Sequence[str]
) -> Iterator[tuple[Received, ...]]:
    for line_id in line_ids:
        address = f"{client.base_url}/API/V3/Account/{quote(account_id, safe='')}/SaleLine/{line_id}.json"
        try:
            yield (read_one(client, address, "SaleLine"),)
        except RequestRefused as refusal:
            if refusal.status != 404:
                raise
