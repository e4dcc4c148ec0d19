"""The models of dbt_like_sql as one object: loaded in milliseconds, run one model at a time.

What does not belong here: how a file becomes a Model (loading.py), how SQL is made and run (compiler, build).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lightspeed_prima.warehouse.models.compiler import Compilation, Names, compile_sql
from lightspeed_prima.warehouse.models.model import (
    Model,
    ModelError,
    ModelResult,
    Relation,
    Source,
    TestResult,
)

if TYPE_CHECKING:
    import duckdb
    from jinja2 import Environment

    from lightspeed_prima.warehouse.models.templates import Macro

NO_VARIABLES: Mapping[str, object] = {}


@dataclass(frozen=True)
class ModelProject:
    """All models in dependency order, with the macros and variables they are compiled with."""

    directory: Path
    name: str
    models: tuple[Model, ...] = field(repr=False)
    sources: tuple[Source, ...] = field(repr=False)
    source_relations: Mapping[tuple[str, str], Relation] = field(repr=False)
    variables: Mapping[str, object] = field(repr=False)
    macros: Mapping[str, Macro] = field(repr=False)
    environment: Environment = field(repr=False)

    @classmethod
    def load(cls, directory: Path | None = None) -> ModelProject:
        """Reads the folder; without one, the project's own dbt_like_sql. Runs no template and no SQL."""
        from lightspeed_prima.warehouse.models.loading import load_project

        return load_project(directory or default_directory())

    @cached_property
    def _by_name(self) -> dict[str, Model]:
        return {model.name: model for model in self.models}

    @cached_property
    def _relations(self) -> dict[str, Relation]:
        return {model.name: model.relation for model in self.models}

    def __iter__(self) -> Iterator[Model]:
        return iter(self.models)

    def model(self, name: str) -> Model:
        """The model of that name: `transactions` or `core.transactions`."""
        model = self._by_name.get(name.rpartition(".")[2])
        if model is None:
            raise ModelError("MODEL_UNKNOWN", f"there is no model {name}", where=str(self.directory))
        return model

    def upstream(self, name: str) -> tuple[Model, ...]:
        """The model and everything it is built from, in build order."""
        wanted: set[str] = set()
        waiting = [self.model(name).name]
        while waiting:
            current = waiting.pop()
            if current not in wanted:
                wanted.add(current)
                waiting.extend(self._by_name[current].depends_on)
        return tuple(model for model in self.models if model.name in wanted)

    def compile(
        self,
        model: Model,
        variables: Mapping[str, object] = NO_VARIABLES,
        *,
        con: duckdb.DuckDBPyConnection | None = None,
        incremental: bool = False,
    ) -> str:
        """The model's SQL. Without a connection run_query answers nothing and `execute` is false."""
        job = Compilation(
            path=model.path,
            source=model.sql,
            names=self.names(variables),
            allowed_refs=frozenset(model.depends_on),
            this=model.relation,
            incremental=incremental,
            connection=con,
        )
        return compile_sql(self.environment, self.macros, job)

    def run(
        self,
        con: duckdb.DuckDBPyConnection,
        model: Model,
        variables: Mapping[str, object] = NO_VARIABLES,
        *,
        full_refresh: bool = False,
    ) -> ModelResult:
        """Builds one model in the caller's transaction, or in one of its own when there is none."""
        from lightspeed_prima.warehouse.models.build import build_model

        return build_model(self, con, model, variables, full_refresh=full_refresh)

    def test(
        self,
        con: duckdb.DuckDBPyConnection,
        model: Model,
        variables: Mapping[str, object] = NO_VARIABLES,
    ) -> tuple[TestResult, ...]:
        """Asks every test of one model. A test that finds rows is a result, not an error."""
        from lightspeed_prima.warehouse.models.checks import run_tests

        return run_tests(self, con, model, variables)

    def names(self, variables: Mapping[str, object]) -> Names:
        """What templates may name in this run."""
        return Names(self._relations, self.source_relations, {**self.variables, **variables})


def default_directory() -> Path:
    """dbt_like_sql beside the package in a checkout, else the copy inside the installed package."""
    package = Path(__file__).resolve().parents[2]
    checkout = package.parent / "dbt_like_sql"
    return checkout if (checkout / "dbt_project.yml").is_file() else package / "_dbt_like_sql"
