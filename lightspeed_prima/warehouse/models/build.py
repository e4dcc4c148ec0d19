"""Materialises a model: view, table, or incremental by key.

What does not belong here: locks and connections (database.py), templates (compiler.py).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lightspeed_prima.warehouse.models.failures import explain_failure
from lightspeed_prima.warehouse.models.model import Model, ModelError, ModelResult, Relation

if TYPE_CHECKING:
    import duckdb

    from lightspeed_prima.warehouse.models.project import ModelProject

_NEW_ROWS = "temp.model_new_rows"


def build_model(
    project: ModelProject,
    con: duckdb.DuckDBPyConnection,
    model: Model,
    variables: Mapping[str, object],
    *,
    full_refresh: bool,
) -> ModelResult:
    """Replaces the model's rows, wholly or not at all."""
    started = time.monotonic()
    with one_transaction(con):
        con.execute(f"create schema if not exists {model.schema}")
        incremental = _is_incremental(con, model, full_refresh=full_refresh)
        sql = project.compile(model, variables, con=con, incremental=incremental)
        written = _materialize(con, model, sql, incremental=incremental)
        if written is None:
            incremental = False
            sql = project.compile(model, variables, con=con, incremental=False)
            written = _materialize(con, model, sql, incremental=False)
        if model.materialized == "incremental":
            _remember(con, model)
        rows = None if model.materialized == "view" else count_rows(con, model.relation)
        columns = tuple(describe(con, model.relation))
    seconds = time.monotonic() - started
    return ModelResult(str(model.relation), rows, written or 0, seconds, sql, incremental, columns)


@contextmanager
def one_transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """The caller's transaction when there is one, else one for this block.

    DuckDB does not tell whether a transaction is open and a failing BEGIN aborts it; but each statement
    outside of a transaction has a transaction id of its own.
    """
    ask = "select txid_current()"
    if con.execute(ask).fetchall() == con.execute(ask).fetchall():
        yield
        return
    con.begin()
    try:
        yield
    except BaseException:
        con.rollback()
        raise
    con.commit()


def describe(con: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[str, str]]:
    """Name and type of each column of an existing table or view, in order."""
    return [(row[0], row[1]) for row in con.execute(f"describe {relation}").fetchall()]


def count_rows(con: duckdb.DuckDBPyConnection, relation: Relation) -> int:
    """How many rows a table has; DuckDB knows without reading them."""
    return int(con.execute(f"select count(*) from {relation}").fetchall()[0][0])


def _is_incremental(con: duckdb.DuckDBPyConnection, model: Model, *, full_refresh: bool) -> bool:
    """Whether the model may read its own earlier rows.

    A plain table may, once it exists: that is how it remembers when it first saw something. An incremental
    one only if the SQL that made those rows is still the same. full_refresh = false in the model's config
    wins over both, as in dbt.
    """
    if model.materialized == "view" or kind_of(con, model.relation) != "table":
        return False
    if not model.rebuilds:
        return True
    if full_refresh or model.materialized == "table":
        return not full_refresh
    _make_notebook(con)
    built = con.execute(
        "select fingerprint from ops.model_builds where model = ?", [str(model.relation)]
    ).fetchall()
    return built == [(model.fingerprint,)]


def _materialize(con: duckdb.DuckDBPyConnection, model: Model, sql: str, *, incremental: bool) -> int | None:
    """The number of rows written; None when the model has to be compiled anew, without its earlier rows."""
    import duckdb

    try:
        if incremental and model.materialized == "incremental":
            return _merge(con, model, sql)
        return _create(con, model, sql)
    except duckdb.Error as error:
        raise explain_failure(error, con, model, sql) from error


def _create(con: duckdb.DuckDBPyConnection, model: Model, sql: str) -> int:
    kind = "view" if model.materialized == "view" else "table"
    existing = kind_of(con, model.relation)
    if existing not in (None, kind):
        con.execute(f"drop {existing} {model.relation}")
    # The first line is ours alone, so that line n of the compiled SQL is line n + 1 of the statement.
    counted = con.execute(f"create or replace {kind} {model.relation} as\n{sql}").fetchall()
    return int(counted[0][0]) if counted and kind == "table" else 0


def _merge(con: duckdb.DuckDBPyConnection, model: Model, sql: str) -> int | None:
    """Replaces the rows that have the new rows' keys; None when other columns demand a rebuild."""
    con.execute(f"create or replace temp table model_new_rows as\n{sql}")
    new, stored = describe(con, _NEW_ROWS), describe(con, model.relation)
    if new != stored and model.rebuilds:
        return None
    same_key = " and ".join(f"fresh.{key} is not distinct from stored.{key}" for key in model.unique_key)
    replaced = f"exists (select 1 from {_NEW_ROWS} as fresh where {same_key or 'false'})"
    if new == stored:
        con.execute(f"delete from {model.relation} as stored where {replaced}")
        con.execute(f"insert into {model.relation} select * from {_NEW_ROWS}")
    else:
        _require_only_more_columns(model, stored, new)
        kept = f"select * from {model.relation} as stored where not {replaced}"
        both = f"{kept} union all by name select * from {_NEW_ROWS}"
        con.execute(f"create or replace table {model.relation} as {both}")
    written = count_rows(con, Relation("temp", "model_new_rows"))
    con.execute(f"drop table {_NEW_ROWS}")
    return written


def _require_only_more_columns(
    model: Model, stored: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    """A table that is never rebuilt may grow columns, empty in old rows; it may not lose or change one."""
    lost = [f"{name} {data_type}" for name, data_type in stored if (name, data_type) not in new]
    if lost:
        raise ModelError(
            "COLUMNS_CHANGED",
            f"{model.relation} keeps its rows for good, but its SQL no longer gives {', '.join(lost)}",
            where=str(model.path),
            next_step="add a migration that alters the table",
        )


def _remember(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    _make_notebook(con)
    con.execute("delete from ops.model_builds where model = ?", [str(model.relation)])
    con.execute("insert into ops.model_builds values (?, ?, now())", [str(model.relation), model.fingerprint])


def _make_notebook(con: duckdb.DuckDBPyConnection) -> None:
    """Which SQL made the rows of each incremental model."""
    con.execute("create schema if not exists ops")
    con.execute(
        """
        create table if not exists ops.model_builds (
            model varchar not null, fingerprint varchar not null, built_at timestamptz not null
        )
        """
    )


def kind_of(con: duckdb.DuckDBPyConnection, relation: Relation) -> str | None:
    """`table`, `view`, or None when there is neither. information_schema would take three times as long."""
    for kind in ("table", "view"):
        found = con.execute(
            f"""
            select 1 from duckdb_{kind}s()
            where database_name = current_database() and schema_name = ? and {kind}_name = ?
            """,
            [relation.schema, relation.identifier],
        ).fetchall()
        if found:
            return kind
    return None
