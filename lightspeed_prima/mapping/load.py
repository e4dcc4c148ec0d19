"""Puts the mapping rows into the warehouse's mapping schema.

What does not belong here: reading or judging the files. The caller owns the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import duckdb

from lightspeed_prima.mapping.rows import EffectiveRow, Mappings


def load_mappings(con: duckdb.DuckDBPyConnection, mappings: Mappings) -> dict[str, int]:
    """Replaces every mapping table as a whole; returns the number of rows by table."""
    tables: dict[str, Sequence[EffectiveRow]] = {
        "shops": mappings.shops,
        "skus": mappings.skus,
        "non_stock": mappings.non_stock,
        "taxes": mappings.taxes,
        "customers": mappings.customers,
        "tenders": mappings.tenders,
    }
    for table, rows in tables.items():
        con.execute(f"delete from mapping.{table}")
        if rows:
            _insert(con, table, rows)
    return {table: len(rows) for table, rows in tables.items()}


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[EffectiveRow]) -> None:
    """One statement with a list per column: row by row takes minutes for a large catalogue.

    Every value goes as text and is cast by the table's own types, so that a rate never becomes a float.
    """
    columns = [field.name for field in fields(rows[0])]
    values = [[str(getattr(row, column)) for row in rows] for column in columns]
    lists = ", ".join("unnest(?::varchar[])" for _ in columns)
    con.execute(f"insert into mapping.{table} ({', '.join(columns)}) select {lists}", values)
