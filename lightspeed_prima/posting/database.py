"""Opening the journal's database: durable, one writer at a time, its tables made once.

What does not belong here: what is in it (tables), or what is done with it (journal, lease).
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock
from sqlalchemy import create_engine, event, insert, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from lightspeed_prima.errors import PipelineError
from lightspeed_prima.posting import tables

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection, Engine
    from sqlalchemy.pool import ConnectionPoolEntry

_BUSY_MILLISECONDS = 30_000
# Any number, the same for all who open this journal: two at once must not both create its tables.
_POSTGRESQL_CREATION_LOCK = 5_071_902


class JournalError(PipelineError):
    """The journal cannot be opened, or refused a step."""


def open_database(url: str) -> Engine:
    """An engine on the journal behind `url`, with its tables there and its version known."""
    address = make_url(url)
    where = address.render_as_string(hide_password=True)
    try:
        if address.get_backend_name() != "sqlite":
            engine = create_engine(address, pool_pre_ping=True)
            _create_tables(engine, where)
            return engine
        return _open_sqlite(address, where)
    except ImportError as problem:
        raise JournalError(
            "JOURNAL_UNUSABLE",
            f"the driver of the posting journal is not installed: {problem}",
            where=where,
            next_step='install it beside lightspeed-prima: pip install "psycopg[binary]"',
        ) from problem
    except (SQLAlchemyError, OSError) as problem:
        raise JournalError(
            "JOURNAL_UNUSABLE",
            f"the posting journal cannot be opened: {problem}",
            where=where,
            next_step="nothing is sent without a journal; check the disk and posting.journal",
        ) from problem


@contextmanager
def transaction(engine: Engine, *, read_only: bool = False) -> Iterator[Connection]:
    """One durable step. What the database refuses becomes a JournalError: nothing is sent on it."""
    try:
        with engine.connect().execution_options(read_only=read_only) as connection, connection.begin():
            yield connection
    except SQLAlchemyError as problem:
        raise JournalError(
            "JOURNAL_UNUSABLE",
            f"the posting journal refused a step: {problem}",
            where=engine.url.render_as_string(hide_password=True),
            next_step="check the disk; run again, what was under way is read back before anything is sent",
        ) from problem


def _open_sqlite(address: URL, where: str) -> Engine:
    engine = create_engine(address)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    path = address.database
    if not path or path == ":memory:":
        raise JournalError("JOURNAL_UNUSABLE", "the journal must be a file", where=where)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    # Switching to WAL is the one step that SQLite does not queue for: five engines may start at once.
    with FileLock(f"{path}.lock"):
        _create_tables(engine, where)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in (f"busy_timeout={_BUSY_MILLISECONDS}", "journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: a step that reads and then writes must not be overtaken in between."""
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _create_tables(engine: Engine, where: str) -> None:
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _POSTGRESQL_CREATION_LOCK})
        tables.metadata.create_all(connection)
        version = connection.scalar(select(tables.meta.c.value).where(tables.meta.c.name == "schema_version"))
        if version is None:
            rows = [
                {"name": "schema_version", "value": str(tables.SCHEMA_VERSION)},
                {"name": "recovery", "value": "open"},
            ]
            connection.execute(insert(tables.meta), rows)
        elif version != str(tables.SCHEMA_VERSION):
            raise JournalError(
                "JOURNAL_VERSION",
                f"the journal has version {version}, this program knows {tables.SCHEMA_VERSION}",
                where=where,
                next_step="use the version of lightspeed-prima that wrote it, or a newer one",
            )
