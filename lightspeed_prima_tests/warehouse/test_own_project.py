"""The real dbt_like_sql folder: it loads, builds on an empty warehouse, passes its own tests, twice.

What does not belong here: whether the figures are right; that is for the end-to-end tests.
"""

from __future__ import annotations

import pytest

from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima.warehouse.models import ModelProject, TestResult

VARIABLES = {"now": "2026-11-09 06:00:00+00"}


@pytest.fixture(scope="module")
def own_project() -> ModelProject:
    return ModelProject.load()


def build_and_test(project: ModelProject, warehouse: Warehouse) -> list[TestResult]:
    """One whole cycle; the tests that failed where money would be wrong (an empty warehouse may warn)."""
    failed: list[TestResult] = []
    with warehouse.transaction() as con:
        for model in project.models:
            project.run(con, model, VARIABLES)
            failed += [
                result
                for result in project.test(con, model, VARIABLES)
                if not result.passed and result.severity == "error"
            ]
    return failed


def test_every_model_builds_on_an_empty_warehouse_and_again(
    own_project: ModelProject, warehouse: Warehouse
) -> None:
    assert build_and_test(own_project, warehouse) == []
    assert build_and_test(own_project, warehouse) == []


def test_every_model_lies_in_a_schema_of_the_pipeline(own_project: ModelProject) -> None:
    assert {model.schema for model in own_project.models} == {"staging", "core", "posting", "recon"}


def test_every_model_says_what_one_row_is(own_project: ModelProject) -> None:
    silent = [
        str(model.relation) for model in own_project.models if not model.row_is.startswith("One row is ")
    ]
    assert silent == []


def test_every_source_the_models_read_is_made_by_the_migrations(
    own_project: ModelProject, warehouse: Warehouse
) -> None:
    read = {source for model in own_project.models for source in model.sources}
    with warehouse.connect() as con:
        made = set(con.execute("select table_schema, table_name from information_schema.tables").fetchall())
    assert read - made == set()


def test_every_column_that_analysts_see_is_documented(
    own_project: ModelProject, warehouse: Warehouse
) -> None:
    undocumented: list[str] = []
    with warehouse.transaction() as con:
        for model in own_project.models:
            result = own_project.run(con, model, VARIABLES)
            described = {column.name for column in model.columns if column.description}
            if model.schema != "staging":
                undocumented += [
                    f"{model.relation}.{name}" for name, _ in result.columns if name not in described
                ]
    assert undocumented == []
