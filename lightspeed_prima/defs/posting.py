"""The posting journal in the warehouse: what had left for Prima before planning, and what after sending.

What does not belong here: how a document is sent (the package posting), what should be (dbt_like_sql).
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import dagster as dg

from lightspeed_prima.defs.names import (
    ATTEMPTS,
    JOURNAL_DOCUMENTS,
    PRIMA_POOL,
    SENT_DOCUMENTS,
    WAREHOUSE_POOL,
    key,
    table_of,
    team,
)
from lightspeed_prima.defs.pipeline import Pipeline
from lightspeed_prima.defs.reading import Shown, failures_in_words, query_table, row_count

if TYPE_CHECKING:
    import duckdb

    from lightspeed_prima.posting.entry import Entry
    from lightspeed_prima.posting.result import PostingProgress, PostingResult

# What may be in Prima, or is: a later plan has to reckon with it.
_SENT_STATES = ("sending", "uncertain", "confirmed", "exported")
_REACHABLE = "prima_reachable"
_NOTHING_REJECTED = "nothing_rejected"
_PROGRESS_EVERY = 25
_STATES = """
    select state, count(*) as documents, sum(gross) as gross from posting.journal_documents
    group by all order by all"""
_REJECTIONS = """
    select document_number, sale_key, gross, error_code, error_text from posting.journal_documents
    where state = 'rejected' order by document_number limit 20"""


@dg.asset(
    key=SENT_DOCUMENTS,
    description="What had left for Prima before this cycle was planned, taken from the posting journal.\n\n"
    "One row is a document that is in Prima or may be.",
    group_name="posting",
    kinds={"python", "duckdb"},
    owners=[team("finance")],
    metadata={"dagster/table_name": table_of(SENT_DOCUMENTS)},
    pool=WAREHOUSE_POOL,
)
def sent_documents(pipeline: dg.ResourceParam[Pipeline]) -> Iterator[dg.MaterializeResult[None]]:
    from lightspeed_prima.posting.journal import Journal

    with (
        failures_in_words(),
        Journal.open(pipeline.settings.posting.journal) as journal,
        pipeline.warehouse.transaction() as con,
    ):
        rewrite_sent_documents(con, journal.all_entries())
        states = query_table(
            con, "select state, count(*) as documents from posting.sent_documents group by all order by all"
        )
        rows = row_count(con, "posting.sent_documents")
    yield dg.MaterializeResult(metadata={"dagster/row_count": rows, "states": dg.MetadataValue.md(states)})


def rewrite_sent_documents(con: "duckdb.DuckDBPyConnection", batches: Iterable[Iterable["Entry"]]) -> None:
    """Replaces the table in the caller's transaction, batch by batch so that memory stays flat."""
    con.execute("delete from posting.sent_documents")
    for batch in batches:
        sent = [entry for entry in batch if entry.state in _SENT_STATES]
        if not sent:
            continue
        con.execute(
            "insert into posting.sent_documents (document_number, sale_key, source_digest, state) "
            "select unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[])",
            [
                [entry.document_number for entry in sent],
                [entry.sale_key for entry in sent],
                [entry.source_digest for entry in sent],
                [entry.state for entry in sent],
            ],
        )


@dg.multi_asset(
    name="post_documents",
    specs=[
        dg.AssetSpec(
            asset_key,
            description=description,
            deps=[
                key(table)
                for table in (
                    "posting.planned_documents",
                    "posting.document_lines",
                    "posting.document_payments",
                )
            ],
            group_name="posting",
            kinds={"python", "soap", "duckdb"},
            owners=[team("finance")],
            metadata={"dagster/table_name": table_of(asset_key)},
        )
        for asset_key, description in (
            (
                JOURNAL_DOCUMENTS,
                "The posting journal after sending: every document, its state and Prima's word on it.\n\n"
                "One row is a document that was meant to be sent at least once.",
            ),
            (ATTEMPTS, "Every call made to Prima for a document.\n\nOne row is a call."),
        )
    ],
    check_specs=[
        dg.AssetCheckSpec(
            _REACHABLE,
            asset=JOURNAL_DOCUMENTS,
            description="Prima could be reached and takes documents; what was not sent stays planned.",
        ),
        dg.AssetCheckSpec(
            _NOTHING_REJECTED,
            asset=JOURNAL_DOCUMENTS,
            description="No document stands rejected. One that does is sent again when its plan changes.",
        ),
    ],
    pool=PRIMA_POOL,
    description="Sends every document that is due and free to go, exactly once, and mirrors the journal.",
)
def posted_documents(
    context: dg.AssetExecutionContext, pipeline: dg.ResourceParam[Pipeline]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    from lightspeed_prima.posting.run import post_due

    def tell(progress: "PostingProgress") -> None:
        if progress.done % _PROGRESS_EVERY == 0 or progress.done == progress.due:
            context.log.info(
                f"{progress.done} of {progress.due} documents, {progress.rejected} rejected, "
                f"{progress.uncertain} uncertain"
            )

    with failures_in_words():
        settings = pipeline.reachable()
        result = post_due(settings, pipeline.warehouse, context.run.run_id, on_progress=tell)
        with pipeline.warehouse.connect() as con:
            states, rejections = query_table(con, _STATES), query_table(con, _REJECTIONS)
            documents, calls = row_count(con, "posting.journal_documents"), row_count(con, "posting.attempts")
            rejected = _count_rejected(con)
    if result.message:
        context.log.warning(result.message)
    yield dg.MaterializeResult(
        asset_key=JOURNAL_DOCUMENTS,
        metadata={
            "dagster/row_count": documents,
            **_outcome_metadata(result),
            "states": dg.MetadataValue.md(states),
        },
    )
    yield dg.MaterializeResult(asset_key=ATTEMPTS, metadata={"dagster/row_count": calls})
    yield _reachable(result)
    yield dg.AssetCheckResult(
        asset_key=JOURNAL_DOCUMENTS,
        check_name=_NOTHING_REJECTED,
        passed=rejected == 0,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{rejected} documents stand rejected",
        metadata={"rejected": rejected, "documents": dg.MetadataValue.md(rejections)},
    )


def _outcome_metadata(result: "PostingResult") -> Shown:
    return {
        "outcome": result.outcome,
        "due": result.due,
        "confirmed": result.confirmed,
        "adopted": result.adopted,
        "exported": result.exported,
        "rejected": result.rejected,
        "uncertain": result.uncertain,
        "deferred": result.deferred,
        "message": result.message or "none",
        "lease holder": result.holder or "this run",
        "texts folded for Prima": len(result.changed_texts),
    }


def _reachable(result: "PostingResult") -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=JOURNAL_DOCUMENTS,
        check_name=_REACHABLE,
        passed=result.outcome not in ("unreachable", "channel_stopped"),
        severity=dg.AssetCheckSeverity.ERROR,
        description=result.message
        or f"{result.due} documents were due, {result.deferred} are left for later",
        metadata=_outcome_metadata(result),
    )


def _count_rejected(con: "duckdb.DuckDBPyConnection") -> int:
    query = "select count(*) from posting.journal_documents where state = 'rejected'"
    return int(con.execute(query).fetchall()[0][0])
