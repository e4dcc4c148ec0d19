"""Publishes the analysts' snapshot: a new file with core, posting and recon, put in place in one step.

What does not belong here: raw payloads, staging, mappings and the pipeline's own book-keeping; they stay in
the warehouse.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lightspeed_prima.warehouse.database import STORAGE_VERSION, Warehouse

if TYPE_CHECKING:
    import duckdb

    from lightspeed_prima.warehouse.models.project import ModelProject

PUBLISHED_SCHEMAS = ("core", "posting", "recon")


@dataclass(frozen=True)
class PublishedSnapshot:
    """What analysts now see: rows by `schema.table`, and the size of the file."""

    path: Path
    rows: Mapping[str, int]
    bytes: int
    seconds: float


def publish(warehouse: Warehouse, target: Path, *, project: ModelProject | None = None) -> PublishedSnapshot:
    """Replaces `target`. Whoever has the old file open keeps reading the old file.

    The file is written afresh, not copied: a copy of the warehouse would carry deleted and raw bytes along.
    With a project, its descriptions become comments on the tables and columns.
    """
    started = time.monotonic()
    target = Path(target).absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{uuid.uuid4().hex}.publishing")
    try:
        with warehouse.connect() as con:
            _remove_leftovers(target)
            rows = _write(con, fresh, project)
            size = _put_in_place(fresh, target)
    finally:
        fresh.unlink(missing_ok=True)
        _wal(fresh).unlink(missing_ok=True)
    return PublishedSnapshot(target, rows, size, time.monotonic() - started)


def _write(con: duckdb.DuckDBPyConnection, fresh: Path, project: ModelProject | None) -> dict[str, int]:
    place = str(fresh).replace("'", "''")
    con.execute(f"attach '{place}' as snapshot (storage_version '{STORAGE_VERSION}')")
    con.begin()
    rows: dict[str, int] = {}
    for schema in PUBLISHED_SCHEMAS:
        con.execute(f"create schema snapshot.{schema}")
    for schema, table in _published_tables(con):
        name = f'{schema}."{table}"'
        counted = con.execute(f"create table snapshot.{name} as select * from {name}").fetchall()
        rows[f"{schema}.{table}"] = int(counted[0][0])
    con.execute("create table snapshot.main.snapshot as select now() as published_at")
    if project is not None:
        _describe(con, project, rows)
    con.commit()
    con.execute("checkpoint snapshot")
    con.execute("detach snapshot")
    return rows


def _published_tables(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Tables and views alike: a view in the snapshot would look for raw tables that are not there."""
    return con.execute(
        f"""
        select table_schema, table_name from information_schema.tables
        where table_catalog = current_database() and table_schema in {PUBLISHED_SCHEMAS}
        order by table_schema, table_name
        """
    ).fetchall()


def _describe(con: duckdb.DuckDBPyConnection, project: ModelProject, published: Mapping[str, int]) -> None:
    for model in project.models:
        if model.relation not in published:
            continue
        con.execute(
            f"comment on table snapshot.{model.relation} is {_quoted(model.description or model.row_is)}"
        )
        present = {row[0] for row in con.execute(f"describe snapshot.{model.relation}").fetchall()}
        for column in model.columns:
            if column.description and column.name in present:
                place = f"snapshot.{model.relation}.{column.name}"
                con.execute(f"comment on column {place} is {_quoted(column.description)}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _put_in_place(fresh: Path, target: Path) -> int:
    """Durable before visible: a power cut leaves the old file or the new one, never a torn one."""
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    size = fresh.stat().st_size
    os.replace(fresh, target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return size


def _remove_leftovers(target: Path) -> None:
    """Files of publishers that were killed; the warehouse's lock says that none is at work now."""
    for leftover in target.parent.glob(f".{target.name}.*.publishing*"):
        leftover.unlink(missing_ok=True)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")
