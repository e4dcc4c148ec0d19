"""The raw tables of one account during one walk: gathers batches, so that visits to the file are few.

What does not belong here: network calls (the warehouse is never held across one) and how a row is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from lightspeed_prima.lightspeed.errors import LightspeedError
from lightspeed_prima.lightspeed.landing import Landed, Origin, write_batch
from lightspeed_prima.lightspeed.series import Batch
from lightspeed_prima.warehouse.database import Warehouse

# Opening the warehouse costs some hundredths of a second and shuts everybody else out; memory stays flat.
ROWS_PER_VISIT = 500


@dataclass(frozen=True)
class WalkRecord:
    """One row of raw.walks, but for what the store itself has counted."""

    started_at: datetime
    finished_at: datetime
    requests: int
    sales_seen: int
    error: LightspeedError | None


class RawStore:
    """Fits `RawFacts`. Batches are written in their order, each in one transaction with its cursors."""

    def __init__(
        self, warehouse: Warehouse, account: str, series: str, run_id: str, now: Callable[[], datetime]
    ) -> None:
        self.account = account
        self.series = series
        self.landed = Landed()
        self._warehouse = warehouse
        self._run_id = run_id
        self._now = now
        self._waiting: list[Batch] = []
        self._known_cursors: dict[str, str] | None = None

    def land(self, batch: Batch) -> None:
        """Takes a batch; it is on disk after the next visit, at the latest with the record of the walk."""
        self._cursors().update(batch.cursors)
        self._waiting.append(batch)
        if (
            sum(len(one.sales) + len(one.references) + len(one.stock) for one in self._waiting)
            >= ROWS_PER_VISIT
        ):
            self.flush()

    def flush(self) -> None:
        """Writes all that waits."""
        if self._waiting:
            with self._visit():
                pass

    def record_walk(self, walk: WalkRecord) -> None:
        """Writes all that waits, and says how far this account was read and what stopped it."""
        with self._visit() as con:
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
                    self.landed.versions,
                    walk.error.code if walk.error else None,
                    walk.error.sentence() if walk.error else None,
                    self._run_id,
                ],
            )

    def cursor(self, feed: str) -> str | None:
        """The place a feed has been read to; None before its first batch."""
        return self._cursors().get(feed)

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
        """A question that only one series has, in its own words. Sees everything landed so far."""
        with self._visit() as con:
            return con.execute(sql, parameters).fetchall()

    def _cursors(self) -> dict[str, str]:
        if self._known_cursors is None:
            rows = self.ask("select feed, cursor from raw.watermarks where account = ?", [self.account])
            self._known_cursors = {str(feed): str(cursor) for feed, cursor in rows}
        return self._known_cursors

    @contextmanager
    def _visit(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """One transaction that begins with all that waits. What fails leaves nothing behind."""
        origin = Origin(self.account, self.series, self._run_id, self._now())
        before = self.landed
        try:
            with self._warehouse.transaction() as con:
                for batch in self._waiting:
                    self.landed += write_batch(con, origin, batch)
                yield con
        except BaseException:
            self.landed = before
            raise
        self._waiting.clear()


def _rows(batch: Batch) -> int:
    return len(batch.sales) + len(batch.references) + len(batch.stock)
