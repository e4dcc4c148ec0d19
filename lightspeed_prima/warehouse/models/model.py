"""What a model of dbt_like_sql is, as plain data: names, columns, tests, lineage, results.

What does not belong here: reading files, compiling or running anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lightspeed_prima.errors import PipelineError

Materialized = Literal["view", "table", "incremental"]
Severity = Literal["error", "warn"]


class ModelError(PipelineError):
    """A model, a macro, a test or their documentation is wrong; `where` names the file."""


class Relation(str):
    """`schema.name`, as it stands in SQL. Templates may also ask for its parts."""

    __slots__ = ("identifier", "schema")

    identifier: str
    schema: str

    def __new__(cls, schema: str, identifier: str) -> Relation:
        relation = super().__new__(cls, f"{schema}.{identifier}")
        relation.schema = schema
        relation.identifier = identifier
        return relation

    @property
    def name(self) -> str:
        """The table's own name, as dbt calls it."""
        return self.identifier


@dataclass(frozen=True)
class ModelTest:
    """A question whose answer must be no rows. `kind` is the macro's name or 'singular'."""

    name: str
    kind: str
    model: str
    severity: Severity
    description: str
    column: str | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)
    where: str | None = None
    depends_on: tuple[str, ...] = ()
    path: Path | None = None


@dataclass(frozen=True)
class Column:
    """A documented column."""

    name: str
    description: str = ""
    data_type: str = ""
    tests: tuple[ModelTest, ...] = ()


@dataclass(frozen=True)
class Model:
    """One SELECT of dbt_like_sql/models with all that is written about it."""

    name: str
    schema: str
    materialized: Materialized
    unique_key: tuple[str, ...]
    path: Path
    sql: str
    row_is: str
    description: str = ""
    columns: tuple[Column, ...] = ()
    tests: tuple[ModelTest, ...] = ()
    depends_on: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    owner: str = ""
    group: str = ""
    tags: tuple[str, ...] = ()
    rebuilds: bool = True
    fingerprint: str = ""

    @property
    def relation(self) -> Relation:
        """Where the model's rows are."""
        return Relation(self.schema, self.name)


@dataclass(frozen=True)
class Source:
    """A table that Python writes and models read, documented under `sources:`."""

    schema: str
    table: str
    description: str = ""
    columns: tuple[Column, ...] = ()
    path: Path | None = None


@dataclass(frozen=True)
class ModelResult:
    """What one run of a model did. `rows` is None for a view: nothing was computed;
    `rows_written` is what this run added or replaced."""

    model: str
    rows: int | None
    rows_written: int
    seconds: float
    sql: str
    incremental: bool
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TestResult:
    """What one test found. `sample` holds at most a few of the failing rows."""

    __test__ = False  # the name is not pytest's

    name: str
    severity: Severity
    passed: bool
    failures: int
    sample: list[dict[str, object]]
    description: str
    model: str
    sql: str
    column: str | None = None
