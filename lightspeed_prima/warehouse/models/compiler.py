"""Turns a template into SQL: what ref, source, this, var, is_incremental and run_query mean.

What does not belong here: materialisations (build.py) and reading the project from disk (project.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any, NoReturn

from jinja2 import Environment, Template, TemplateError

from lightspeed_prima.warehouse.models.model import ModelError, Relation
from lightspeed_prima.warehouse.models.templates import BoundMacro, Macro, MacroReturn, syntax_error

if TYPE_CHECKING:
    import duckdb

_REQUIRED = object()


class QueryRow(tuple[object, ...]):
    """A row of run_query: by position or by column name."""

    names: tuple[str, ...]

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self.names.index(key) if isinstance(key, str) else key)


@dataclass(frozen=True)
class QueryColumn:
    """A column of run_query."""

    name: str
    content: tuple[object, ...]

    def values(self) -> tuple[object, ...]:
        """The column's values, in row order."""
        return self.content


@dataclass(frozen=True)
class QueryResult:
    """What run_query gives to a template: the part of an agate table that dbt macros use."""

    columns: tuple[QueryColumn, ...]
    rows: tuple[QueryRow, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class Names:
    """What a template may name: relations by model, by source, and variables."""

    relations: Mapping[str, Relation]
    sources: Mapping[tuple[str, str], Relation]
    variables: Mapping[str, object]


@dataclass(frozen=True)
class Compilation:
    """One template and everything its rendering depends on."""

    path: Path
    source: str
    names: Names
    allowed_refs: frozenset[str]
    this: Relation | None = None
    incremental: bool = False
    connection: duckdb.DuckDBPyConnection | None = None


def compile_sql(environment: Environment, macros: Mapping[str, Macro], job: Compilation) -> str:
    """The SQL of a template. An error names the template's file and line."""

    def render() -> str:
        code = _code(environment, job.source, job.path)
        template = Template.from_code(environment, code, environment.globals)
        return template.render(_context(environment, macros, job))

    return _rendered(job, render)


@lru_cache(maxsize=1024)
def _code(environment: Environment, source: str, path: Path) -> CodeType:
    """A template's bytecode: it depends on nothing but its text, and models are compiled over and over."""
    return environment.compile(source, name=path.name, filename=str(path))


def call_macro(
    environment: Environment,
    macros: Mapping[str, Macro],
    job: Compilation,
    name: str,
    arguments: Mapping[str, object],
) -> str:
    """The SQL that one macro gives; `job.source` is not looked at. Quicker than a template that calls it."""
    macro = _context(environment, macros, job)[name]
    return _rendered(job, lambda: str(macro(**arguments)))


def _rendered(job: Compilation, render: Callable[[], str]) -> str:
    try:
        return render().strip()
    except TemplateError as error:
        raise syntax_error(error, *_template_place(error, job.path)) from error
    except MacroReturn as returned:
        return str(returned.value)


def _context(environment: Environment, macros: Mapping[str, Macro], job: Compilation) -> dict[str, Any]:
    context: dict[str, Any] = {
        "ref": _ref(job),
        "source": _source(job),
        "var": _var(job),
        "config": lambda **_: "",
        "is_incremental": lambda: job.incremental,
        "run_query": _run_query(job),
        "execute": job.connection is not None,
        "return": _return,
        "exceptions": {"raise_compiler_error": _complain(job.path)},
        "target": {"name": "lightspeed_prima", "schema": "main", "type": "duckdb"},
    }
    context.update((name, BoundMacro(macro, environment, context)) for name, macro in macros.items())
    if job.this is not None:
        context["this"] = job.this
    return context


def _ref(job: Compilation) -> Callable[..., Relation]:
    def ref(*words: str) -> Relation:
        name = words[-1]
        if name not in job.names.relations:
            raise ModelError("REF_UNKNOWN", f"there is no model {name}", where=str(job.path))
        if name not in job.allowed_refs:
            raise ModelError(
                "REF_NOT_SEEN",
                f"ref('{name}') is computed, so the order of the models does not know it",
                where=str(job.path),
                next_step=f"write -- depends_on: {{{{ ref('{name}') }}}} above the select",
            )
        return job.names.relations[name]

    return ref


def _source(job: Compilation) -> Callable[[str, str], Relation]:
    def source(schema: str, table: str) -> Relation:
        return job.names.sources.get((schema, table)) or Relation(schema, table)

    return source


def _var(job: Compilation) -> Callable[..., object]:
    def var(name: str, default: object = _REQUIRED) -> object:
        if name in job.names.variables:
            return job.names.variables[name]
        if default is _REQUIRED:
            raise ModelError(
                "VAR_MISSING", f"var('{name}') has neither value nor default", where=str(job.path)
            )
        return default

    return var


def _run_query(job: Compilation) -> Callable[[str], QueryResult]:
    def run_query(sql: str) -> QueryResult:
        if job.connection is None:
            return QueryResult((), ())
        import duckdb

        try:
            cursor = job.connection.execute(str(sql))
            names = tuple(column[0] for column in cursor.description or ())
            rows = cursor.fetchall()
        except duckdb.Error as error:
            what = f"run_query failed: {error} in: {' '.join(str(sql).split())}"
            raise ModelError("QUERY_FAILED", what, where=str(job.path)) from error
        row_type = type("NamedQueryRow", (QueryRow,), {"names": names})
        return QueryResult(
            tuple(QueryColumn(name, tuple(row[place] for row in rows)) for place, name in enumerate(names)),
            tuple(row_type(row) for row in rows),
        )

    return run_query


def _return(value: object = "") -> NoReturn:
    raise MacroReturn(value)


def _complain(path: Path) -> Callable[[str], NoReturn]:
    def raise_compiler_error(message: str) -> NoReturn:
        raise ModelError("MODEL_COMPLAINS", message, where=str(path))

    return raise_compiler_error


def _template_place(error: TemplateError, path: Path) -> tuple[Path, int | None]:
    """The innermost template the error came through: the model or one of its macros.

    Jinja rewrites tracebacks so that frames carry the template's own file and line.
    """
    place: tuple[Path, int | None] = (path, None)
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(".sql"):
            place = (Path(file), trace.tb_lineno)
        trace = trace.tb_next
    return place
