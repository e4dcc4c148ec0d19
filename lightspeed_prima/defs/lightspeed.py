"""raw/lightspeed_*: every Lightspeed account read to the present.

What does not belong here: how an account is read (the package lightspeed), or what its sales mean.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import dagster as dg

from lightspeed_prima.defs.names import (
    LIGHTSPEED_POOL,
    LIGHTSPEED_REFERENCE,
    LIGHTSPEED_SALES,
    LIGHTSPEED_STOCK,
    WALKS,
    table_of,
    team,
)
from lightspeed_prima.defs.pipeline import Pipeline
from lightspeed_prima.defs.reading import Shown, failures_in_words, markdown_table, query_table, row_count

if TYPE_CHECKING:
    from lightspeed_prima.lightspeed.ingest import IngestProgress, IngestResult

_DESCRIPTIONS = {
    LIGHTSPEED_SALES: "Every version of every sale ever seen, as received."
    "\n\nOne row is a version of a sale.",
    LIGHTSPEED_REFERENCE: "Shops, items, matrices, taxes, payment types and voids, every version as received."
    "\n\nOne row is a version of a reference object.",
    LIGHTSPEED_STOCK: "What Lightspeed has on hand, newest figures.\n\nOne row is an item in a shop.",
    WALKS: "The attempts to read an account to the present, and how they ended."
    "\n\nOne row is a walk over one account.",
}
# Sales are read every quarter of an hour where the schedule runs, and once a day where only daily_cycle does.
_FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=26), warn_window=timedelta(hours=2))


@dg.multi_asset(
    name="read_lightspeed",
    specs=[
        dg.AssetSpec(
            asset_key,
            description=description,
            group_name="raw",
            kinds={"python", "duckdb"},
            owners=[team("integration")],
            metadata={"dagster/table_name": table_of(asset_key)},
            freshness_policy=_FRESHNESS if asset_key == LIGHTSPEED_SALES else None,
        )
        for asset_key, description in _DESCRIPTIONS.items()
    ],
    check_specs=[
        dg.AssetCheckSpec(
            "walks_succeeded",
            asset=WALKS,
            description="Every Lightspeed account could be read to the present.",
        )
    ],
    pool=LIGHTSPEED_POOL,
    description="Reads all feeds of every Lightspeed account to the present. "
    "An account that cannot be read does not keep the others from being read.",
)
def lightspeed_assets(
    context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    with failures_in_words():
        results = _read_accounts(context, pipeline)
        with pipeline.warehouse.connect() as con:
            counts = {asset_key: row_count(con, table_of(asset_key)) for asset_key in _DESCRIPTIONS}
            references = query_table(
                con,
                "select account, entity, count(distinct entity_id) as objects, count(*) as versions "
                "from raw.lightspeed_reference group by all order by all",
            )
    shown: dict[dg.AssetKey, Shown] = {
        LIGHTSPEED_SALES: _sales_metadata(results),
        LIGHTSPEED_REFERENCE: {"objects": dg.MetadataValue.md(references)},
        WALKS: {"accounts": dg.MetadataValue.md(_accounts_table(results))},
    }
    for asset_key, rows in counts.items():
        metadata = {"dagster/row_count": rows, **shown.get(asset_key, {})}
        yield dg.MaterializeResult(asset_key=asset_key, metadata=metadata)
    yield _walks_succeeded(results)


def _read_accounts(context: dg.AssetExecutionContext, pipeline: Pipeline) -> list["IngestResult"]:
    from lightspeed_prima.lightspeed.ingest import ingest_account

    def tell(progress: "IngestProgress") -> None:
        context.log.info(
            f"{progress.account}: {progress.feed}, {progress.requests} requests, "
            f"{progress.sales_seen} sales seen, {progress.versions_added} new versions"
        )

    settings = pipeline.reachable()
    results = []
    for account in settings.lightspeed:
        result = ingest_account(
            account, pipeline.warehouse, settings.tokens_directory, context.run.run_id, on_progress=tell
        )
        if result.error is not None:
            context.log.error(f"{account.account}: {result.error.sentence()}")
        results.append(result)
    return results


def _sales_metadata(results: Sequence["IngestResult"]) -> Shown:
    return {
        "versions added": sum(result.versions_added for result in results),
        "sales seen": sum(result.sales_seen for result in results),
        "payloads that do not parse": sum(result.bad_payloads for result in results),
        "requests": sum(result.requests for result in results),
        "read up to": ", ".join(f"{result.account}: {result.watermark or 'nothing'}" for result in results),
        "accounts": dg.MetadataValue.md(_accounts_table(results)),
    }


def _accounts_table(results: Sequence["IngestResult"]) -> str:
    columns = (
        "account",
        "outcome",
        "requests",
        "sales seen",
        "new versions",
        "bad payloads",
        "seconds",
        "problem",
    )
    return markdown_table(
        columns,
        [
            (
                result.account,
                result.outcome,
                result.requests,
                result.sales_seen,
                result.versions_added,
                result.bad_payloads,
                result.seconds,
                result.error.sentence() if result.error else "",
            )
            for result in results
        ],
    )


def _walks_succeeded(results: Sequence["IngestResult"]) -> dg.AssetCheckResult:
    failed = [result for result in results if result.error is not None]
    return dg.AssetCheckResult(
        asset_key=WALKS,
        check_name="walks_succeeded",
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR,
        description="; ".join(f"{result.account}: {result.error}" for result in failed)
        or f"{len(results)} accounts read to the present",
        metadata={"accounts": dg.MetadataValue.md(_accounts_table(results))},
    )
