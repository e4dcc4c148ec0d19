"""raw/prima_stock and raw/prima_stock_reads: what Prima can sell, as far as its answer can be believed.

What does not belong here: asking for it (prima/stock.py), or comparing it with Lightspeed (dbt_like_sql).
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import dagster as dg

from lightspeed_prima.defs.names import (
    JOURNAL_DOCUMENTS,
    PRIMA_POOL,
    PRIMA_STOCK,
    STOCK_READS,
    table_of,
    team,
)
from lightspeed_prima.defs.pipeline import Pipeline
from lightspeed_prima.defs.reading import failures_in_words, query_table, row_count

if TYPE_CHECKING:
    import duckdb

    from lightspeed_prima.prima.stock import Catalogue
    from lightspeed_prima.settings import PrimaSettings

_CHECK = "catalogue_is_believable"
_READS = """
    select fetched_at, outcome, row_count, unit_count, problem from raw.prima_stock_reads
    order by fetched_at desc limit 10"""


@dataclass(frozen=True)
class StockRead:
    """How one reading of the catalogue was judged: ok, refused (shrunk too much) or failed."""

    outcome: str
    rows: int
    units: int
    problem: str


@dg.multi_asset(
    name="read_prima_stock",
    specs=[
        dg.AssetSpec(
            asset_key,
            description=description,
            deps=[JOURNAL_DOCUMENTS],
            group_name="stock",
            kinds={"python", "soap", "duckdb"},
            owners=[team("stock_control")],
            metadata={"dagster/table_name": table_of(asset_key)},
        )
        for asset_key, description in (
            (
                PRIMA_STOCK,
                "The newest accepted stock catalogue of Prima, company-wide."
                "\n\nOne row is a SKU Prima can sell.",
            ),
            (STOCK_READS, "The attempts to read the catalogue.\n\nOne row is an attempt."),
        )
    ],
    check_specs=[
        dg.AssetCheckSpec(
            _CHECK,
            asset=STOCK_READS,
            description="The catalogue was read whole and has not shrunk by more than stock.max_shrink.",
        )
    ],
    pool=PRIMA_POOL,
    description="Reads Prima's whole catalogue. One that lost too many rows or units is refused: Prima is "
    "known to cut the answer short and still say OK.",
)
def stock_assets(
    context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    with failures_in_words():
        settings = pipeline.reachable()
        catalogue = asyncio.run(_ask(settings.prima))
        fetched_at = datetime.now(UTC)
        with pipeline.warehouse.transaction() as con:
            read = store_catalogue(con, catalogue, settings.stock.max_shrink, fetched_at, context.run.run_id)
            rows, reads = row_count(con, "raw.prima_stock"), row_count(con, "raw.prima_stock_reads")
            units = con.execute("select coalesce(sum(available_quantity), 0) from raw.prima_stock").fetchall()
            attempts = query_table(con, _READS)
    yield dg.MaterializeResult(
        asset_key=PRIMA_STOCK,
        metadata={"dagster/row_count": rows, "units": int(units[0][0]), "outcome": read.outcome},
    )
    yield dg.MaterializeResult(
        asset_key=STOCK_READS,
        metadata={"dagster/row_count": reads, "newest reads": dg.MetadataValue.md(attempts)},
    )
    # A reading that failed is old news of a dead service; one that was refused would have been wrong figures.
    severity = dg.AssetCheckSeverity.ERROR if read.outcome == "refused" else dg.AssetCheckSeverity.WARN
    yield dg.AssetCheckResult(
        asset_key=STOCK_READS,
        check_name=_CHECK,
        passed=read.outcome == "ok",
        severity=severity,
        description=read.problem or f"{read.rows} SKUs, {read.units} units",
        metadata={"outcome": read.outcome, "rows": read.rows, "units": read.units},
    )


async def _ask(prima: "PrimaSettings") -> "Catalogue":
    from lightspeed_prima.posting.run import prima_address
    from lightspeed_prima.prima.client import PrimaClient
    from lightspeed_prima.prima.stock import read_catalogue

    async with PrimaClient(prima_address(prima)) as client:
        return await read_catalogue(client)


def store_catalogue(
    con: "duckdb.DuckDBPyConnection",
    catalogue: "Catalogue",
    max_shrink: Decimal,
    fetched_at: datetime,
    run_id: str,
) -> StockRead:
    """Records the attempt in the caller's transaction; only a believable catalogue replaces the figures."""
    before = con.execute(
        "select count(*), coalesce(sum(available_quantity), 0)::bigint from raw.prima_stock"
    ).fetchall()[0]
    read = _judge(catalogue, int(before[0]), int(before[1]), max_shrink)
    con.execute(
        "insert into raw.prima_stock_reads (fetched_at, row_count, unit_count, outcome, problem, run_id) "
        "values (?, ?, ?, ?, ?, ?)",
        [fetched_at, read.rows, read.units, read.outcome, read.problem or None, run_id],
    )
    if read.outcome == "ok":
        _replace_rows(con, catalogue, fetched_at, run_id)
    return read


def _judge(catalogue: "Catalogue", rows_before: int, units_before: int, max_shrink: Decimal) -> StockRead:
    rows, units = len(catalogue.rows), catalogue.units
    if catalogue.outcome != "ok":
        return StockRead("failed", rows, units, catalogue.problem)
    losses = [
        f"{before} {what} before, {now} now"
        for what, before, now in (("rows", rows_before, rows), ("units", units_before, units))
        if before > 0 and now < before * (1 - max_shrink)
    ]
    if losses:
        problem = (
            f"the catalogue shrank by more than stock.max_shrink = {max_shrink}: {'; '.join(losses)}; "
            "the figures before stay. If the loss is real, raise stock.max_shrink for one run"
        )
        return StockRead("refused", rows, units, problem)
    return StockRead("ok", rows, units, "")


def _replace_rows(
    con: "duckdb.DuckDBPyConnection", catalogue: "Catalogue", fetched_at: datetime, run_id: str
) -> None:
    con.execute("delete from raw.prima_stock")
    if not catalogue.rows:
        return
    texts = ("product", "mtrx1", "mtrx2", "mtrx3", "mtrx4", "available_date")
    values = [[getattr(row, name) for row in catalogue.rows] for name in texts]
    quantities = [row.available_quantity for row in catalogue.rows]
    lists = ", ".join("unnest(?::varchar[])" for _ in texts)
    con.execute(
        f"insert into raw.prima_stock ({', '.join(texts)}, available_quantity, fetched_at, run_id) "
        f"select {lists}, unnest(?::bigint[]), ?, ?",
        [*values, quantities, fetched_at, run_id],
    )
