"""Writes rows into raw.*: append-only, a version only where something changed, cursors with their rows.

What does not belong here: the transaction (raw_store.py) and judging a payload.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from lightspeed_prima.lightspeed.series import Batch, ReferenceRow, SaleRow, StockRow

# A payload that is not JSON to DuckDB is kept as a JSON string, and said to be a problem.
_INSERT_SALES = """
insert into raw.lightspeed_sales (account, series, sale_id, version, source_updated_at, payload,
                                  payload_sha256, fetched_at, run_id, problem_path, problem)
select $account, $series, sale_id, version, source_updated_at,
       case when json_valid(payload) then payload::json else to_json(payload) end,
       payload_sha256, $fetched_at::timestamptz, $run_id,
       case when json_valid(payload) then problem_path else '$' end,
       case when json_valid(payload) then problem else 'not valid JSON' end
from (select unnest($sale_ids::varchar[]) as sale_id, unnest($versions::bigint[]) as version,
             unnest($updated::varchar[])::timestamptz as source_updated_at,
             unnest($payloads::varchar[]) as payload, unnest($hashes::varchar[]) as payload_sha256,
             unnest($paths::varchar[]) as problem_path, unnest($problems::varchar[]) as problem)
"""

_INSERT_REFERENCES = """
insert into raw.lightspeed_reference (account, series, entity, entity_id, payload, payload_sha256,
                                      fetched_at, run_id)
select $account, $series, entity, entity_id,
       case when json_valid(payload) then payload::json else to_json(payload) end,
       payload_sha256, $fetched_at::timestamptz, $run_id
from (select unnest($entities::varchar[]) as entity, unnest($ids::varchar[]) as entity_id,
             unnest($payloads::varchar[]) as payload, unnest($hashes::varchar[]) as payload_sha256)
"""

_INSERT_STOCK = """
insert into raw.lightspeed_stock (account, shop_id, item_id, on_hand, fetched_at, run_id)
select $account, shop_id, item_id, on_hand, $fetched_at::timestamptz, $run_id
from (select unnest($shops::varchar[]) as shop_id, unnest($items::varchar[]) as item_id,
             unnest($on_hand::bigint[]) as on_hand)
"""


@dataclass(frozen=True)
class Origin:
    """Where rows come from and when they came."""

    account: str
    series: str
    run_id: str
    fetched_at: datetime

    def parameters(self) -> dict[str, object]:
        """As the insert statements name them."""
        return {
            "account": self.account,
            "series": self.series,
            "run_id": self.run_id,
            "fetched_at": self.fetched_at.isoformat(),
        }


@dataclass(frozen=True)
class Landed:
    """What was added."""

    versions: int = 0
    bad_payloads: int = 0
    references: int = 0

    def __add__(self, other: Landed) -> Landed:
        return Landed(
            self.versions + other.versions,
            self.bad_payloads + other.bad_payloads,
            self.references + other.references,
        )


def write_batch(con: duckdb.DuckDBPyConnection, origin: Origin, batch: Batch) -> Landed:
    """Writes a batch and its cursors in the caller's transaction."""
    sales = _land_sales(con, origin, batch.sales)
    references = _land_references(con, origin, batch.references)
    _land_stock(con, origin, batch.stock)
    for feed, cursor in batch.cursors:
        con.execute(
            "insert or replace into raw.watermarks (account, feed, cursor, updated_at, run_id) "
            "values (?, ?, ?, ?::timestamptz, ?)",
            [origin.account, feed, cursor, origin.fetched_at.isoformat(), origin.run_id],
        )
    return Landed(len(sales), sum(row.problem is not None for row in sales), references)


def _land_sales(con: duckdb.DuckDBPyConnection, origin: Origin, sales: Sequence[SaleRow]) -> list[SaleRow]:
    """Appends the new versions; returns them."""
    if not sales:
        return []
    added = _with_versions(con, origin, sales)
    if added:
        rows = [row for row, _ in added]
        con.execute(
            _INSERT_SALES,
            origin.parameters()
            | {
                "sale_ids": [row.sale_id for row in rows],
                "versions": [version for _, version in added],
                "updated": [row.source_updated_at and row.source_updated_at.isoformat() for row in rows],
                "payloads": [row.payload for row in rows],
                "hashes": [row.payload_sha256 for row in rows],
                "paths": [row.problem_path for row in rows],
                "problems": [row.problem for row in rows],
            },
        )
    return [row for row, _ in added]


def _with_versions(
    con: duckdb.DuckDBPyConnection, origin: Origin, sales: Sequence[SaleRow]
) -> list[tuple[SaleRow, int]]:
    """The rows that are new, with their numbers: neither known ones nor equal to the newest."""
    newest = _newest_versions(con, origin, sorted({row.sale_id for row in sales}))
    stored = _stored_numbers(con, origin, [row for row in sales if row.numbered])
    added: list[tuple[SaleRow, int]] = []
    for row in sales:
        version, sha256 = newest.get(row.sale_id, (0, ""))
        if row.numbered and row.clock is not None:
            number = row.clock
            is_known = (row.sale_id, number) in stored
            stored.add((row.sale_id, number))
        else:
            number = max(row.clock or 0, version + 1)
            is_known = row.payload_sha256 == sha256
        if is_known:
            continue
        if number > version:
            newest[row.sale_id] = (number, row.payload_sha256)
        added.append((row, number))
    return added


def _stored_numbers(
    con: duckdb.DuckDBPyConnection, origin: Origin, numbered: Sequence[SaleRow]
) -> set[tuple[str, int]]:
    if not numbered:
        return set()
    rows = con.execute(
        "select sale_id, version from raw.lightspeed_sales where account = ? and series = ? "
        "and sale_id in (select unnest(?::varchar[]))",
        [origin.account, origin.series, sorted({row.sale_id for row in numbered})],
    ).fetchall()
    return {(str(sale_id), int(version)) for sale_id, version in rows}


def _newest_versions(
    con: duckdb.DuckDBPyConnection, origin: Origin, sale_ids: list[str]
) -> dict[str, tuple[int, str]]:
    rows = con.execute(
        "select sale_id, max(version), arg_max(payload_sha256, version) from raw.lightspeed_sales "
        "where account = ? and series = ? and sale_id in (select unnest(?::varchar[])) group by sale_id",
        [origin.account, origin.series, sale_ids],
    ).fetchall()
    return {str(sale_id): (int(version), str(sha256)) for sale_id, version, sha256 in rows}


def _land_references(
    con: duckdb.DuckDBPyConnection, origin: Origin, references: Sequence[ReferenceRow]
) -> int:
    if not references:
        return 0
    known = con.execute(
        "select entity, entity_id, arg_max(payload_sha256, ingest_seq) from raw.lightspeed_reference "
        "where account = ? and series = ? and entity in (select unnest(?::varchar[])) "
        "and entity_id in (select unnest(?::varchar[])) group by entity, entity_id",
        [
            origin.account,
            origin.series,
            sorted({row.entity for row in references}),
            sorted({row.entity_id for row in references}),
        ],
    ).fetchall()
    newest = {(str(entity), str(entity_id)): str(sha256) for entity, entity_id, sha256 in known}
    added: list[ReferenceRow] = []
    for row in references:
        if newest.get((row.entity, row.entity_id)) != row.payload_sha256:
            newest[row.entity, row.entity_id] = row.payload_sha256
            added.append(row)
    if added:
        con.execute(
            _INSERT_REFERENCES,
            origin.parameters()
            | {
                "entities": [row.entity for row in added],
                "ids": [row.entity_id for row in added],
                "payloads": [row.payload for row in added],
                "hashes": [row.payload_sha256 for row in added],
            },
        )
    return len(added)


def _land_stock(con: duckdb.DuckDBPyConnection, origin: Origin, stock: Sequence[StockRow]) -> None:
    """Stock is a level, not a history: the newest figure of a shop and item replaces the one before."""
    latest = {(row.shop_id, row.item_id): row.on_hand for row in stock}
    if not latest:
        return
    shops, items = [shop for shop, _ in latest], [item for _, item in latest]
    con.execute(
        "delete from raw.lightspeed_stock where account = ? and (shop_id, item_id) in "
        "(select unnest(?::varchar[]), unnest(?::varchar[]))",
        [origin.account, shops, items],
    )
    parameters = {name: value for name, value in origin.parameters().items() if name != "series"}
    con.execute(
        _INSERT_STOCK, parameters | {"shops": shops, "items": items, "on_hand": list(latest.values())}
    )
