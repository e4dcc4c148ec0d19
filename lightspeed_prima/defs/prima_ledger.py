"""raw/prima_ledger and raw/prima_ledger_extracts: what Prima's general ledger holds, after posting.

What does not belong here: reading the CSV (prima/ledger.py), or comparing it with anything (dbt_like_sql).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import dagster as dg

from lightspeed_prima.defs.names import (
    JOURNAL_DOCUMENTS,
    LEDGER_EXTRACTS,
    PRIMA_LEDGER,
    PRIMA_POOL,
    table_of,
    team,
)
from lightspeed_prima.defs.pipeline import Pipeline
from lightspeed_prima.defs.reading import failures_in_words, money, query_table, row_count

if TYPE_CHECKING:
    import duckdb

    from lightspeed_prima.prima.ledger import LedgerExtract

_CHECK = "extract_was_read"
_COLUMNS = {
    "posting_date": "date",
    "document_type": "varchar",
    "document_number": "varchar",
    "external_reference": "varchar",
    "gl_account": "varchar",
    "vat_code": "varchar",
    "depot": "varchar",
    "net": "decimal(18, 2)",
    "tax": "decimal(18, 2)",
    "gross": "decimal(18, 2)",
    "currency": "varchar",
}
_PER_GL_ACCOUNT = """
    select gl_account, vat_code, count(distinct document_number) as documents,
        sum(net) as net, sum(tax) as tax, sum(gross) as gross
    from raw.prima_ledger group by all order by all limit 20"""


@dg.multi_asset(
    name="read_prima_ledger",
    specs=[
        dg.AssetSpec(
            asset_key,
            description=description,
            deps=[JOURNAL_DOCUMENTS],
            group_name="ledger",
            kinds={"csv", "duckdb"},
            owners=[team("finance")],
            metadata={"dagster/table_name": table_of(asset_key)},
        )
        for asset_key, description in (
            (
                PRIMA_LEDGER,
                "The newest readable ledger extract of Prima."
                "\n\nOne row is a document, GL account, VAT code and depot.",
            ),
            (
                LEDGER_EXTRACTS,
                "The attempts to read the extract. A missing or older one is stale, never 'no postings'."
                "\n\nOne row is an attempt.",
            ),
        )
    ],
    check_specs=[
        dg.AssetCheckSpec(
            _CHECK, asset=LEDGER_EXTRACTS, description="The configured ledger extract was there and readable."
        )
    ],
    pool=PRIMA_POOL,
    description="Reads Prima's ledger extract. What cannot be read leaves the last readable one in place.",
)
def ledger_assets(
    context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    from lightspeed_prima.prima.ledger import read_ledger

    with failures_in_words():
        settings = pipeline.reachable()
        is_configured = bool(settings.prima.ledger_extract)
        extract = read_ledger(
            settings.prima.ledger_extract,
            relative_to=settings.source.parent if settings.source else None,
            timeout_seconds=settings.prima.timeout_seconds,
        )
        with pipeline.warehouse.transaction() as con:
            if is_configured:
                extract = store_extract(con, extract, context.run.run_id)
            rows, attempts = row_count(con, "raw.prima_ledger"), row_count(con, "raw.prima_ledger_extracts")
            gross = con.execute("select sum(gross) from raw.prima_ledger").fetchall()[0][0]
            accounts = query_table(con, _PER_GL_ACCOUNT)
    yield dg.MaterializeResult(
        asset_key=PRIMA_LEDGER,
        metadata={
            "dagster/row_count": rows,
            "gross": money(gross),
            "accounts": dg.MetadataValue.md(accounts),
        },
    )
    yield dg.MaterializeResult(
        asset_key=LEDGER_EXTRACTS,
        metadata={
            "dagster/row_count": attempts,
            "outcome": extract.outcome if is_configured else "not configured",
            "source": extract.source or "none",
            "last modified": str(extract.last_modified or "unknown"),
            "problem": extract.problem or "none",
        },
    )
    yield dg.AssetCheckResult(
        asset_key=LEDGER_EXTRACTS,
        check_name=_CHECK,
        passed=not is_configured or not extract.problem,
        severity=dg.AssetCheckSeverity.WARN,
        description=extract.problem or f"{len(extract.rows)} rows of {extract.last_modified}",
    )


def store_extract(con: "duckdb.DuckDBPyConnection", extract: "LedgerExtract", run_id: str) -> "LedgerExtract":
    """Records the attempt; a readable extract that is not older replaces the rows. Returns it as judged."""
    newest = _newest_before(con)
    outcome: str = extract.outcome
    if extract.outcome == "ok" and extract.last_modified and newest and extract.last_modified < newest:
        outcome = "stale"
        problem = f"the extract of {extract.last_modified} is older than the one of {newest} read before"
        extract = replace(extract, problem=problem)
    extract_id = uuid4().hex
    con.execute(
        "insert into raw.prima_ledger_extracts "
        "(extract_id, source, last_modified, fetched_at, row_count, outcome, problem, run_id) "
        "values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            extract_id,
            extract.source,
            extract.last_modified,
            extract.fetched_at,
            len(extract.rows),
            outcome,
            extract.problem or None,
            run_id,
        ],
    )
    if outcome == "ok":
        _replace_rows(con, extract, extract_id)
    return extract


def _newest_before(con: "duckdb.DuckDBPyConnection") -> datetime | None:
    found: datetime | None = con.execute(
        "select max(last_modified) from raw.prima_ledger_extracts where outcome = 'ok'"
    ).fetchall()[0][0]
    return found


def _replace_rows(con: "duckdb.DuckDBPyConnection", extract: "LedgerExtract", extract_id: str) -> None:
    """As text, column by column, cast by the database: quick, and no figure passes through a float."""
    con.execute("delete from raw.prima_ledger")
    if not extract.rows:
        return
    values = [[str(getattr(row, column)) for row in extract.rows] for column in _COLUMNS]
    lists = ", ".join(f"unnest(?::varchar[])::{data_type}" for data_type in _COLUMNS.values())
    con.execute(
        f"insert into raw.prima_ledger (extract_id, {', '.join(_COLUMNS)}) select ?, {lists}",
        [extract_id, *values],
    )
