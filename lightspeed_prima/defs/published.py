"""published/*: the analysts' snapshot and the daily report made from it.

What does not belong here: how they are written (warehouse/publish.py, the package reports).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import dagster as dg

from lightspeed_prima.defs.names import (
    ATTEMPTS,
    DAILY_REPORT,
    JOURNAL_DOCUMENTS,
    SENT_DOCUMENTS,
    SNAPSHOT,
    WAREHOUSE_POOL,
    key,
    team,
)
from lightspeed_prima.defs.pipeline import Pipeline
from lightspeed_prima.defs.reading import failures_in_words, markdown_table
from lightspeed_prima.warehouse.models import ModelProject

if TYPE_CHECKING:
    import duckdb

_PUBLISHED_SCHEMAS = ("core", "posting", "recon")


def published_assets(models: ModelProject) -> list[dg.AssetsDefinition]:
    """The snapshot, which waits for every table in it, and the report."""
    tables = [key(model.relation) for model in models if model.schema in _PUBLISHED_SCHEMAS]
    return [_snapshot([*tables, SENT_DOCUMENTS, JOURNAL_DOCUMENTS, ATTEMPTS]), daily_report]


def _snapshot(tables: list[dg.AssetKey]) -> dg.AssetsDefinition:
    @dg.asset(
        key=SNAPSHOT,
        deps=tables,
        description="The read-only DuckDB file for analysts: core, posting and recon, replaced in one step."
        "\n\nWhoever has the old file open keeps reading the old file. Days that are complete in it count as "
        "reported: a sale first seen later is late.",
        group_name="published",
        kinds={"duckdb", "file"},
        owners=[team("finance")],
        pool=WAREHOUSE_POOL,
    )
    def reconciliation(pipeline: dg.ResourceParam[Pipeline]) -> Iterator[dg.MaterializeResult[None]]:
        from lightspeed_prima.warehouse.publish import publish

        with failures_in_words():
            target = pipeline.settings.warehouse.published
            snapshot = publish(pipeline.warehouse, target, project=pipeline.models)
            with pipeline.warehouse.transaction() as con:
                newly_complete = remember_completed_days(con, pipeline.clock())
        yield dg.MaterializeResult(
            metadata={
                "file": dg.MetadataValue.path(target),
                "megabytes": round(snapshot.bytes / 1_000_000, 2),
                "seconds": round(snapshot.seconds, 3),
                "dagster/row_count": sum(snapshot.rows.values()),
                "newly complete shop-days": newly_complete,
                "tables": dg.MetadataValue.md(markdown_table(("table", "rows"), list(snapshot.rows.items()))),
            }
        )

    return reconciliation


def remember_completed_days(con: "duckdb.DuckDBPyConnection", now: datetime) -> int:
    """Notes the shop-days that this snapshot reports complete for the first time; returns how many.

    `now` is after the snapshot: with the run's start, what this very run read would count as late.
    """
    counted = con.execute(
        """
        insert into ops.completed_days (account, shop_id, business_date, completed_at)
        select account, shop_id, business_date, ?
        from recon.shop_days
        where complete and shop_id is not null
        on conflict do nothing
        """,
        [now],
    ).fetchall()
    return int(counted[0][0])


@dg.asset(
    key=DAILY_REPORT,
    deps=[SNAPSHOT],
    description="The day's report as one HTML page: shop-days, exceptions, sales against postings.",
    group_name="published",
    kinds={"html", "file"},
    owners=[team("finance")],
)
def daily_report(pipeline: dg.ResourceParam[Pipeline]) -> Iterator[dg.MaterializeResult[None]]:
    from lightspeed_prima.reports.daily import write_daily_report

    with failures_in_words():
        settings = pipeline.settings
        page = write_daily_report(settings.warehouse.published, settings.reports_directory, pipeline.clock())
    yield dg.MaterializeResult(
        metadata={
            "report": dg.MetadataValue.url(page.absolute().as_uri()),
            "file": dg.MetadataValue.path(page),
            "kilobytes": round(page.stat().st_size / 1000, 1),
        }
    )
