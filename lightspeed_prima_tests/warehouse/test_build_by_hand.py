"""`python -m lightspeed_prima.warehouse.models`: what an analyst types, and what it costs to import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb

from .conftest import WriteProject

FILES = {
    "models/core/first.sql": "{{ config(materialized='table') }} select {{ var('n') }} as n",
    "models/core/second.sql": "{{ config(materialized='table') }} select n from {{ ref('first') }}",
    "models/core/apart.sql": "{{ config(materialized='table') }} select 1 as n",
    "models/core/core.yml": "models: [{name: second, tests: [expression_is_true: {expression: n > 5}]}]",
}


def type_command(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lightspeed_prima.warehouse.models", str(tmp_path / "copy.duckdb")]
    place = ["--directory", str(tmp_path / "project")]
    return subprocess.run(
        [*command, *place, *arguments], capture_output=True, text=True, timeout=120, check=False
    )


def test_a_model_is_built_with_all_it_is_made_of_and_nothing_else(
    write_project: WriteProject, tmp_path: Path
) -> None:
    write_project(FILES)
    answer = type_command(tmp_path, "core.second", "--var", "n=7")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert [line.split()[0] for line in answer.stdout.splitlines()] == ["core.first", "core.second"]
    with duckdb.connect(str(tmp_path / "copy.duckdb")) as con:
        assert con.execute("select n from core.second").fetchall() == [(7,)]


def test_a_failed_test_is_shown_and_ends_with_1(write_project: WriteProject, tmp_path: Path) -> None:
    write_project(FILES)
    answer = type_command(tmp_path, "--var", "n=3")
    assert answer.returncode == 1
    assert "error: n > 5 holds in every row: 1 rows, as [{'n': 3}]" in answer.stdout


def test_a_mistake_is_one_line_on_stderr_and_ends_with_2(write_project: WriteProject, tmp_path: Path) -> None:
    write_project(FILES)
    answer = type_command(tmp_path)
    assert answer.returncode == 2
    assert answer.stderr.startswith("VAR_MISSING: var('n') has neither value nor default")
    assert len(answer.stderr.splitlines()) == 1


def test_importing_the_warehouse_does_not_import_duckdb_or_yaml() -> None:
    script = (
        "import sys, lightspeed_prima.warehouse.database, lightspeed_prima.warehouse.publish, "
        "lightspeed_prima.warehouse.models\n"
        "print(sorted({'duckdb', 'yaml', 'filelock', 'pandas', 'dagster'} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert answer.stdout == "[]\n"
