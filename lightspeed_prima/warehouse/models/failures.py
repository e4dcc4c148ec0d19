"""Turns DuckDB's complaint about a model into one that names the file and the line of the compiled SQL.

What does not belong here: errors of templates and YAML; they know their place already.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from lightspeed_prima.warehouse.models.model import Model, ModelError

if TYPE_CHECKING:
    import duckdb

_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)


def explain_failure(
    error: duckdb.Error,
    con: duckdb.DuckDBPyConnection,
    model: Model,
    sql: str,
    *,
    what: str = "cannot be built",
) -> ModelError:
    """The compiled SQL is kept beside the database so that the line can be looked at."""
    compiled = _compiled_directory(con) / model.schema / f"{model.name}.sql"
    compiled.parent.mkdir(parents=True, exist_ok=True)
    compiled.write_text(sql + "\n", encoding="utf-8")
    message = str(error)
    found = _LINE.search(message)
    # Statements put one line of their own in front of the compiled SQL.
    line = int(found[1]) - 1 if found else None
    lines = sql.splitlines()
    quoted = f" in `{lines[line - 1].strip()}`" if line and line <= len(lines) else ""
    sentence = " ".join(message[: found.start()].split() if found else message.split())
    return ModelError(
        "MODEL_FAILED",
        f"{model.relation} {what}: {sentence}{quoted}",
        where=f"{model.path} (compiled SQL: {compiled}{f':{line}' if line else ''})",
    )


def _compiled_directory(con: duckdb.DuckDBPyConnection) -> Path:
    """`compiled/` beside the database file. The transaction is broken; a cursor has one of its own."""
    sql = "select path from duckdb_databases() where not internal and path is not null"
    with con.cursor() as own_transaction:
        rows = own_transaction.execute(sql).fetchall()
    folder = Path(rows[0][0]).parent if rows else Path(tempfile.gettempdir())
    return folder / "compiled"
