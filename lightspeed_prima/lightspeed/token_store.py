"""Where rotated tokens live: two slots per account, so that a torn write never costs the grant.

What does not belong here: deciding when to refresh, and any network call; that is oauth.py.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import msgspec
from filelock import FileLock, Timeout

from lightspeed_prima.lightspeed.errors import Busy

LOCK_TIMEOUT_SECONDS = 120


class StoredToken(msgspec.Struct, frozen=True):
    """One answer of the token endpoint. `grown_from` is the hash of the first token it descends from."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    grown_from: str
    generation: int


class _Slot(msgspec.Struct, frozen=True):
    token: StoredToken
    sha256: str


class TokenStore:
    """The tokens of one account on disk. Write only while `locked()`."""

    def __init__(self, directory: Path, account: str) -> None:
        self._directory = directory
        self._account = account
        stem = quote(account, safe="")
        self._slots = (directory / f"{stem}.a.json", directory / f"{stem}.b.json")
        self._attempts = directory / f"{stem}.attempts.json"
        self._lock_file = directory / f"{stem}.lock"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One refresher at a time, over all processes: two at once would kill the grant."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with FileLock(self._lock_file, timeout=LOCK_TIMEOUT_SECONDS, mode=0o600):
                yield
        except Timeout as timeout:
            raise Busy(
                f"another process has been refreshing the token of {self._account!r} for too long"
            ) from timeout

    def newest(self) -> StoredToken | None:
        """The newest token whose slot is whole, or None."""
        tokens = [token for token in map(_read_slot, self._slots) if token is not None]
        return max(tokens, key=lambda token: token.generation, default=None)

    def keep(self, token: StoredToken) -> None:
        """Durable when this returns. Overwrites the older slot, so the newest one before stays readable."""
        target = self._slots[token.generation % 2]
        _write_private(target, msgspec.json.encode(_Slot(token, _digest(token))))

    def recent_attempts(self) -> list[datetime]:
        """When the token endpoint was last asked, by any process."""
        try:
            return msgspec.json.decode(self._attempts.read_bytes(), type=list[datetime])
        except (FileNotFoundError, msgspec.DecodeError):
            return []

    def note_attempts(self, attempts: list[datetime]) -> None:
        """Remembers the attempts, so that a process that crashes in a loop stays inside the limit too."""
        _write_private(self._attempts, msgspec.json.encode(attempts))


def fingerprint(secret: str) -> str:
    """Tells whether two secrets are the same without keeping either."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _read_slot(path: Path) -> StoredToken | None:
    try:
        slot = msgspec.json.decode(path.read_bytes(), type=_Slot)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return slot.token if slot.sha256 == _digest(slot.token) else None


def _digest(token: StoredToken) -> str:
    return hashlib.sha256(msgspec.json.encode(token)).hexdigest()


def _write_private(path: Path, content: bytes) -> None:
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    os.replace(temporary, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
