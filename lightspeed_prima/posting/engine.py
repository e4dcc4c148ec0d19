"""The posting engine: takes each document from the plan to proof, one durable step at a time.

What does not belong here: what follows from an outcome (transitions, conduct), and all around a run (run).
The order of steps is the guarantee: intent durable, call, outcome durable; unclear is read back, not guessed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from lightspeed_prima.posting import export, transitions
from lightspeed_prima.posting.clock import Clock
from lightspeed_prima.posting.conduct import Conduct, Tally
from lightspeed_prima.posting.transitions import Memory, Rules
from lightspeed_prima.prima import outcome, requests, sales_order
from lightspeed_prima.prima.elements import UnrenderableDocument
from lightspeed_prima.prima.outcome import Reply, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from lightspeed_prima.posting.entry import Entry, Write
    from lightspeed_prima.posting.journal import Journal
    from lightspeed_prima.posting.lease import Lease
    from lightspeed_prima.posting.transitions import Evidence
    from lightspeed_prima.posting.work import Schedule, Task


class Caller(Protocol):
    """Whoever carries a request to Prima; PrimaClient in earnest."""

    async def submit(self, payload: bytes) -> Reply: ...

    async def order_status(self, number: str) -> Reply: ...


FindEvidence = Callable[["Entry"], Awaitable["Evidence"]]


@dataclass(frozen=True, slots=True)
class Site:
    """What the settings say about how documents go."""

    choices: requests.SiteChoices
    credit_notes: Literal["soap", "export", "hold"]
    export_directory: Path
    max_connections: int


class Engine:
    """One run over one schedule, under one lease."""

    def __init__(
        self,
        journal: Journal,
        lease: Lease,
        caller: Caller,
        find_evidence: FindEvidence,
        site: Site,
        rules: Rules,
        *,
        clock: Clock | None = None,
        on_document: Callable[[Tally], None] | None = None,
    ) -> None:
        self._journal = journal
        self._lease = lease
        self._caller = caller
        self._find_evidence = find_evidence
        self._site = site
        self._rules = rules
        self._clock = clock or Clock()
        self._on_document = on_document
        self._under_way: set[asyncio.Task[tuple[Task, Entry | None]]] = set()
        self.conduct = Conduct(probing=journal.channel_stop() != "")
        self.tally = Tally()

    async def run(self, schedule: Schedule) -> None:
        """Work through the schedule until it is empty or the run has to stop."""
        try:
            while True:
                self._start_what_may_start(schedule)
                if not self._under_way:
                    break
                done, self._under_way = await asyncio.wait(
                    self._under_way, return_when=asyncio.FIRST_COMPLETED
                )
                for finished in done:
                    self._file(schedule, *finished.result())
        finally:
            await self._abandon_what_is_under_way()
        self.tally.deferred += schedule.untaken

    def cut_short(self) -> None:
        """Give up the calls under way: each is recorded as unclear before it ends."""
        for call in self._under_way:
            call.cancel()

    def _start_what_may_start(self, schedule: Schedule) -> None:
        limit = 1 if self.conduct.probing else self._site.max_connections
        while len(self._under_way) < limit and not self.conduct.stopping:
            task = schedule.take()
            if task is None:
                return
            self._under_way.add(asyncio.create_task(self._conclude(task)))

    def _file(self, schedule: Schedule, task: Task, after: Entry | None) -> None:
        if after is not None and after.state in ("confirmed", "exported"):
            schedule.settle(task.number)
        touched = after is not None and after != task.entry
        self.tally.count(task.entry, after, touched=touched)
        if touched and after is not None and after.text_changes:
            self.tally.changed_texts.append(task.number)
        if self._on_document is not None:
            self._on_document(self.tally)

    async def _abandon_what_is_under_way(self) -> None:
        self.cut_short()
        if self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _conclude(self, task: Task) -> tuple[Task, Entry | None]:
        """Take one document as far as it goes today; returns what the journal knows of it now."""
        document = _Document(task, *self._propose(task))
        while not self.conduct.stopping:
            step = transitions.next_step(document.current, document.proposed, document.memory, self._rules)
            if step == "leave":
                break
            try:
                if not await self._take(step, document):
                    break
            except asyncio.CancelledError:
                break
        return task, document.stored

    async def _take(self, step: transitions.Step, document: _Document) -> bool:
        """One step; False when nothing more can be done for the document today."""
        if step == "send":
            return await self._send(document)
        if step == "look_for_evidence":
            document.memory = replace(document.memory, evidence_sought=True)
            return await self._find_evidence(document.current) == "match" and await self._read_back(document)
        return await self._read_back(document)

    async def _send(self, document: _Document) -> bool:
        is_again = document.current.state == "uncertain"
        if not is_again and self._settled_without_a_call(document):
            return False
        if document.memory.sends or document.memory.refused_connections:
            await self._clock.back_off(document.memory.sends + document.memory.refused_connections)
            if self.conduct.stopping:
                return False
        earlier = transitions.with_todays_plan(document.current, document.proposed)
        intent = transitions.begin_send(document.stored, earlier, self._clock.now())
        self._commit(document, intent)
        try:
            reply = await self._caller.submit(intent.after.payload)
        except asyncio.CancelledError:
            self._finish_send(document, earlier, intent, _CUT_SHORT)
            raise
        number, document_type = earlier.document_number, earlier.document_type
        verdict = outcome.judge_submission(reply, document_type, number, self._request_type(document_type))
        self._finish_send(document, earlier, intent, verdict)
        return True

    def _finish_send(self, document: _Document, earlier: Entry, intent: Write, verdict: Verdict) -> None:
        self._commit(document, transitions.finish_send(earlier, intent, verdict, self._clock.now()))
        memory = document.memory
        if verdict.kind == "not_sent":
            document.memory = replace(memory, refused_connections=memory.refused_connections + 1)
        else:
            document.memory = replace(memory, sends=memory.sends + 1, finding=None, read_at=None)
        self.conduct.note_verdict(earlier.document_number, verdict)
        if self.conduct.channel == "stop":
            self._journal.stop_channel(self._lease, self.conduct.message)
        elif self.conduct.channel == "reopen":
            self._journal.reopen_channel(self._lease)

    async def _read_back(self, document: _Document) -> bool:
        entry, started_at = document.current, self._clock.now()
        finding = outcome.judge_read_back(
            await self._caller.order_status(entry.document_number), entry.document_number
        )
        evidence: Evidence = "none"
        if finding.kind == "found" and entry.number_was_taken:
            evidence = await self._find_evidence(entry)
        now = self._clock.now()
        write = transitions.finish_read_back(entry, finding, evidence, self._rules, started_at, now)
        self._commit(document, write)
        document.memory = replace(document.memory, finding=finding, read_at=started_at)
        self.conduct.note_finding(finding)
        return True

    def _settled_without_a_call(self, document: _Document) -> bool:
        """What must not be sent, or goes another way: True when there is nothing to send."""
        planned, proposed = document.task.document, document.proposed
        if planned is None or proposed is None:
            return True
        entry = transitions.with_todays_plan(document.current, proposed)
        if document.problem is not None:
            refusal = document.problem
            words = f"{refusal.what}, {refusal.where}" if refusal.where else refusal.what
            self._commit(document, transitions.refuse_locally(document.stored, entry, refusal.code, words))
            return True
        if planned.document_type == "sales_order" or self._site.credit_notes == "soap":
            return False
        if self._site.credit_notes == "export":
            name = export.write_files(self._site.export_directory, planned)
            self._commit(document, transitions.export(document.stored, entry, name, self._clock.now()))
        return True

    def _propose(self, task: Task) -> tuple[Entry | None, UnrenderableDocument | None]:
        if task.document is None:
            return None, None
        try:
            request, problem = requests.render(task.document, self._site.choices), None
        except UnrenderableDocument as refusal:
            request, problem = transitions.not_renderable(task.document), refusal
        return transitions.proposal(task.document, request, self._clock.now()), problem

    def _commit(self, document: _Document, write: Write) -> None:
        self._journal.commit(self._lease, [write])
        document.stored = write.after

    def _request_type(self, document_type: str) -> str:
        if document_type == "sales_order":
            return sales_order.REQUEST_TYPE
        return self._site.choices.credit_note_request_type


_CUT_SHORT = Verdict("unclear", transitions.INTERRUPTED, "the run was stopped during the call")


class _Document:
    """One document while a run deals with it: what is stored, what is proposed, what was tried."""

    def __init__(self, task: Task, proposed: Entry | None, problem: UnrenderableDocument | None) -> None:
        self.task = task
        self.stored = task.entry
        self.proposed = proposed
        self.problem = problem
        self.memory = Memory()

    @property
    def current(self) -> Entry:
        entry = self.stored or self.proposed
        if entry is None:
            raise ValueError(f"document {self.task.number} is neither planned nor in the journal")
        return entry
