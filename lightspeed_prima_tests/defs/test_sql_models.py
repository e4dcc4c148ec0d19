"""The models as assets: lineage, columns, checks, and what a run shows."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from lightspeed_prima.defs.model_checks import COLUMNS, check_results, check_specs
from lightspeed_prima.defs.model_metadata import SUMMARIES, TOTALS
from lightspeed_prima.defs.pipeline import Pipeline, pipeline_resource
from lightspeed_prima.defs.sql_models import model_assets
from lightspeed_prima.warehouse.models import ModelProject, TestResult
from lightspeed_prima_tests.defs.site import CONFIG, NOW, Site, metadata, run_assets

ORDERS = """-- One row is an order.
{{ config(materialized='table', tags=['money']) }}
select 'A1' as number, cast(12.50 as decimal(18, 2)) as gross
union all
select {{ var('line_quantity') | replace('one', "'A2'") }}, -1
"""
ORDERS_YAML = """
version: 2
models:
  - name: orders
    description: What was ordered.
    config: {owner: merchandising}
    columns:
      - name: number
        description: Its number.
        data_type: varchar
        data_tests:
          - not_null
          - unique
          - accepted_values: {name: known_numbers, values: ['A1'], config: {severity: SEVERITY}}
      - {name: gross, data_type: "decimal(18,2)"}
"""
TOTAL = """-- One row is the total.
{{ config(materialized='table') }}
select sum(gross) as gross from {{ ref('orders') }}
"""


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "dbt"
    (folder / "models" / "core").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text("name: small\nversion: '1.0'\nconfig-version: 2\n")
    (folder / "models" / "core" / "orders.sql").write_text(ORDERS)
    (folder / "models" / "core" / "total.sql").write_text(TOTAL)
    return folder


def definitions(site: Site, models: Path, severity: str) -> dg.Definitions:
    (models / "models" / "core" / "orders.yml").write_text(ORDERS_YAML.replace("SEVERITY", severity))
    project = ModelProject.load(models)
    return dg.Definitions(
        assets=model_assets(project),
        resources={"pipeline": pipeline_resource(site.settings(), project, lambda: NOW)},
        executor=dg.in_process_executor,
    )


def test_an_asset_carries_what_its_files_say(site: Site, models: Path) -> None:
    found = definitions(site, models, "warn").resolve_asset_graph()
    orders, total = found.get(dg.AssetKey(["core", "orders"])), found.get(dg.AssetKey(["core", "total"]))

    assert orders.description == "What was ordered.\n\nOne row is an order."
    assert orders.owners == ["team:merchandising"]
    assert orders.kinds == {"duckdb", "sql"}
    assert "money" in orders.tags
    assert total.parent_keys == {orders.key}
    columns = orders.metadata["dagster/column_schema"].columns
    assert [(column.name, column.description) for column in columns] == [
        ("number", "Its number."),
        ("gross", None),
    ]
    assert columns[0].constraints.unique


def test_a_run_shows_rows_time_and_the_real_columns(site: Site, models: Path) -> None:
    result = run_assets(definitions(site, models, "warn"), ["core/orders", "core/total"])
    shown = metadata(result, "core/orders")

    assert result.success
    assert shown["dagster/row_count"] == 2
    assert "seconds" in shown
    types = {column.name: column.type for column in shown["dagster/column_schema"].columns}
    assert types == {"number": "VARCHAR", "gross": "DECIMAL(18,2)"}


def test_a_warning_is_shown_and_stops_nothing(site: Site, models: Path) -> None:
    result = run_assets(definitions(site, models, "warn"), ["core/orders", "core/total"])
    checks = {one.check_name: one for one in result.get_asset_check_evaluations()}

    assert result.success
    assert checks[COLUMNS].passed
    assert not checks["columns_to_look_at"].passed
    assert checks["columns_to_look_at"].severity.value == "WARN"
    assert checks["columns_to_look_at"].metadata["rows that fail"].value == 1
    assert "A2" in str(checks["columns_to_look_at"].metadata["known_numbers"].value)


def test_a_broken_promise_in_core_stops_everything_that_builds_on_it(site: Site, models: Path) -> None:
    result = run_assets(definitions(site, models, "error"), ["core/orders", "core/total"])
    made = {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}

    assert not result.success
    assert made == {"core/orders"}


def test_a_job_may_begin_in_the_middle_of_a_new_warehouse(site: Site, models: Path) -> None:
    result = run_assets(definitions(site, models, "warn"), ["core/total"])

    assert result.success
    assert site.read("select gross from core.total") == site.read("select sum(gross) from core.orders")


def test_sql_that_does_not_run_fails_the_step_in_words(site: Site, models: Path) -> None:
    (models / "models" / "core" / "total.sql").write_text("select nothing from {{ ref('orders') }}")
    result = run_assets(definitions(site, models, "warn"), ["core/total"])
    (event,) = [one for one in result.all_events if one.is_step_failure]

    assert "MODEL_FAILED: core.total cannot be built" in event.step_failure_data.user_failure_data.description
    assert "total.sql" in event.step_failure_data.user_failure_data.description


def test_each_result_answers_a_check_that_was_announced() -> None:
    for model in ModelProject.load():
        results = [
            TestResult(test.name, test.severity, True, 0, [], test.description, model.name, "", test.column)
            for test in model.tests
        ]
        if model.columns:
            results.append(TestResult("documented_columns_exist", "error", True, 0, [], "", model.name, ""))
        announced = {spec.name for spec in check_specs(model)}

        assert {result.check_name for result in check_results(results)} == announced


def test_money_and_tables_are_shown_of_models_that_exist() -> None:
    relations = {str(model.relation) for model in ModelProject.load()}

    assert TOTALS.keys() <= relations
    assert SUMMARIES.keys() <= relations


@pytest.mark.timeout(240)
def test_all_models_can_be_built_on_an_empty_warehouse_and_show_their_figures(site: Site) -> None:
    names = [f"{model.schema}/{model.name}" for model in ModelProject.load()]
    result = site.make("mapping/shops", *names)

    assert result.success, [event.message for event in result.all_events if event.is_step_failure]
    assert metadata(result, "recon/shop_days")["unexplained"] == "0.00"
    assert metadata(result, "posting/documents")["orders in Prima"] == "0.00"
    bad = [
        one.check_name
        for one in result.get_asset_check_evaluations()
        if not one.passed and one.severity.value == "ERROR"
    ]
    assert bad == []


def test_the_variables_of_the_models_come_from_the_settings(site: Site) -> None:
    config = '\n[posting]\nclosed_until = "2026-10-31"\n[tolerance]\ntax_per_line = "0.05"\n'
    settings = site.settings(
        CONFIG.replace("timeout_seconds", 'credit_notes = "hold"\ntimeout_seconds') + config
    )
    variables = Pipeline(settings, ModelProject.load(), lambda: NOW).variables

    assert variables["now"] == "2026-11-10 09:00:00+00"
    assert variables["closed_until"] == "2026-10-31"
    assert variables["tax_per_line"] == "0.05"
    assert variables["credit_notes"] == "hold"
    assert variables["ledger_configured"] is False
