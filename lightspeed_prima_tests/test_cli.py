"""The console script as people and scripts use it: words, JSON, exit codes, one sentence for trouble."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.core import TyperGroup
from typer.testing import CliRunner

from lightspeed_prima.cli import app
from lightspeed_prima.dagster_home import home_in_use
from lightspeed_prima.twins.sandbox import WorldSize, ensure_sandbox, stop_sandbox
from lightspeed_prima_tests.models.conftest import Books
from lightspeed_prima_tests.models.till import Line, Rung, Tender
from lightspeed_prima_tests.reports.shop import publish_books

runner = CliRunner()
SCRIPT = [sys.executable, "-c", "from lightspeed_prima.cli import main; main()"]
WRAPPED = [
    sys.executable,
    "-c",
    "import os, sys; from lightspeed_prima.dagster_home import run_until_it_ends;"
    " sys.exit(run_until_it_ends([sys.executable, '-c', sys.argv[1]], os.environ))",
]


def command_paths(command: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    below = command.commands.items() if isinstance(command, TyperGroup) else ()
    return [path, *(leaf for name, each in below for leaf in command_paths(each, (*path, name)))]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """Two planned sales, of which one is held: its SKU is written like console markup."""
    books = Books(tmp_path_factory.mktemp("books") / "warehouse.duckdb")
    books.ring(
        Rung(1, [Line(11, "BROGUE-F-075", "140.00")], [Tender("140.00")]),
        Rung(2, [Line(21, "[/red]NEW", "20.00")], [Tender("20.00")]),
    )
    books.build()
    publish_books(books, books.warehouse.path.parent)
    return books


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home that the environment names."""
    monkeypatch.setenv("LIGHTSPEED_PRIMA_HOME", str(tmp_path))
    monkeypatch.delenv("LIGHTSPEED_PRIMA_CONFIG", raising=False)
    return tmp_path


@pytest.fixture
def published_home(home: Path, books: Books) -> Path:
    """A home with the published snapshot of the books."""
    (home / "data").mkdir()
    shutil.copy(books.warehouse.path.with_name("reconciliation.duckdb"), home / "data")
    return home


@pytest.fixture(scope="module")
def running_home(books: Books, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with running twins, and the books for its warehouse."""
    home = tmp_path_factory.mktemp("running")
    (home / "data").mkdir()
    shutil.copy(books.warehouse.path, home / "data" / "warehouse.duckdb")
    ensure_sandbox(home, world=WorldSize(seed=7, days=1, sales_per_day=4))
    yield home
    stop_sandbox(home)


@pytest.mark.parametrize("path", command_paths(typer.main.get_command(app)), ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(path: tuple[str, ...], option: str) -> None:
    result = runner.invoke(app, [*path, option])

    assert result.exit_code == 0
    assert "Usage:" in result.stdout
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["exceptions", "list", "--status", "closed"],
        ["dev", "--port", "0"],
        ["report", "--nonsense"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2_and_goes_to_stderr(arguments: list[str]) -> None:
    result = runner.invoke(app, arguments)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error: " in result.stderr


@pytest.mark.parametrize(
    "arguments", [["report"], ["exceptions", "list"], ["exceptions", "list", "--json"]], ids=" ".join
)
def test_without_a_published_snapshot_one_sentence_says_what_to_run(home: Path, arguments: list[str]) -> None:
    result = runner.invoke(app, arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"NOT_PUBLISHED: there is no published snapshot yet at {home}/data/reconciliation.duckdb."
        " Next: run the daily_cycle job once; in the sandbox, `lightspeed-prima demo`\n"
    )


def test_a_configuration_that_is_not_there_is_one_sentence_and_no_traceback(tmp_path: Path) -> None:
    environment = {**os.environ, "LIGHTSPEED_PRIMA_CONFIG": str(tmp_path / "none.toml")}

    ended = subprocess.run([*SCRIPT, "doctor"], env=environment, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("SETTINGS: ")
    assert ended.stderr.count("\n") == 1


def test_a_home_that_cannot_be_written_is_one_sentence_too(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home / "file"
    file.write_text("")
    monkeypatch.setenv("LIGHTSPEED_PRIMA_HOME", str(file))

    result = runner.invoke(app, ["sandbox", "start"])

    assert (result.exit_code, result.stderr) == (2, f"FILE: Not a directory at {file}/data\n")


@pytest.mark.usefixtures("published_home")
def test_exceptions_are_listed_by_owner_and_open_ones_are_exit_code_1() -> None:
    result = runner.invoke(app, ["exceptions", "list"])

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "merchandising: 1, 20.00 EUR",
        "  SKU_UNMAPPED: Add the SKU to skus.csv with its Prima product and matrix codes; the next cycle posts the sale.",
        "    uk:2, shop 1, 2026-11-03, 20.00, 0 h: no row in skus.csv for [/red]NEW",
    ]


@pytest.mark.usefixtures("published_home")
def test_exceptions_as_json_have_money_as_text_and_times_in_iso_format() -> None:
    result = runner.invoke(app, ["exceptions", "list", "--json"])

    (row,) = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (row["code"], row["amount"], row["business_date"]) == ("SKU_UNMAPPED", "20.00", "2026-11-03")
    assert datetime.fromisoformat(row["opened_at"]).utcoffset() is not None


@pytest.mark.usefixtures("published_home")
def test_nothing_to_list_is_fine() -> None:
    result = runner.invoke(app, ["exceptions", "list", "--status", "waived", "--status", "resolved"])
    as_json = runner.invoke(app, ["exceptions", "list", "--status", "waived", "--json"])

    assert (result.exit_code, result.stdout) == (0, "Nothing needs a person.\n")
    assert (as_json.exit_code, json.loads(as_json.stdout)) == (0, [])


def test_the_report_is_written_where_it_says(published_home: Path) -> None:
    result = runner.invoke(app, ["report"])
    as_json = runner.invoke(app, ["report", "--json"])

    expected = published_home / "data" / "reports" / "daily_report.html"
    assert (result.exit_code, result.stdout) == (0, f"{expected}\n")
    assert json.loads(as_json.stdout) == {"report": str(expected)}
    assert "[/red]NEW" in expected.read_text(encoding="utf-8")


def test_who_stops_reading_ends_the_command_quietly(published_home: Path) -> None:
    environment = {**os.environ, "LIGHTSPEED_PRIMA_HOME": str(published_home), "PYTHONUNBUFFERED": "1"}
    reading, writing = os.pipe()
    os.close(reading)

    with os.fdopen(writing, "wb") as nobody:
        ended = subprocess.run(
            [*SCRIPT, "exceptions", "list"],
            env=environment,
            stdout=nobody,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert (ended.returncode, ended.stderr) == (1, "")


def test_the_sandbox_says_where_it_is(running_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIGHTSPEED_PRIMA_HOME", str(running_home))

    found = json.loads(runner.invoke(app, ["sandbox", "start", "--json"]).stdout)
    text = runner.invoke(app, ["sandbox", "start"]).stdout

    assert text == f"Lightspeed {found['lightspeed_url']}\nPrima      {found['prima_url']}\n"
    assert Path(found["config"]).is_file()


@pytest.mark.usefixtures("home")
def test_stopping_a_sandbox_that_does_not_run_is_fine() -> None:
    result = runner.invoke(app, ["sandbox", "stop", "--json"])

    assert (result.exit_code, json.loads(result.stdout)) == (0, {"stopped": False})


def test_the_doctor_asks_everything_and_is_content(
    running_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIGHTSPEED_PRIMA_HOME", str(running_home))

    result = runner.invoke(app, ["doctor"])

    assert result.exit_code == 0, result.stdout
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == [
        "ok   warehouse",
        "ok   journal",
        "ok   mappings",
        "ok   lightspeed shoes",
        "ok   prima",
        "ok   ledger extract",
    ]


def test_the_doctor_names_what_does_not_answer_and_goes_on(
    running_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LIGHTSPEED_PRIMA_HOME", str(running_home))
    monkeypatch.setenv("LIGHTSPEED_PRIMA__PRIMA__WSDL", "http://127.0.0.1:9/wsdl")
    monkeypatch.setenv("LIGHTSPEED_PRIMA__PRIMA__LEDGER_EXTRACT", str(tmp_path / "ledger.csv"))
    monkeypatch.setenv("LIGHTSPEED_PRIMA__LIGHTSPEED__SHOES__ACCOUNT_ID", "999")

    result = runner.invoke(app, ["doctor", "--json"])

    findings = {finding["what"]: finding for finding in json.loads(result.stdout)}
    assert result.exit_code == 1
    assert [what for what, finding in findings.items() if not finding["ok"]] == [
        "lightspeed shoes",
        "prima",
        "ledger extract",
    ]
    assert "the configuration says 999" in findings["lightspeed shoes"]["detail"]
    assert findings["prima"]["detail"].startswith("UNREACHABLE: ")
    assert str(tmp_path / "ledger.csv") in findings["ledger extract"]["detail"]


def test_posting_says_what_became_of_each_document(
    running_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIGHTSPEED_PRIMA_HOME", str(running_home))

    first = runner.invoke(app, ["post"])
    second = runner.invoke(app, ["post", "--json"])

    # The sandbox's Prima does not have the customer of these books.
    assert (first.exit_code, first.stdout) == (1, "1 due: 1 rejected.\n")
    assert second.exit_code == 0
    assert json.loads(second.stdout)["due"] == 0


def test_posting_before_anything_was_planned_is_one_sentence(home: Path) -> None:
    ensure_sandbox(home, world=WorldSize(seed=7, days=1, sales_per_day=4))
    try:
        result = runner.invoke(app, ["post"])
    finally:
        stop_sandbox(home)

    assert result.exit_code == 2
    assert result.stderr.startswith("PLAN_MISSING: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("home")
def test_the_ui_is_not_started_on_a_taken_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        result = runner.invoke(app, ["dev", "--port", str(port)])

    assert result.exit_code == 2
    assert result.stderr == (
        f"PORT_TAKEN: port {port} of this machine cannot be used (Address already in use)."
        " Next: name another one with --port\n"
    )


@pytest.mark.parametrize("command", ["dev", "demo"])
def test_the_ui_and_the_demo_of_one_home_keep_out_of_each_others_way(home: Path, command: str) -> None:
    with home_in_use(home):
        result = runner.invoke(app, [command])

    assert result.exit_code == 2
    assert result.stderr.startswith("HOME_IN_USE: ")
    assert sorted(path.name for path in (home / "data").iterdir()) == ["home.lock"]


@pytest.mark.parametrize(
    ("child", "code"), [("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 9)", 137)]
)
def test_the_ui_ends_with_the_exit_code_of_dagster(child: str, code: int) -> None:
    ended = subprocess.run([*WRAPPED, child], check=False)

    assert ended.returncode == code


def test_who_ends_the_console_script_ends_dagster_with_it() -> None:
    child = "import time; print('up', flush=True); time.sleep(600)"
    with subprocess.Popen([*WRAPPED, child], stdout=subprocess.PIPE, text=True) as outer:
        assert outer.stdout is not None
        assert outer.stdout.readline() == "up\n"

        outer.send_signal(signal.SIGTERM)

        # The pipe is at its end when the child, which writes to it, is gone too.
        assert outer.stdout.read() == ""
    assert outer.returncode == 128 + signal.SIGTERM
