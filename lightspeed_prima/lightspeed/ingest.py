"""Brings one Lightspeed account to the present in raw.*, and writes down how that went.

What does not belong here: what one series does differently (opening.py picks the reader), and Dagster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout

from lightspeed_prima.lightspeed.client import RetryLimits
from lightspeed_prima.lightspeed.clock import Clock, SystemClock, utc_now
from lightspeed_prima.lightspeed.errors import Busy, LightspeedError
from lightspeed_prima.lightspeed.opening import open_reader
from lightspeed_prima.lightspeed.raw_store import RawStore, WalkRecord
from lightspeed_prima.lightspeed.series import SALES_FEED, SeriesReader
from lightspeed_prima.settings import LightspeedAccount
from lightspeed_prima.warehouse.database import Warehouse

ACCOUNT_LOCK_TIMEOUT_SECONDS = 600


@dataclass(frozen=True)
class IngestProgress:
    """How far a walk is. `versions_added` counts what is on disk."""

    account: str
    feed: str
    requests: int
    sales_seen: int
    versions_added: int


@dataclass(frozen=True)
class IngestResult:
    """How one walk of one account ended."""

    account: str
    outcome: str
    error: LightspeedError | None
    requests: int
    sales_seen: int
    versions_added: int
    bad_payloads: int
    reference_rows: int
    watermark: str | None
    seconds: Decimal


@dataclass
class _Tally:
    requests: int = 0
    sales_seen: int = 0


def ingest_account(
    account: LightspeedAccount,
    warehouse: Warehouse,
    tokens_directory: Path,
    run_id: str,
    now: Callable[[], datetime] = utc_now,
    on_progress: Callable[[IngestProgress], None] | None = None,
    *,
    clock: Clock | None = None,
    limits: RetryLimits | None = None,
) -> IngestResult:
    """Reads all feeds. Trouble with the account is recorded and returned; trouble of our own is raised."""
    clock = clock or SystemClock()
    started = clock.monotonic()
    raw = RawStore(warehouse, account.account, account.series, run_id, now)
    tally = _Tally()
    with _one_walk_at_a_time(tokens_directory, account.account) as busy:
        error: LightspeedError | None = busy
        started_at = now()  # before the first request: what changes later is the next walk's
        if busy is None:
            try:
                with open_reader(account, tokens_directory, clock, now, limits) as reader:
                    for progress in _walk(reader, raw, tally):
                        if on_progress is not None:
                            on_progress(progress)
            except LightspeedError as failure:
                error = failure
        raw.record_walk(WalkRecord(started_at, now(), tally.requests, tally.sales_seen, error))
    return IngestResult(
        account=account.account,
        outcome="failed" if error else "ok",
        error=error,
        requests=tally.requests,
        sales_seen=tally.sales_seen,
        versions_added=raw.landed.versions,
        bad_payloads=raw.landed.bad_payloads,
        reference_rows=raw.landed.references,
        watermark=raw.cursor(SALES_FEED),
        seconds=Decimal(int((clock.monotonic() - started) * 1000)) / 1000,
    )


def _walk(reader: SeriesReader, raw: RawStore, tally: _Tally) -> Iterator[IngestProgress]:
    try:
        for batch in reader.batches(raw):
            raw.land(batch)
            tally.sales_seen += len(batch.sales)
            yield IngestProgress(
                raw.account, batch.feed, reader.requests, tally.sales_seen, raw.landed.versions
            )
    finally:
        tally.requests = reader.requests


@contextmanager
def _one_walk_at_a_time(directory: Path, account: str) -> Iterator[Busy | None]:
    """Two walks side by side could store an older state of a sale after a newer one."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(directory / f"{quote(account, safe='')}.walk.lock", mode=0o600)
    try:
        lock.acquire(timeout=ACCOUNT_LOCK_TIMEOUT_SECONDS)
    except Timeout:
        yield Busy(f"another process has been reading account {account!r} for too long")
        return
    try:
        yield None
    finally:
        lock.release()
