"""One asset per model of dbt_like_sql: dependencies, columns, owners and tests as its files have them.

What does not belong here: the SQL itself, and what a run shows about a table (model_metadata.py).
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import dagster as dg

from lightspeed_prima.defs.model_checks import check_results, check_specs
from lightspeed_prima.defs.model_metadata import definition_metadata, run_metadata
from lightspeed_prima.defs.names import SCHEMA_OWNERS, STATE_TABLES, WAREHOUSE_POOL, key, team
from lightspeed_prima.defs.pipeline import Pipeline
from lightspeed_prima.defs.reading import failures_in_words, table_exists
from lightspeed_prima.warehouse.models import Model, ModelProject

if TYPE_CHECKING:
    import duckdb

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
        check_specs=check_specs(model),
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
        yield dg.MaterializeResult(metadata=metadata, check_results=check_results(tests))

    return sql_model


def _dependencies(models: ModelProject, model: Model) -> list[dg.AssetKey]:
    tables = [str(models.model(name).relation) for name in model.depends_on]
    tables += [f"{schema}.{table}" for schema, table in model.sources if (schema, table) not in STATE_TABLES]
    return [key(table) for table in tables]


def _description(model: Model) -> str:
    return "\n\n".join(part for part in (model.description, model.row_is) if part)


def _missing_upstream(
    models: ModelProject, model: Model, con: "duckdb.DuckDBPyConnection"
) -> Sequence[Model]:
    """What the model reads and nobody has built yet, so that a job may begin in the middle."""
    return [
        upstream
        for upstream in models.upstream(model.name)
        if upstream.name != model.name and not table_exists(con, upstream.relation)
    ]
