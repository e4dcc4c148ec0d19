"""The published snapshot: what is in it, what is not, and that it changes hands in one step."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima.warehouse.publish import publish

from .conftest import WriteProject

MARK = "CardHolder-4929-do-not-publish"

PUBLISH_OFTEN = """
import sys
from pathlib import Path
from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima.warehouse.publish import publish
for _ in range(5):
    publish(Warehouse(Path(sys.argv[1])), Path(sys.argv[2]))
"""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "for analysts" / "it's ours.duckdb"


def fill(warehouse: Warehouse, amount: str = "10.00") -> None:
    """One raw sale with a secret in it, and what the models would have made of it."""
    with warehouse.transaction() as con:
        con.execute(
            "insert into raw.lightspeed_sales (account, series, sale_id, version, payload, payload_sha256,"
            " fetched_at, run_id) values ('uk', 'R', '1', 1, ?, 'x', now(), 'r')",
            [f'{{"note": "{MARK}"}}'],
        )
        con.execute(
            "create or replace table core.transactions as select 'uk:1' as sale_key, ?::decimal(18,2) as gross",
            [amount],
        )
        con.execute(
            "create or replace view recon.sales as select sale_key, gross as lightspeed_gross from core.transactions"
        )


def read(path: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_the_snapshot_holds_core_posting_and_recon_as_tables_and_nothing_else(
    warehouse: Warehouse, target: Path
) -> None:
    fill(warehouse)
    snapshot = publish(warehouse, target)
    assert snapshot.rows["core.transactions"] == 1
    assert snapshot.rows["posting.attempts"] == 0
    assert snapshot.bytes == target.stat().st_size
    schemas = read(target, "select distinct table_schema from information_schema.tables order by 1")
    assert schemas == [("core",), ("main",), ("posting",), ("recon",)]
    assert read(target, "select distinct table_type from information_schema.tables") == [("BASE TABLE",)]
    assert read(target, "select sale_key, lightspeed_gross::varchar from recon.sales") == [("uk:1", "10.00")]


def test_no_byte_of_a_raw_payload_is_in_the_snapshot(warehouse: Warehouse, target: Path) -> None:
    fill(warehouse)
    publish(warehouse, target)
    assert MARK.encode() in warehouse.path.read_bytes()
    assert MARK.encode() not in target.read_bytes()


def test_the_snapshot_says_when_it_was_made_and_is_readable_by_older_duckdb(
    warehouse: Warehouse, target: Path
) -> None:
    fill(warehouse)
    publish(warehouse, target)
    assert read(target, "select published_at <= now() from snapshot") == [(True,)]
    assert "v1.5" in str(read(target, "select tags from duckdb_databases() where not internal"))


def test_a_reader_keeps_the_old_file_while_a_new_one_is_published(warehouse: Warehouse, target: Path) -> None:
    fill(warehouse, "10.00")
    publish(warehouse, target)
    reading = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, duckdb\ncon = duckdb.connect(sys.argv[1], read_only=True)\nprint('open', flush=True)\n"
            "sys.stdin.readline()\nprint(con.execute('select gross::varchar from core.transactions').fetchall()[0][0])",
            str(target),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reading.stdout is not None
    assert reading.stdout.readline() == "open\n"
    fill(warehouse, "99.00")
    publish(warehouse, target)
    old_figure, _ = reading.communicate("go\n", timeout=60)
    assert old_figure == "10.00\n"
    assert read(target, "select gross::varchar from core.transactions") == [("99.00",)]


def test_publishers_in_two_processes_leave_one_whole_file_and_no_rubbish(
    warehouse: Warehouse, target: Path
) -> None:
    fill(warehouse)
    arguments = [sys.executable, "-c", PUBLISH_OFTEN, str(warehouse.path), str(target)]
    others = [subprocess.Popen(arguments) for _ in range(2)]
    assert [other.wait(timeout=120) for other in others] == [0, 0]
    assert read(target, "select count(*) from core.transactions") == [(1,)]
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_what_a_killed_publisher_left_is_cleared_away(warehouse: Warehouse, target: Path) -> None:
    fill(warehouse)
    target.parent.mkdir()
    (target.parent / f".{target.name}.abc.publishing").write_bytes(b"half")
    (target.parent / f".{target.name}.abc.publishing.wal").write_bytes(b"half")
    publish(warehouse, target)
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_failure_while_publishing_leaves_the_old_snapshot(warehouse: Warehouse, target: Path) -> None:
    fill(warehouse)
    publish(warehouse, target)
    with warehouse.transaction() as con:
        con.execute("create view recon.broken as select cast(sale_key as date) as day from core.transactions")
    with pytest.raises(duckdb.ConversionException):
        publish(warehouse, target)
    assert read(target, "select count(*) from core.transactions") == [(1,)]
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_descriptions_travel_with_the_snapshot(
    warehouse: Warehouse, target: Path, write_project: WriteProject
) -> None:
    project = write_project(
        {
            "models/core/transactions.sql": "{{ config(materialized='table') }} select 'uk:1' as sale_key, 1 as n",
            "models/core/t.yml": (
                "models: [{name: transactions, description: The shop's sales., columns: "
                "[{name: sale_key, description: Account and sale id.}, {name: gone, description: x}]}]"
            ),
        }
    )
    with warehouse.transaction() as con:
        project.run(con, project.model("transactions"))
    publish(warehouse, target, project=project)
    assert read(target, "select comment from duckdb_tables() where table_name = 'transactions'") == [
        ("The shop's sales.",)
    ]
    comments = read(
        target, "select comment from duckdb_columns() where column_name = 'sale_key' and schema_name = 'core'"
    )
    assert comments == [("Account and sale id.",)]
