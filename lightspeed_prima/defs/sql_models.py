"""One asset per model of dbt_like_sql: dependencies, columns, owners and tests as its files have them.

What does not belong here: the SQL itself, and what a run shows about a table (model_metadata.py).
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import dagster as dg

from lightspeed_prima.defs.model_metadata import definition_metadata, run_metadata
from lightspeed_prima.defs.names import SCHEMA_OWNERS, STATE_TABLES, WAREHOUSE_POOL, key, team
from lightspeed_prima.defs.pipeline import Pipeline
from lightspeed_prima.defs.reading import Shown, failures_in_words, markdown_table, table_exists
from lightspeed_prima.warehouse.models import Model, ModelProject, TestResult

if TYPE_CHECKING:
    import duckdb

# Where a broken promise would become wrong money: nothing downstream is built in that run.
BLOCKING_SCHEMAS = ("staging", "core", "posting")
DOCUMENTED_COLUMNS = "documented_columns_exist"

_FRESHNESS = {
    "recon.shop_days": dg.FreshnessPolicy.time_window(
        fail_window=timedelta(hours=50), warn_window=timedelta(hours=26)
    )
}


def model_assets(models: ModelProject) -> list[dg.AssetsDefinition]:
    """An asset for every model, in build order."""
    return [_asset(models, model) for model in models]


def _asset(models: ModelProject, model: Model) -> dg.AssetsDefinition:
    @dg.asset(
        key=key(model.relation),
        deps=_dependencies(models, model),
        description=_description(model),
        group_name=model.schema,
        kinds={"duckdb", "sql"},
        owners=[team(model.owner or SCHEMA_OWNERS.get(model.schema, "integration"))],
        tags={tag: "" for tag in model.tags},
        metadata=definition_metadata(model),
        code_version=model.fingerprint or None,
        freshness_policy=_FRESHNESS.get(model.relation),
        check_specs=_check_specs(model),
        pool=WAREHOUSE_POOL,
    )
    def sql_model(
        context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]
    ) -> Iterator[dg.MaterializeResult[None]]:
        with failures_in_words(), pipeline.warehouse.transaction() as con:
            for missing in _missing_upstream(pipeline.models, model, con):
                context.log.info(f"{missing.relation} has never been built: it is built first")
                pipeline.models.run(con, missing, pipeline.variables)
            result = pipeline.models.run(con, model, pipeline.variables)
            tests = pipeline.models.test(con, model, pipeline.variables)
            metadata = run_metadata(con, model, result)
        yield dg.MaterializeResult(metadata=metadata, check_results=[_check_result(test) for test in tests])

    return sql_model


def _dependencies(models: ModelProject, model: Model) -> list[dg.AssetKey]:
    tables = [str(models.model(name).relation) for name in model.depends_on]
    tables += [f"{schema}.{table}" for schema, table in model.sources if (schema, table) not in STATE_TABLES]
    return [key(table) for table in tables]


def _description(model: Model) -> str:
    return "\n\n".join(part for part in (model.description, model.row_is) if part)


def _check_specs(model: Model) -> list[dg.AssetCheckSpec]:
    asset = key(model.relation)
    specs = [
        dg.AssetCheckSpec(
            test.name,
            asset=asset,
            description=test.description,
            blocking=test.severity == "error" and model.schema in BLOCKING_SCHEMAS,
        )
        for test in model.tests
    ]
    if model.columns:
        what = f"Every documented column of {model.relation} exists and has its documented type."
        specs.insert(0, dg.AssetCheckSpec(DOCUMENTED_COLUMNS, asset=asset, description=what))
    return specs


def _missing_upstream(
    models: ModelProject, model: Model, con: "duckdb.DuckDBPyConnection"
) -> Sequence[Model]:
    """What the model reads and nobody has built yet, so that a job may begin in the middle."""
    return [
        upstream
        for upstream in models.upstream(model.name)
        if upstream.name != model.name and not table_exists(con, upstream.relation)
    ]


def _check_result(test: TestResult) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.ERROR if test.severity == "error" else dg.AssetCheckSeverity.WARN
    metadata: Shown = {"rows that fail": test.failures}
    if test.sample:
        rows = [list(row.values()) for row in test.sample]
        metadata["examples"] = dg.MetadataValue.md(markdown_table(list(test.sample[0]), rows))
    if test.sql and not test.passed:
        metadata["query"] = dg.MetadataValue.md(f"```sql\n{test.sql}\n```")
    return dg.AssetCheckResult(
        check_name=test.name,
        passed=test.passed,
        severity=severity,
        description=test.description,
        metadata=metadata,
    )
