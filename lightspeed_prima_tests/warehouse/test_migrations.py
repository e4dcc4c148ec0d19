"""The schema's steps: each once, in order, forward only, wholly or not at all."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from lightspeed_prima.warehouse.database import Warehouse, WarehouseError
from lightspeed_prima.warehouse.migrations import apply_migrations, read_migrations


def write_steps(folder: Path, **steps: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, sql in steps.items():
        (folder / f"{name.removeprefix('step_')}.sql").write_text(sql, encoding="utf-8")
    read_migrations.cache_clear()
    return folder


def test_every_step_is_applied_once_and_in_order(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    folder = write_steps(tmp_path / "steps", step_0001_start="create schema ops; create table a (n integer)")
    assert apply_migrations(con, where=tmp_path, directory=folder) == 1
    write_steps(folder, step_0002_more="insert into a values (2)")
    assert apply_migrations(con, where=tmp_path, directory=folder) == 2
    assert apply_migrations(con, where=tmp_path, directory=folder) == 2
    assert con.execute("select n from a").fetchall() == [(2,)]
    names = con.execute("select version, name from ops.migrations order by version").fetchall()
    assert names == [(1, "0001_start"), (2, "0002_more")]


def test_a_step_that_fails_leaves_nothing_and_is_named(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    folder = write_steps(
        tmp_path / "steps", step_0001_start="create schema ops; create table a (n integer); select nonsense"
    )
    with pytest.raises(WarehouseError, match="0001_start") as caught:
        apply_migrations(con, where=tmp_path, directory=folder)
    assert caught.value.code == "MIGRATION_FAILED"
    assert con.execute("select table_name from duckdb_tables()").fetchall() == []


def test_a_gap_in_the_numbers_is_an_error(tmp_path: Path) -> None:
    folder = write_steps(tmp_path / "steps", step_0001_start="select 1", step_0003_end="select 1")
    with pytest.raises(WarehouseError, match="is expected"):
        read_migrations(folder)


def test_a_file_of_a_newer_program_is_refused(warehouse: Warehouse) -> None:
    with warehouse.connect() as con:
        con.execute("insert into ops.migrations values (9999, 'from_the_future', now())")
    with pytest.raises(WarehouseError, match="schema version 9999") as caught, warehouse.connect():
        pass
    assert caught.value.code == "WAREHOUSE_NEWER"
