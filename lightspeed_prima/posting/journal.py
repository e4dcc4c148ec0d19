"""The journal: what was meant to be sent, what was sent, what is proven. Every write is durable and fenced.

What does not belong here: what a write should be (transitions), or calls to Prima (engine).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import and_, delete, insert, or_, select, update

from lightspeed_prima.posting import lease as leases
from lightspeed_prima.posting.database import JournalError, open_database, transaction
from lightspeed_prima.posting.entry import SETTLED, Attempt, Entry, State, Write
from lightspeed_prima.posting.tables import attempts, documents, meta

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime
    from types import TracebackType

    from sqlalchemy import Connection, Engine, Row

    from lightspeed_prima.posting.lease import Held, Lease

# Below every database's limit on the values of one statement.
_CHUNK = 500
_ENTRY_FIELDS = tuple(field.name for field in dataclasses.fields(Entry))
_ATTEMPT_FIELDS = tuple(field.name for field in dataclasses.fields(Attempt))
_RECOVERY = "recovery"
_CHANNEL = "channel"


class Journal:
    """The open journal. Reads are free; writes need the lease they are made under."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Journal:
        """The journal behind a SQLAlchemy URL, made when it is not there."""
        return cls(open_database(url))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.dispose()

    def acquire(self, company: str, run_id: str, now: datetime) -> Lease | Held:
        """The right to write, or who has it."""
        return leases.acquire(self._engine, company, run_id, now)

    def renew(self, lease: Lease, now: datetime) -> None:
        leases.renew(self._engine, lease, now)

    def release(self, lease: Lease, now: datetime) -> None:
        leases.release(self._engine, lease, now)

    def commit(self, lease: Lease, writes: Sequence[Write]) -> None:
        """Make some steps durable, all or none; LostLease when another engine has taken over."""
        with transaction(self._engine) as connection:
            leases.check(connection, lease)
            for write in writes:
                _store_entry(connection, write, lease.epoch)
                if write.attempt is not None:
                    _store_attempt(connection, write.attempt, lease.epoch)

    def settled(self) -> frozenset[str]:
        """The numbers that need nothing more: in Prima, or exported."""
        query = select(documents.c.document_number).where(documents.c.state.in_(sorted(SETTLED)))
        with transaction(self._engine, read_only=True) as connection:
            return frozenset(connection.scalars(query))

    def states(self) -> dict[str, State]:
        """The state of every document that is not settled."""
        query = select(documents.c.document_number, documents.c.state)
        with transaction(self._engine, read_only=True) as connection:
            rows = connection.execute(query.where(documents.c.state.not_in(sorted(SETTLED))))
            return {row.document_number: row.state for row in rows}

    def entries(self, numbers: Collection[str]) -> dict[str, Entry]:
        """What is known of these documents."""
        found: dict[str, Entry] = {}
        wanted = sorted(numbers)
        with transaction(self._engine, read_only=True) as connection:
            for start in range(0, len(wanted), _CHUNK):
                chunk = wanted[start : start + _CHUNK]
                rows = connection.execute(select(documents).where(documents.c.document_number.in_(chunk)))
                found.update((row.document_number, _entry(row)) for row in rows)
        return found

    def unresolved(self) -> tuple[Entry, ...]:
        """What an engine has to take up whatever the plan says: open calls, unclear outcomes, alarms."""
        query = select(documents).where(
            or_(documents.c.state.in_(["sending", "uncertain"]), documents.c.alarm != "")
        )
        with transaction(self._engine, read_only=True) as connection:
            return tuple(
                _entry(row) for row in connection.execute(query.order_by(documents.c.document_number))
            )

    def attempt(self, number: str, attempt: int) -> Attempt | None:
        """One call, or None."""
        query = select(attempts).where(
            and_(attempts.c.document_number == number, attempts.c.attempt == attempt)
        )
        with transaction(self._engine, read_only=True) as connection:
            row = connection.execute(query).first()
            return None if row is None else _attempt(row)

    def all_entries(self, size: int = 2000) -> Iterator[list[Entry]]:
        """Every document in batches, for the mirror."""
        with transaction(self._engine, read_only=True) as connection:
            rows = connection.execution_options(yield_per=size).execute(select(documents))
            for part in rows.partitions(size):
                yield [_entry(row) for row in part]

    def all_attempts(self, size: int = 5000) -> Iterator[list[Attempt]]:
        """Every call in batches, for the mirror."""
        with transaction(self._engine, read_only=True) as connection:
            rows = connection.execution_options(yield_per=size).execute(select(attempts))
            for part in rows.partitions(size):
                yield [_attempt(row) for row in part]

    def is_recovering(self) -> bool:
        """Whether Prima may know more than this journal: it began empty, or was restored."""
        return self._fact(_RECOVERY) == "open"

    def close_recovery(self, lease: Lease) -> None:
        """Everything that was due has been tried once: from now on an unknown number in Prima is an alarm."""
        self._remember(lease, _RECOVERY, "closed")

    def open_recovery(self, lease: Lease) -> None:
        """After a restore: documents that are already in Prima are adopted again."""
        self._remember(lease, _RECOVERY, "open")

    def channel_stop(self) -> str:
        """Why the channel is stopped; blank when it is open."""
        return self._fact(_CHANNEL) or ""

    def stop_channel(self, lease: Lease, reason: str) -> None:
        self._remember(lease, _CHANNEL, reason)

    def reopen_channel(self, lease: Lease) -> None:
        self._remember(lease, _CHANNEL, "")

    def _fact(self, name: str) -> str | None:
        with transaction(self._engine, read_only=True) as connection:
            value: str | None = connection.scalar(select(meta.c.value).where(meta.c.name == name))
            return value

    def _remember(self, lease: Lease, name: str, value: str) -> None:
        with transaction(self._engine) as connection:
            leases.check(connection, lease)
            connection.execute(delete(meta).where(meta.c.name == name))
            connection.execute(insert(meta).values(name=name, value=value))


def _store_entry(connection: Connection, write: Write, epoch: int) -> None:
    if write.before is None:
        connection.execute(insert(documents).values(epoch=epoch, **_fields(write.after, _ENTRY_FIELDS)))
        return
    before, after = _fields(write.before, _ENTRY_FIELDS), _fields(write.after, _ENTRY_FIELDS)
    changed = {name: value for name, value in after.items() if value != before[name]}
    as_it_was = and_(
        documents.c.document_number == write.before.document_number,
        documents.c.state == write.before.state,
        documents.c.calls == write.before.calls,
    )
    result = connection.execute(update(documents).where(as_it_was).values(epoch=epoch, **changed))
    if result.rowcount != 1:
        raise JournalError(
            "JOURNAL_CONFLICT",
            f"document {write.before.document_number} is no longer {write.before.state} as it was read",
            next_step="run again; the journal is right, the engine's picture of it was old",
        )


def _store_attempt(connection: Connection, attempt: Attempt, epoch: int) -> None:
    this = and_(attempts.c.document_number == attempt.document_number, attempts.c.attempt == attempt.attempt)
    values = _fields(attempt, _ATTEMPT_FIELDS)
    if connection.execute(update(attempts).where(this).values(epoch=epoch, **values)).rowcount == 0:
        connection.execute(insert(attempts).values(epoch=epoch, **values))


def _fields(value: Entry | Attempt, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _entry(row: Row[Any]) -> Entry:
    return Entry(**{name: getattr(row, name) for name in _ENTRY_FIELDS})


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(**{name: getattr(row, name) for name in _ATTEMPT_FIELDS})
