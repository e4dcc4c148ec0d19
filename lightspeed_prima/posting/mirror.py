"""The journal as tables of the warehouse, so that SQL can see it: rewritten as a whole from the journal.

What does not belong here: anything the journal does not know. No call is ever decided from the mirror.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    import duckdb

    from lightspeed_prima.posting.journal import Journal

_MONEY = pa.decimal128(18, 2)
_MOMENT = pa.timestamp("us", tz="UTC")

_DOCUMENTS = pa.schema(
    [
        ("document_number", pa.string()),
        ("document_type", pa.string()),
        ("account", pa.string()),
        ("sale_key", pa.string()),
        ("original_document_number", pa.string()),
        ("business_date", pa.date32()),
        ("depot", pa.string()),
        ("prima_customer", pa.string()),
        ("currency", pa.string()),
        ("net", _MONEY),
        ("tax", _MONEY),
        ("gross", _MONEY),
        ("reason", pa.string()),
        ("source_digest", pa.string()),
        ("state", pa.string()),
        ("payload_sha256", pa.string()),
        ("sends", pa.int32()),
        ("prima_reference", pa.string()),
        ("error_code", pa.string()),
        ("error_text", pa.string()),
        ("alarm", pa.string()),
        ("planned_at", _MOMENT),
        ("posted_at", _MOMENT),
        ("confirmed_at", _MOMENT),
        ("document_json", pa.string()),
    ]
)
_ATTEMPTS = pa.schema(
    [
        ("document_number", pa.string()),
        ("attempt", pa.int32()),
        ("call", pa.string()),
        ("started_at", _MOMENT),
        ("finished_at", _MOMENT),
        ("outcome", pa.string()),
        ("error_code", pa.string()),
        ("error_text", pa.string()),
        ("request_sha256", pa.string()),
    ]
)


def mirror(journal: Journal, con: duckdb.DuckDBPyConnection) -> int:
    """Rewrite posting.journal_documents and posting.attempts within the caller's transaction."""
    con.execute("delete from posting.journal_documents")
    con.execute("delete from posting.attempts")
    documents = 0
    for entries in journal.all_entries():
        renamed = {"sends": "attempts", "document_json": "document"}
        _insert(con, "posting.journal_documents", _DOCUMENTS, entries, renamed)
        documents += len(entries)
    for calls in journal.all_attempts():
        _insert(con, "posting.attempts", _ATTEMPTS, calls, {})
    return documents


def _insert(
    con: duckdb.DuckDBPyConnection, table: str, schema: Any, values: list[Any], renamed: dict[str, str]
) -> None:
    batch = pa.table(
        {
            field.name: pa.array([getattr(value, field.name) for value in values], field.type)
            for field in schema
        }
    )
    con.register("mirrored", batch)
    try:
        columns = ", ".join(f'"{renamed.get(name, name)}"' for name in schema.names)
        values_of = ", ".join(f'"{name}"' for name in schema.names)
        con.execute(f"insert into {table} ({columns}) select {values_of} from mirrored")
    finally:
        con.unregister("mirrored")
