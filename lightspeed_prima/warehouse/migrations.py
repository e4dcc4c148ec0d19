"""Brings a warehouse file to the present schema: numbered SQL files, each once, only forward.

What does not belong here: tables that models build; they follow their SQL by themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lightspeed_prima.warehouse.database import WarehouseError

if TYPE_CHECKING:
    import duckdb

MIGRATIONS = Path(__file__).with_name("migrations")
_FILE_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")


@dataclass(frozen=True)
class Migration:
    """One step of the schema."""

    version: int
    path: Path


@cache
def read_migrations(directory: Path = MIGRATIONS) -> tuple[Migration, ...]:
    """The steps in order: 1, 2, 3 … without a gap."""
    found: list[Migration] = []
    for path in sorted(directory.glob("*.sql")):
        name = _FILE_NAME.fullmatch(path.name)
        if name is None or int(name[1]) != len(found) + 1:
            raise WarehouseError(
                "MIGRATION_MISNUMBERED", f"{len(found) + 1:04d}_name.sql is expected", where=str(path)
            )
        found.append(Migration(int(name[1]), path))
    return tuple(found)


def apply_migrations(con: duckdb.DuckDBPyConnection, *, where: Path, directory: Path = MIGRATIONS) -> int:
    """Applies what is missing, each step in its own transaction; returns the version reached."""
    migrations = read_migrations(directory)
    present = _present_version(con)
    if present > len(migrations):
        raise WarehouseError(
            "WAREHOUSE_NEWER",
            f"the file has schema version {present}, this program knows {len(migrations)}",
            where=str(where),
            next_step="install the newer program, or restore a backup made by this one",
        )
    for migration in migrations[present:]:
        _apply(con, migration)
    return len(migrations)


def claim_environment(con: duckdb.DuckDBPyConnection, environment: str, *, where: Path) -> None:
    """A file belongs to the sandbox or to the real systems for all its life: their figures must never mix."""
    owner = con.execute("select environment from ops.installation").fetchall()
    if not owner:
        con.execute("insert into ops.installation values (?, now())", [environment])
    elif owner != [(environment,)]:
        raise WarehouseError(
            "WRONG_ENVIRONMENT",
            f"this warehouse belongs to the environment '{owner[0][0]}', not to '{environment}'",
            where=str(where),
            next_step="point [warehouse] path at a file of its own",
        )


def _present_version(con: duckdb.DuckDBPyConnection) -> int:
    known = con.execute(
        "select 1 from duckdb_tables() where database_name = current_database() "
        "and schema_name = 'ops' and table_name = 'migrations'"
    ).fetchall()
    if not known:
        return 0
    return int(con.execute("select coalesce(max(version), 0) from ops.migrations").fetchall()[0][0])


def _apply(con: duckdb.DuckDBPyConnection, migration: Migration) -> None:
    import duckdb

    con.begin()
    try:
        con.execute(migration.path.read_text(encoding="utf-8"))
        # The first migration makes the schema `ops`, so its own book-keeping can only come after it.
        con.execute(
            """
            create table if not exists ops.migrations (
                version integer not null primary key, name varchar not null, applied_at timestamptz not null
            );
            create table if not exists ops.installation (
                environment varchar not null, created_at timestamptz not null
            );
            """
        )
        con.execute(
            "insert into ops.migrations values (?, ?, now())", [migration.version, migration.path.stem]
        )
    except duckdb.Error as error:
        con.rollback()
        sentence = " ".join(str(error).split())
        raise WarehouseError("MIGRATION_FAILED", sentence, where=str(migration.path)) from error
    con.commit()
