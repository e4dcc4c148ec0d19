"""The right to post for one Prima company: one engine at a time, told by an epoch.

What does not belong here: when it is renewed (engine). A lease ends by itself soon after its holder stops
renewing it; on the same machine a holder that is dead loses it at once.
"""

from __future__ import annotations

import os
import socket
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import and_, insert, select, update

from lightspeed_prima.posting.database import JournalError, transaction
from lightspeed_prima.posting.tables import lease

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Engine, Row

TERM_SECONDS = 15
RENEW_SECONDS = 4


class LostLease(JournalError):
    """Another engine has taken over: this one must not write or call any more."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A held lease. Every state change checks its epoch."""

    company: str
    epoch: int
    token: str


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody else's lease: who has it and until when at the latest."""

    holder: str
    expires_at: datetime


def acquire(engine: Engine, company: str, run_id: str, now: datetime) -> Lease | Held:
    """Take the lease when it is free, ended, or its holder on this machine is dead."""
    with transaction(engine) as connection:
        row = connection.execute(select(lease).where(lease.c.company == company).with_for_update()).first()
        if row is not None and row.expires_at > now and not _is_dead(row):
            return Held(row.holder, row.expires_at)
        epoch = 1 if row is None else row.epoch + 1
        token = uuid.uuid4().hex
        values = {
            "epoch": epoch,
            "token": token,
            "holder": f"run {run_id}, process {os.getpid()} on {socket.gethostname()}",
            "machine": machine(),
            "pid": os.getpid(),
            "acquired_at": now,
            "expires_at": now + timedelta(seconds=TERM_SECONDS),
        }
        if row is None:
            connection.execute(insert(lease).values(company=company, **values))
        else:
            connection.execute(update(lease).where(lease.c.company == company).values(**values))
    return Lease(company, epoch, token)


def renew(engine: Engine, held: Lease, now: datetime) -> None:
    """Hold on to it for another term, or LostLease."""
    with transaction(engine) as connection:
        check(connection, held)
        expires_at = now + timedelta(seconds=TERM_SECONDS)
        connection.execute(update(lease).where(lease.c.company == held.company).values(expires_at=expires_at))


def release(engine: Engine, held: Lease, now: datetime) -> None:
    """Give it back. Nothing happens when it is somebody else's by now."""
    with transaction(engine) as connection:
        mine = and_(lease.c.company == held.company, lease.c.token == held.token)
        connection.execute(update(lease).where(mine).values(expires_at=now))


def check(connection: Connection, held: Lease) -> None:
    """Within a state change: still ours? Holding the row keeps it so until the change is durable."""
    row = connection.execute(select(lease).where(lease.c.company == held.company).with_for_update()).first()
    if row is None or row.epoch != held.epoch or row.token != held.token:
        holder = "nobody" if row is None else row.holder
        raise LostLease(
            "LEASE_LOST",
            f"{holder} has taken over posting",
            next_step="nothing; the other run goes on where this one stopped",
        )


def machine() -> str:
    """What a process id is unique in: host, boot and, in containers, the process namespace."""
    return "/".join([socket.gethostname(), _first_line("/proc/sys/kernel/random/boot_id"), _pid_namespace()])


def _is_dead(row: Row[tuple[object, ...]]) -> bool:
    if row.machine != machine():
        return False
    try:
        os.kill(row.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _first_line(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _pid_namespace() -> str:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
