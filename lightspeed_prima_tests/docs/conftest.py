"""A warehouse without a single sale, with every model built, and the snapshot published from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima.warehouse.models import ModelProject
from lightspeed_prima.warehouse.publish import publish


@pytest.fixture(scope="session")
def models() -> ModelProject:
    return ModelProject.load()


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory, models: ModelProject) -> Warehouse:
    warehouse = Warehouse(tmp_path_factory.mktemp("docs") / "warehouse.duckdb")
    with warehouse.transaction() as con:
        for model in models:
            models.run(con, model, {"now": "2026-11-09 06:00:00+00"})
    return warehouse


@pytest.fixture(scope="session")
def snapshot_file(empty_warehouse: Warehouse, models: ModelProject) -> Path:
    target = empty_warehouse.path.with_name("reconciliation.duckdb")
    publish(empty_warehouse, target, project=models)
    return target


@pytest.fixture
def snapshot(snapshot_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Opened as an analyst opens it."""
    with duckdb.connect(str(snapshot_file), read_only=True) as con:
        yield con
