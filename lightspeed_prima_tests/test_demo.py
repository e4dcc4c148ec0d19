"""The demo: what it says on a terminal and in a file, whom it never talks to, and how it fails."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from lightspeed_prima.console import to_json
from lightspeed_prima.demo import DemoError, DemoResult, summary_lines
from lightspeed_prima.demo.job import reasons, run_job
from lightspeed_prima.demo.run import clear_former_demo, demo_environment
from lightspeed_prima.demo.verdict import judge
from lightspeed_prima.reports.headline import headline
from lightspeed_prima.reports.snapshot import read_snapshot
from lightspeed_prima.twins.sandbox import stop_sandbox
from lightspeed_prima.warehouse.database import Warehouse, WarehouseError
from lightspeed_prima_tests.models.conftest import Books
from lightspeed_prima_tests.models.till import Line, Rung, Tender
from lightspeed_prima_tests.reports.shop import publish_books

STAMP = "2026-11-23 03:05:08 +0000 - dagster - DEBUG - daily_cycle - 869db914 - 19278 - "
SUCCESS = f"""\
{STAMP}read_lightspeed - STEP_START - Started execution of step "read_lightspeed".
{STAMP}read_lightspeed - STEP_SUCCESS - Finished execution of step "read_lightspeed" in 1.2s.
{STAMP}core__transactions - STEP_START - Started execution of step "core__transactions".
{STAMP}core__transactions - STEP_SUCCESS - Finished execution of step "core__transactions" in 80ms.
"""
FAILURE = f"""\
{STAMP}read_lightspeed - STEP_SUCCESS - Finished execution of step "read_lightspeed" in 1.2s.
{STAMP}read_mappings - STEP_FAILURE - Execution of step "read_mappings" failed.

dagster._core.definitions.events.Failure: MAPPINGS: shops.csv:5: has 5 cells where the header has 6

Stack Trace:
  File "execute_plan.py", line 243, in dagster_event_sequence_for_step
    yield from check.generator(step_events)

The above exception was caused by the following exception:
lightspeed_prima.mapping.problems.MappingError: MAPPINGS: shops.csv:5: has 5 cells where the header has 6

Stack Trace:
  File "reading.py", line 81, in failures_in_words
{STAMP}core__transactions - Dependencies for step core__transactions failed: ['read_mappings']. Not executing.
"""
CRASH = """\
Traceback (most recent call last):
  File "definitions.py", line 3, in <module>
ModuleNotFoundError: No module named 'nowhere'
"""


def job_that_says(text: str, code: int = 0) -> list[str]:
    return [
        sys.executable,
        "-c",
        "import sys; print(sys.argv[1], end=''); sys.exit(int(sys.argv[2]))",
        text,
        str(code),
    ]


def test_in_a_file_a_job_is_one_plain_line(tmp_path: Path) -> None:
    written = io.StringIO()

    run_job(job_that_says(SUCCESS), tmp_path, {}, tmp_path / "job.log", Console(file=written), "The week")

    assert written.getvalue() == "The week ...\n"
    assert (tmp_path / "job.log").read_text(encoding="utf-8") == SUCCESS


def test_on_a_terminal_a_job_shows_how_far_it_is(tmp_path: Path) -> None:
    written = io.StringIO()
    terminal = Console(file=written, force_terminal=True, width=120)

    run_job(job_that_says(SUCCESS), tmp_path, {}, tmp_path / "job.log", terminal, "The week")

    assert "The week: 2 steps" in written.getvalue()


def test_a_failed_job_says_which_step_failed_and_why_without_stack_traces(tmp_path: Path) -> None:
    written = io.StringIO()
    console = Console(file=written, width=40)

    with pytest.raises(
        DemoError, match=r"JOB_FAILED: The week: the job ended with exit code 1 at .*job\.log"
    ):
        run_job(job_that_says(FAILURE, 1), tmp_path, {}, tmp_path / "job.log", console, "The week")

    assert written.getvalue() == (
        "The week ...\n  read_mappings: MAPPINGS: shops.csv:5: has 5 cells where the header has 6\n"
    )


def test_a_job_that_dies_before_its_first_step_is_quoted_from_its_end() -> None:
    assert reasons((SUCCESS + CRASH).splitlines()) == CRASH.splitlines()


def test_the_demo_talks_to_nobody_but_its_own_sandbox(tmp_path: Path) -> None:
    environ = {
        "PATH": "/bin",
        "LIGHTSPEED_PRIMA_CONFIG": "/etc/real.toml",
        "LIGHTSPEED_PRIMA__PRIMA__ENDPOINT": "http://prima.example/wsalive",
    }

    assert demo_environment(tmp_path, environ) == {"PATH": "/bin", "LIGHTSPEED_PRIMA_HOME": str(tmp_path)}


def test_the_demo_never_deletes_the_files_of_a_configured_installation(tmp_path: Path) -> None:
    real = tmp_path / "data" / "warehouse.duckdb"
    with Warehouse(real, environment="configured").connect():
        pass
    (tmp_path / "data" / "journal.db").write_text("what was sent")

    with pytest.raises(WarehouseError, match="WRONG_ENVIRONMENT"):
        clear_former_demo(tmp_path)

    assert real.exists()
    assert (tmp_path / "data" / "journal.db").exists()


def test_the_demo_begins_with_none_of_its_former_files(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Warehouse(data / "warehouse.duckdb", environment="sandbox").connect():
        pass
    (data / "tokens").mkdir()
    for name in (
        "journal.db",
        "journal.db-wal",
        "reconciliation.duckdb",
        "demo_cycle_1.log",
        "tokens/shoes.json",
        "notes.txt",
    ):
        (data / name).write_text("former")

    clear_former_demo(tmp_path)

    assert [path.name for path in data.iterdir()] == ["notes.txt"]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One sale that waits, and one that is held for its SKU."""
    folder = tmp_path_factory.mktemp("verdict")
    books = Books(folder / "warehouse.duckdb")
    books.ring(
        Rung(1, [Line(11, "LACES", "4.95")], [Tender("4.95")]),
        Rung(2, [Line(21, "NEW", "20.00")], [Tender("20.00")]),
    )
    books.build()
    books.post()
    books.build()
    return publish_books(books, folder)


def answer_key(folder: Path, *changes: dict[str, Any]) -> Path:
    """The key that fits the books, with changes to its first sales."""
    sales: list[dict[str, Any]] = [
        {"sale_key": "uk:1", "disposition": "posted", "gross": "4.95", "exceptions": []},
        {"sale_key": "uk:2", "disposition": "held", "gross": "20.00", "exceptions": ["SKU_UNMAPPED"]},
    ]
    for sale, change in zip(sales, changes, strict=False):
        sale.update(change)
    key = folder / "answer_key.json"
    key.write_text(json.dumps({"sales": sales}), encoding="utf-8")
    return key


def test_tables_as_the_answer_key_has_them_are_right(published: Path, tmp_path: Path) -> None:
    verdict = judge(published, answer_key(tmp_path))

    assert (verdict.is_right, verdict.sales, verdict.complaints) == (True, 2, [])


@pytest.mark.parametrize(
    ("changes", "complaints"),
    [
        ([{"gross": "4.96"}], ["uk:1 has 4.95, should have 4.96"]),
        ([{"disposition": "held"}], ["uk:1 is posted, should be held"]),
        ([{"sale_key": "uk:7"}], ["uk:7 is not in the warehouse", "uk:1 is not in the world"]),
        ([{"exceptions": ["TAX_MISMATCH"]}], ["TAX_MISMATCH uk:1 should be an open exception"]),
        ([{}, {"exceptions": []}], ["SKU_UNMAPPED uk:2 should not be an open exception"]),
    ],
)
def test_every_way_to_be_wrong_is_a_complaint(
    published: Path, tmp_path: Path, changes: list[dict[str, Any]], complaints: list[str]
) -> None:
    verdict = judge(published, answer_key(tmp_path, *changes))

    assert (verdict.is_right, verdict.complaints) == (False, complaints)


def test_unexplained_money_is_a_complaint(published: Path, tmp_path: Path) -> None:
    copy = tmp_path / "reconciliation.duckdb"
    copy.write_bytes(published.read_bytes())
    with duckdb.connect(str(copy)) as con:
        con.execute("update recon.shop_days set unexplained = 0.01")

    assert judge(copy, answer_key(tmp_path)).complaints == ["1 shop-days have unexplained money"]


def test_the_summary_is_plain_lines_with_aligned_figures_and_says_when_it_is_wrong(
    published: Path, tmp_path: Path
) -> None:
    verdict = judge(published, answer_key(tmp_path, {"gross": "4.96"}))
    snapshot = read_snapshot(published)
    result = DemoResult(
        is_right=verdict.is_right,
        headline=headline(snapshot),
        exceptions={"SKU_UNMAPPED": 1},
        late_sales=0,
        documents_in_prima=1,
        duplicates_refused=0,
        verdict=verdict,
        report=tmp_path / "daily_report.html",
        tables=published,
        seconds=12,
    )

    lines = summary_lines(result)

    assert lines[2:7] == [
        "  Sales               2  24.95 rung",
        "  Posted              1  1 orders; 4.95 in Prima",
        "  Credited            0  credit notes, each linked to its order",
        "  Left out            0  voided, still open, or without value",
        "  Held                1  SKU_UNMAPPED 1",
    ]
    assert "NOT AS THE ANSWER KEY SAYS: uk:1 has 4.95, should have 4.96" in lines
    assert "2 sales and 1 exceptions: NOT as the answer key of the week says, in 12 s." in lines
    as_json = json.loads(to_json(result))
    assert (as_json["is_right"], as_json["headline"]["lightspeed_gross"]) == (False, "24.95")
    assert as_json["report"] == str(tmp_path / "daily_report.html")


def test_a_demo_whose_job_fails_is_exit_code_2_and_leaves_no_twins_behind(tmp_path: Path) -> None:
    (tmp_path / "workspace.yaml").write_text("load_from:\n  - python_module: nowhere_to_be_found\n")

    ended = subprocess.run(
        [sys.executable, "-c", "from lightspeed_prima.cli import main; main()", "demo"],
        env={"PATH": "/usr/bin:/bin", "LIGHTSPEED_PRIMA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    log = tmp_path / "data" / "demo_cycle_1.log"
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "No module named 'nowhere_to_be_found'" in ended.stderr
    assert ended.stderr.splitlines()[-1] == (
        "JOB_FAILED: The week: read, posted, reconciled: the job ended with exit code 1"
        f" at {log}. Next: the lines above say why, that log has everything"
    )
    assert "\x1b" not in ended.stderr
    assert not stop_sandbox(tmp_path)
