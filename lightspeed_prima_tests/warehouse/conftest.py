"""Small model projects written for one test, and an empty warehouse.

What does not belong here: the real dbt_like_sql folder; test_own_project.py looks at that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import duckdb
import pytest

from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima.warehouse.models import ModelProject
from lightspeed_prima.warehouse.models.project import default_directory

WriteProject = Callable[[Mapping[str, str]], ModelProject]


@pytest.fixture
def write_project(tmp_path: Path) -> WriteProject:
    """Writes files (path: text) into a project folder, over those of an earlier call, and loads it.

    The folder has the generic tests of the real one.
    """
    folder = tmp_path / "project"
    (folder / "macros").mkdir(parents=True)
    own_tests = default_directory() / "macros" / "tests.sql"
    (folder / "macros" / "tests.sql").write_text(own_tests.read_text(encoding="utf-8"), encoding="utf-8")

    def write(files: Mapping[str, str]) -> ModelProject:
        for place, text in files.items():
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return ModelProject.load(folder)

    return write


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """A warehouse whose file does not exist yet."""
    return Warehouse(tmp_path / "data" / "warehouse.duckdb")


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A plain DuckDB file, without the pipeline's schema."""
    connection = duckdb.connect(str(tmp_path / "plain.duckdb"))
    yield connection
    connection.close()
