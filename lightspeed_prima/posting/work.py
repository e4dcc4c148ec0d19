"""What one run has to do: the plan beside the journal, and in which order it may be done.

What does not belong here: doing it (engine).
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lightspeed_prima.posting import planned
from lightspeed_prima.posting.transitions import interrupted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lightspeed_prima.posting.entry import Entry
    from lightspeed_prima.posting.journal import Journal
    from lightspeed_prima.posting.lease import Lease
    from lightspeed_prima.prima.documents import PlannedDocument
    from lightspeed_prima.warehouse.database import Warehouse


@dataclass(frozen=True, slots=True)
class Task:
    """One document: what is planned for it today, and what the journal knows of it. At least one is there."""

    number: str
    document: PlannedDocument | None
    entry: Entry | None

    @property
    def rank(self) -> tuple[int, str]:
        """Its place in the queue; what is no longer planned only has to be cleared up and goes first."""
        return (-1 if self.document is None else self.document.sequence, self.number)

    @property
    def depends_on(self) -> tuple[str, ...]:
        return () if self.document is None else self.document.depends_on


@dataclass(frozen=True, slots=True)
class Workload:
    """The tasks of one run, what is settled already, and how many due documents the limit left for later."""

    tasks: tuple[Task, ...]
    settled: frozenset[str]
    beyond_limit: int


def recover(journal: Journal, lease: Lease) -> int:
    """Turn the open calls of a killed engine into uncertain ones; returns how many there were."""
    left = [entry for entry in journal.unresolved() if entry.state == "sending"]
    journal.commit(
        lease, [interrupted(entry, journal.attempt(entry.document_number, entry.calls)) for entry in left]
    )
    return len(left)


def collect(journal: Journal, warehouse: Warehouse, limit: int) -> Workload:
    """What is due now: free in the plan and not settled, and whatever the journal has not resolved."""
    settled, known = journal.settled(), journal.states()
    unresolved = {entry.document_number: entry for entry in journal.unresolved()}
    with warehouse.connect() as con:
        due = [number for number in planned.free_numbers(con) if number not in settled]
        # A rejected document waits for a better plan: it must not use up the places of those that can go.
        in_turn = [number for number in due if known.get(number) != "rejected"][:limit]
        rejected = [number for number in due if known.get(number) == "rejected"]
        documents = {
            document.document_number: document
            for document in planned.read_documents(con, [*in_turn, *rejected])
        }
    entries = unresolved | journal.entries([number for number in documents if number in known])
    numbers = dict.fromkeys([*unresolved, *documents])
    tasks = tuple(Task(number, documents.get(number), entries.get(number)) for number in numbers)
    return Workload(tasks, settled, len(due) - len(documents))


class Schedule:
    """Hands out tasks in order, each once and only after what it depends on is settled."""

    def __init__(self, tasks: Sequence[Task], settled: Iterable[str]) -> None:
        self._settled = set(settled)
        self._ready: list[tuple[tuple[int, str], Task]] = []
        self._waiting: dict[str, set[str]] = {}
        self._dependents: defaultdict[str, list[Task]] = defaultdict(list)
        for task in tasks:
            self._file(task)

    def take(self) -> Task | None:
        """The next task that may be done now."""
        return heapq.heappop(self._ready)[1] if self._ready else None

    def settle(self, number: str) -> None:
        """A document is in Prima: what waited only for it may go."""
        self._settled.add(number)
        for task in self._dependents.pop(number, []):
            missing = self._waiting[task.number]
            missing.discard(number)
            if not missing:
                del self._waiting[task.number]
                self._push(task)

    @property
    def untaken(self) -> int:
        """How many were not handed out: they wait for others, or the run ended first."""
        return len(self._ready) + len(self._waiting)

    def _file(self, task: Task) -> None:
        missing = {number for number in task.depends_on if number not in self._settled}
        if not missing:
            self._push(task)
            return
        self._waiting[task.number] = missing
        for number in missing:
            self._dependents[number].append(task)

    def _push(self, task: Task) -> None:
        heapq.heappush(self._ready, (task.rank, task))
