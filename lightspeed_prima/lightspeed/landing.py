"""Writes what a reader hands over into raw.*, append-only, each batch with its watermark in one transaction.

What does not belong here: network calls (the warehouse is never held across one) and judging a payload.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from lightspeed_prima.lightspeed.errors import LightspeedError
from lightspeed_prima.lightspeed.series import Batch, ReferenceRow, SaleRow, StockRow
from lightspeed_prima.warehouse.database import Warehouse

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
class Landed:
    """What one batch added."""

    versions: int = 0
    bad_payloads: int = 0
    references: int = 0


@dataclass(frozen=True)
class WalkRecord:
    """One row of raw.walks."""

    started_at: datetime
    finished_at: datetime
    requests: int
    sales_seen: int
    versions_added: int
    error: LightspeedError | None


class RawStore:
    """The raw tables of one account, for the length of one walk."""

    def __init__(
        self, warehouse: Warehouse, account: str, series: str, run_id: str, now: Callable[[], datetime]
    ) -> None:
        self._warehouse = warehouse
        self.account = account
        self.series = series
        self._run_id = run_id
        self._now = now

    def land(self, batch: Batch) -> Landed:
        """Writes a batch and its cursors, all or nothing."""
        with self._warehouse.transaction() as con:
            sales = self._land_sales(con, batch.sales)
            references = self._land_references(con, batch.references)
            self._land_stock(con, batch.stock)
            for feed, cursor in batch.cursors:
                con.execute(
                    "insert or replace into raw.watermarks (account, feed, cursor, updated_at, run_id) "
                    "values (?, ?, ?, ?::timestamptz, ?)",
                    [self.account, feed, cursor, self._now().isoformat(), self._run_id],
                )
        return Landed(len(sales), sum(row.problem is not None for row in sales), references)

    def record_walk(self, walk: WalkRecord) -> None:
        """Says that this account was read, how far, and what stopped it."""
        with self._warehouse.transaction() as con:
            con.execute(
                "insert into raw.walks (account, series, started_at, finished_at, outcome, requests, "
                "sales_seen, versions_added, error_code, error_text, run_id) "
                "values (?, ?, ?::timestamptz, ?::timestamptz, ?, ?, ?, ?, ?, ?, ?)",
                [
                    self.account,
                    self.series,
                    walk.started_at.isoformat(),
                    walk.finished_at.isoformat(),
                    "failed" if walk.error else "ok",
                    walk.requests,
                    walk.sales_seen,
                    walk.versions_added,
                    walk.error.code if walk.error else None,
                    walk.error.sentence() if walk.error else None,
                    self._run_id,
                ],
            )

    def cursor(self, feed: str) -> str | None:
        """The place a feed has been read to; None before its first batch."""
        rows = self.ask(
            "select cursor from raw.watermarks where account = ? and feed = ?", [self.account, feed]
        )
        return str(rows[0][0]) if rows else None

    def known_sales(self, sale_ids: Sequence[str]) -> set[str]:
        """Those of the sales that are in raw, in any version."""
        rows = self.ask(
            "select distinct sale_id from raw.lightspeed_sales where account = ? and series = ? "
            "and sale_id in (select unnest(?::varchar[]))",
            [self.account, self.series, list(sale_ids)],
        )
        return {str(row[0]) for row in rows}

    def known_references(self, entity: str, entity_ids: Sequence[str]) -> set[str]:
        """Those of the reference objects that are in raw, in any version."""
        rows = self.ask(
            "select distinct entity_id from raw.lightspeed_reference where account = ? and series = ? "
            "and entity = ? and entity_id in (select unnest(?::varchar[]))",
            [self.account, self.series, entity, list(entity_ids)],
        )
        return {str(row[0]) for row in rows}

    def ask(self, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        """A question that only one series has, in its own words."""
        with self._warehouse.connect() as con:
            return con.execute(sql, parameters).fetchall()

    def _land_sales(self, con: duckdb.DuckDBPyConnection, sales: Sequence[SaleRow]) -> list[SaleRow]:
        """Appends the new versions; returns them. A payload equal to the newest one is no version."""
        newest = self._newest_versions(con, sorted({row.sale_id for row in sales}))
        added: list[tuple[SaleRow, int]] = []
        for row in sales:
            version, sha256 = newest.get(row.sale_id, (0, ""))
            if row.payload_sha256 == sha256:
                continue
            version = max(row.clock or 0, version + 1)
            newest[row.sale_id] = (version, row.payload_sha256)
            added.append((row, version))
        if added:
            rows = [row for row, _ in added]
            con.execute(
                _INSERT_SALES,
                self._origin()
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

    def _newest_versions(
        self, con: duckdb.DuckDBPyConnection, sale_ids: list[str]
    ) -> dict[str, tuple[int, str]]:
        rows = con.execute(
            "select sale_id, max(version), arg_max(payload_sha256, version) from raw.lightspeed_sales "
            "where account = ? and series = ? and sale_id in (select unnest(?::varchar[])) group by sale_id",
            [self.account, self.series, sale_ids],
        ).fetchall()
        return {str(sale_id): (int(version), str(sha256)) for sale_id, version, sha256 in rows}

    def _land_references(self, con: duckdb.DuckDBPyConnection, references: Sequence[ReferenceRow]) -> int:
        if not references:
            return 0
        known = con.execute(
            "select entity, entity_id, arg_max(payload_sha256, ingest_seq) from raw.lightspeed_reference "
            "where account = ? and series = ? and entity in (select unnest(?::varchar[])) "
            "and entity_id in (select unnest(?::varchar[])) group by entity, entity_id",
            [
                self.account,
                self.series,
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
                self._origin()
                | {
                    "entities": [row.entity for row in added],
                    "ids": [row.entity_id for row in added],
                    "payloads": [row.payload for row in added],
                    "hashes": [row.payload_sha256 for row in added],
                },
            )
        return len(added)

    def _land_stock(self, con: duckdb.DuckDBPyConnection, stock: Sequence[StockRow]) -> None:
        """Stock is a level, not a history: the newest figure of a shop and item replaces the one before."""
        latest = {(row.shop_id, row.item_id): row.on_hand for row in stock}
        if not latest:
            return
        shops, items = [shop for shop, _ in latest], [item for _, item in latest]
        con.execute(
            "delete from raw.lightspeed_stock where account = ? and (shop_id, item_id) in "
            "(select unnest(?::varchar[]), unnest(?::varchar[]))",
            [self.account, shops, items],
        )
        origin = {name: value for name, value in self._origin().items() if name != "series"}
        con.execute(
            _INSERT_STOCK, origin | {"shops": shops, "items": items, "on_hand": list(latest.values())}
        )

    def _origin(self) -> dict[str, object]:
        return {
            "account": self.account,
            "series": self.series,
            "run_id": self._run_id,
            "fetched_at": self._now().isoformat(),
        }
