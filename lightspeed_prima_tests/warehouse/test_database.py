"""The warehouse file: one writer, whole transactions, one environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from lightspeed_prima.warehouse.database import Warehouse, WarehouseError

ADD_ONE_OFTEN = """
import sys
from pathlib import Path
from lightspeed_prima.warehouse.database import Warehouse
warehouse = Warehouse(Path(sys.argv[1]))
for _ in range(10):
    with warehouse.transaction() as con:
        (count,), = con.execute("select n from main.counter").fetchall()
        con.execute("update main.counter set n = ?", [count + 1])
"""

HOLD_UNTIL_TOLD = """
import sys
from pathlib import Path
from lightspeed_prima.warehouse.database import Warehouse
with Warehouse(Path(sys.argv[1])).transaction() as con:
    con.execute("create table main.half_done as select 1 as n")
    print("holding", flush=True)
    sys.stdin.readline()
"""

OPEN_WITHOUT_ASKING = """
import sys, duckdb
con = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.readline()
"""


def run_beside(script: str, path: Path) -> subprocess.Popen[str]:
    """Another process at work on the same file."""
    return subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def wait_for_word(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def let_go(process: subprocess.Popen[str]) -> None:
    process.communicate("go\n", timeout=60)


def test_a_new_warehouse_has_the_schema_and_speaks_utc(warehouse: Warehouse) -> None:
    with warehouse.connect() as con:
        tables = con.execute("select count(*) from raw.lightspeed_sales").fetchall()
        zone = con.execute("select current_setting('TimeZone')").fetchall()
    assert tables == [(0,)]
    assert zone == [("UTC",)]


def test_a_new_warehouse_is_written_in_the_storage_form_that_older_duckdb_can_read(
    warehouse: Warehouse,
) -> None:
    with warehouse.connect() as con:
        tags = con.execute("select tags from duckdb_databases() where not internal").fetchall()
    assert "v1.5" in str(tags)


def test_an_error_inside_a_transaction_leaves_nothing_behind(warehouse: Warehouse) -> None:
    def write_and_stumble() -> None:
        with warehouse.transaction() as con:
            con.execute("create table main.never as select 1 as n")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and_stumble()
    with warehouse.connect() as con:
        assert con.execute("select * from duckdb_tables() where table_name = 'never'").fetchall() == []


def test_what_a_transaction_wrote_is_there_afterwards(warehouse: Warehouse) -> None:
    with warehouse.transaction() as con:
        con.execute("create table main.kept as select 1 as n")
    with warehouse.connect() as con:
        assert con.execute("select n from main.kept").fetchall() == [(1,)]


def test_two_processes_that_count_together_lose_no_step(warehouse: Warehouse) -> None:
    with warehouse.transaction() as con:
        con.execute("create table main.counter as select 0 as n")
    others = [run_beside(ADD_ONE_OFTEN, warehouse.path) for _ in range(2)]
    assert [other.wait(timeout=120) for other in others] == [0, 0]
    for other in others:
        other.communicate()
    with warehouse.connect() as con:
        assert con.execute("select n from main.counter").fetchall() == [(20,)]


def test_a_process_that_waits_too_long_is_told_who_is_in_the_way_and_succeeds_later(
    warehouse: Warehouse,
) -> None:
    holder = run_beside(HOLD_UNTIL_TOLD, warehouse.path)
    assert wait_for_word(holder) == "holding"
    with pytest.raises(WarehouseError) as caught, Warehouse(warehouse.path, 0.1).connect():
        pass
    assert caught.value.code == "WAREHOUSE_BUSY"
    let_go(holder)
    with warehouse.connect() as con:
        assert con.execute("select n from main.half_done").fetchall() == [(1,)]


def test_a_killed_holder_frees_the_warehouse_and_its_half_work_is_gone(warehouse: Warehouse) -> None:
    holder = run_beside(HOLD_UNTIL_TOLD, warehouse.path)
    assert wait_for_word(holder) == "holding"
    holder.kill()
    holder.communicate(timeout=60)
    with warehouse.connect() as con:
        assert con.execute("select * from duckdb_tables() where table_name = 'half_done'").fetchall() == []


def test_a_program_that_opened_the_file_without_the_lock_is_named_as_the_cause(warehouse: Warehouse) -> None:
    with warehouse.connect():
        pass
    intruder = run_beside(OPEN_WITHOUT_ASKING, warehouse.path)
    assert wait_for_word(intruder) == "open"
    with pytest.raises(WarehouseError, match="published snapshot") as caught, warehouse.connect():
        pass
    let_go(intruder)
    assert caught.value.code == "WAREHOUSE_BUSY"


def test_the_lock_is_free_again_after_the_file_could_not_be_opened(warehouse: Warehouse) -> None:
    warehouse.path.parent.mkdir()
    warehouse.path.write_bytes(b"not a database at all" * 1000)
    for _ in range(2):
        with (
            pytest.raises(WarehouseError) as caught,
            Warehouse(warehouse.path, lock_timeout_seconds=0.5).connect(),
        ):
            pass
        assert caught.value.code == "WAREHOUSE_UNREADABLE"


def test_a_sandbox_warehouse_is_refused_to_the_real_systems(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with Warehouse(path, environment="sandbox").connect():
        pass
    with Warehouse(path, environment="sandbox").connect() as con:
        assert con.execute("select environment from ops.installation").fetchall() == [("sandbox",)]
    with (
        pytest.raises(WarehouseError, match="belongs to the environment 'sandbox'") as caught,
        Warehouse(path, environment="configured").connect(),
    ):
        pass
    assert caught.value.code == "WRONG_ENVIRONMENT"


def test_no_connection_stays_open_when_the_block_ends(warehouse: Warehouse) -> None:
    with warehouse.connect() as con:
        pass
    with pytest.raises(duckdb.ConnectionException):
        con.execute("select 1")
