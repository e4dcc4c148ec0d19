"""Metadata a person reads: money with its pennies, small tables.

What does not belong here: which figures an asset shows.
"""

from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import dagster as dg

from lightspeed_prima.errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

_LONGEST_CELL = 120

Shown = dict[str, Any]
"""Metadata by label, as Dagster takes it."""


def money(value: object) -> str:
    """1234567.8 as 1,234,567.80; nothing as 0.00."""
    return f"{Decimal(str(value or 0)):,.2f}"


def cell(value: object) -> str:
    """A value as it stands in a table."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:,}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = " ".join(str(value).split()).replace("|", "\\|")
    return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as a markdown table; a sentence when there are none."""
    lines = [f"| {' | '.join(map(cell, row))} |" for row in rows]
    if not lines:
        return "none"
    return "\n".join([f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}", *lines])


def query_table(con: "duckdb.DuckDBPyConnection", sql: str, arguments: Sequence[object] = ()) -> str:
    """The answer of a query as a markdown table."""
    cursor = con.execute(sql, list(arguments))
    columns = [column[0] for column in cursor.description or ()]
    return markdown_table(columns, cursor.fetchall())


def table_exists(con: "duckdb.DuckDBPyConnection", table: str) -> bool:
    """Whether `schema.table` is there, as a table or a view."""
    schema, _, name = table.partition(".")
    found = con.execute(
        "select 1 from information_schema.tables "
        "where table_catalog = current_database() and table_schema = ? and table_name = ?",
        [schema, name],
    ).fetchall()
    return bool(found)


def row_count(con: "duckdb.DuckDBPyConnection", table: str) -> int:
    """How many rows a table has."""
    return int(con.execute(f"select count(*) from {table}").fetchall()[0][0])


@contextmanager
def failures_in_words() -> "Iterator[None]":
    """An error meant for a person fails the step with its sentence instead of a stack trace."""
    try:
        yield
    except PipelineError as error:
        raise dg.Failure(
            description=error.sentence(),
            metadata={"code": error.code, "where": error.where, "next step": error.next_step},
            allow_retries=False,
        ) from error
