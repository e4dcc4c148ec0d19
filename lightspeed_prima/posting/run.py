"""One posting run from outside: lease, plan, engine, mirror. May be started any number of times, by anyone.

What does not belong here: what happens to a single document (engine). Trouble with Prima is an outcome of the
run; trouble with our own files is an exception.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING

from lightspeed_prima.posting.clock import Clock, utc_now
from lightspeed_prima.posting.engine import Engine, Site
from lightspeed_prima.posting.evidence import LedgerEvidence
from lightspeed_prima.posting.journal import Journal
from lightspeed_prima.posting.lease import RENEW_SECONDS, Held, Lease, LostLease
from lightspeed_prima.posting.mirror import mirror
from lightspeed_prima.posting.result import PostingProgress, PostingResult
from lightspeed_prima.posting.signals import graceful_stop
from lightspeed_prima.posting.transitions import Rules
from lightspeed_prima.posting.work import Schedule, Workload, collect, recover
from lightspeed_prima.prima.client import PrimaAddress, PrimaClient
from lightspeed_prima.prima.ledger import LedgerExtract, read_ledger
from lightspeed_prima.prima.requests import SiteChoices
from lightspeed_prima.prima.wsdl import WsdlError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lightspeed_prima.posting.conduct import Tally
    from lightspeed_prima.settings import PrimaSettings, Settings
    from lightspeed_prima.warehouse.database import Warehouse


def post_due(
    settings: Settings,
    warehouse: Warehouse,
    run_id: str,
    now: Callable[[], datetime] = utc_now,
    on_progress: Callable[[PostingProgress], None] | None = None,
    limit: int | None = None,
) -> PostingResult:
    """Post everything that is due, as far as it goes, and mirror the journal into the warehouse."""
    with Journal.open(settings.posting.journal) as journal:
        run = _Run(settings, warehouse, journal, run_id, Clock(now), on_progress, limit)
        result = asyncio.run(run.whole())
        if result.outcome != "lease_held":
            with warehouse.transaction() as con:
                mirror(journal, con)
    for number in run.signals:
        signal.raise_signal(number)
    return result


def refresh_mirror(settings: Settings, warehouse: Warehouse) -> int:
    """Bring posting.journal_documents and posting.attempts up to the journal, before anything is planned."""
    with Journal.open(settings.posting.journal) as journal, warehouse.transaction() as con:
        return mirror(journal, con)


def prima_address(prima: PrimaSettings) -> PrimaAddress:
    """Where the settings say Prima is."""
    return PrimaAddress(
        endpoint=prima.endpoint,
        wsdl=prima.wsdl,
        operation=prima.operation,
        company=prima.company,
        timeout_seconds=prima.timeout_seconds,
        max_connections=prima.max_connections,
    )


class _Run:
    """Holds what the steps of one run share."""

    def __init__(
        self,
        settings: Settings,
        warehouse: Warehouse,
        journal: Journal,
        run_id: str,
        clock: Clock,
        on_progress: Callable[[PostingProgress], None] | None,
        limit: int | None,
    ) -> None:
        self._settings = settings
        self._warehouse = warehouse
        self._journal = journal
        self._run_id = run_id
        self._clock = clock
        self._on_progress = on_progress
        most = settings.posting.max_documents_per_run
        self._limit = most if limit is None else min(limit, most)
        self._engine: Engine | None = None
        self.signals: list[signal.Signals] = []

    async def whole(self) -> PostingResult:
        company = self._settings.prima.company or "default"
        lease = self._journal.acquire(company, self._run_id, self._clock.now())
        if isinstance(lease, Held):
            return PostingResult("lease_held", message=f"{lease.holder} is posting", holder=lease.holder)
        heartbeat = asyncio.create_task(self._keep(lease))
        try:
            return await self._under(lease)
        except LostLease as lost:
            return PostingResult("lease_held", message=lost.sentence(), holder=lost.what)
        finally:
            heartbeat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await heartbeat
            self._journal.release(lease, self._clock.now())

    async def _under(self, lease: Lease) -> PostingResult:
        recover(self._journal, lease)
        workload = await asyncio.to_thread(collect, self._journal, self._warehouse, self._limit)
        due = len(workload.tasks) + workload.beyond_limit
        if not workload.tasks:
            return PostingResult("ok", due=due, deferred=due)
        async with PrimaClient(prima_address(self._settings.prima)) as client:
            try:
                await client.describe()
            except WsdlError as problem:
                return PostingResult("unreachable", due=due, deferred=due, message=problem.sentence())
            engine = self._engine_for(lease, client, len(workload.tasks))
            self._engine = engine
            with graceful_stop(
                lambda why: engine.conduct.stop("stopped", why), engine.cut_short
            ) as self.signals:
                await engine.run(Schedule(workload.tasks, workload.settled))
        result = _result(engine, workload)
        if result.outcome == "ok" and not workload.beyond_limit and self._journal.is_recovering():
            self._journal.close_recovery(lease)
        return result

    async def _keep(self, lease: Lease) -> None:
        """Renew the lease while the run lasts; when it is gone, no further call is made."""
        while True:
            await self._clock.sleep(RENEW_SECONDS)
            try:
                self._journal.renew(lease, self._clock.now())
            except LostLease as lost:
                if self._engine is not None:
                    self._engine.conduct.stop("lease_held", lost.sentence())
                return

    def _engine_for(self, lease: Lease, client: PrimaClient, due: int) -> Engine:
        prima = self._settings.prima
        site = Site(
            choices=SiteChoices(prima.order_channel, prima.hold_orders, prima.credit_note_request_type),
            credit_notes=prima.credit_notes,
            export_directory=self._settings.warehouse.path.parent / "credit_notes",
            max_connections=prima.max_connections,
        )
        return Engine(
            self._journal,
            lease,
            client,
            LedgerEvidence(self._read_ledger),
            site,
            Rules(self._settings.posting.quiet_window_seconds, self._journal.is_recovering()),
            clock=self._clock,
            on_document=lambda tally: self._report(tally, due),
        )

    def _read_ledger(self) -> LedgerExtract:
        source, timeout = self._settings.prima.ledger_extract, self._settings.prima.timeout_seconds
        beside = self._settings.source.parent if self._settings.source else None
        return read_ledger(source, relative_to=beside, timeout_seconds=timeout, now=self._clock.now)

    def _report(self, tally: Tally, due: int) -> None:
        if self._on_progress is not None:
            in_prima = tally.confirmed + tally.adopted
            self._on_progress(PostingProgress(tally.done, due, in_prima, tally.rejected, tally.uncertain))


def _result(engine: Engine, workload: Workload) -> PostingResult:
    tally, conduct = engine.tally, engine.conduct
    return PostingResult(
        outcome=conduct.outcome,
        due=len(workload.tasks) - tally.standing + workload.beyond_limit,
        confirmed=tally.confirmed,
        adopted=tally.adopted,
        rejected=tally.rejected,
        uncertain=tally.uncertain,
        exported=tally.exported,
        deferred=tally.deferred + workload.beyond_limit,
        message=conduct.message,
        changed_texts=tuple(tally.changed_texts),
    )
