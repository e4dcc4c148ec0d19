"""mapping/* and ops/accounts: the controlled master data, read whole or not at all.

What does not belong here: what a file may contain (the package mapping).
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import dagster as dg

from lightspeed_prima.defs.names import ACCOUNTS, MAPPING_TABLES, WAREHOUSE_POOL, key, table_of, team
from lightspeed_prima.defs.pipeline import Pipeline
from lightspeed_prima.defs.reading import Shown, failures_in_words, markdown_table

if TYPE_CHECKING:
    import duckdb

    from lightspeed_prima.mapping import Mappings
    from lightspeed_prima.settings import LightspeedAccount

_ROW_IS = {
    "shops": "a Lightspeed shop with its Prima depot and customer account",
    "skus": "a saleable Lightspeed variant with its Prima product and matrix codes",
    "non_stock": "a charge, service, gift card or other thing without stock, with its Prima service item",
    "taxes": "a Lightspeed tax with its rate and Prima VAT code",
    "customers": "a Lightspeed customer with a Prima account of their own",
    "tenders": "a Lightspeed payment type with its Prima pay method",
}
_UNREAD = "nothing_goes_unread"


def _spec(asset_key: dg.AssetKey, description: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        asset_key,
        description=description,
        group_name="mapping",
        kinds={"csv", "duckdb"},
        owners=[team("integration")],
        metadata={"dagster/table_name": table_of(asset_key)},
    )


@dg.multi_asset(
    name="read_mappings",
    specs=[
        *(
            _spec(
                key(f"mapping.{table}"),
                f"The rows of {table}.csv in the mappings directory.\n\nOne row is {_ROW_IS[table]}, "
                "and the trading days it holds for.",
            )
            for table in MAPPING_TABLES
        ),
        _spec(
            ACCOUNTS,
            "The configured Lightspeed accounts.\n\nOne row is an account, its order prefix and start.",
        ),
    ],
    check_specs=[
        dg.AssetCheckSpec(
            _UNREAD,
            asset=ACCOUNTS,
            description="Every file in the mappings directory is a mapping file, and its rows name accounts "
            "that are configured.",
        )
    ],
    pool=WAREHOUSE_POOL,
    description="Reads and checks every mapping file before it replaces any table. "
    "A wrong file fails here, naming file and line, so that nothing is planned or posted on it.",
)
def mapping_assets(
    context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    from lightspeed_prima.mapping import load_mappings, read_mappings

    with failures_in_words():
        settings = pipeline.reachable()
        mappings = read_mappings(settings.mappings.directory)
        with pipeline.warehouse.transaction() as con:
            counts = load_mappings(con, mappings)
            _rewrite_accounts(con, settings.lightspeed)
    for table, rows in counts.items():
        file = settings.mappings.directory / f"{table}.csv"
        yield dg.MaterializeResult(
            asset_key=key(f"mapping.{table}"),
            metadata={"dagster/row_count": rows, "file": dg.MetadataValue.path(file)},
        )
    yield dg.MaterializeResult(asset_key=ACCOUNTS, metadata=_accounts_metadata(settings.lightspeed))
    warnings = (*mappings.warnings, *_unknown_accounts(mappings, settings.lightspeed))
    for warning in warnings:
        context.log.warning(warning)
    yield dg.AssetCheckResult(
        asset_key=ACCOUNTS,
        check_name=_UNREAD,
        passed=not warnings,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(warnings) or "every mapping row belongs to a configured account",
    )


def _rewrite_accounts(con: "duckdb.DuckDBPyConnection", accounts: Sequence["LightspeedAccount"]) -> None:
    # Rows are deleted one by one: DuckDB's key index still holds a key deleted in the same transaction.
    names = [account.account for account in accounts]
    con.execute("delete from ops.accounts where account not in (select unnest(?::varchar[]))", [names])
    for account in accounts:
        con.execute(
            "insert or replace into ops.accounts (account, series, order_prefix, start_from) "
            "values (?, ?, ?, ?)",
            [account.account, account.series, account.order_prefix, account.start_from],
        )


def _accounts_metadata(accounts: Sequence["LightspeedAccount"]) -> Shown:
    rows = [(one.account, one.series, one.order_prefix, one.start_from, one.base_url) for one in accounts]
    columns = ("account", "series", "order prefix", "start from", "address")
    return {
        "dagster/row_count": len(accounts),
        "accounts": dg.MetadataValue.md(markdown_table(columns, rows)),
    }


def _unknown_accounts(mappings: "Mappings", accounts: Sequence["LightspeedAccount"]) -> list[str]:
    known = {account.account for account in accounts}
    warnings = []
    for table in MAPPING_TABLES:
        named = {row.account for row in getattr(mappings, table)}
        if unknown := sorted(named - known):
            warnings.append(f"{table}.csv has rows for {', '.join(unknown)}, which is not configured")
    return warnings
