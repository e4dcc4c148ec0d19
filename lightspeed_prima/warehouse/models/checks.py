"""Runs a model's tests: generic ones by their macro, singular ones as they stand, documented columns always.

What does not belong here: what happens when a test fails; that is for the asset checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from lightspeed_prima.warehouse.models.build import describe, kind_of
from lightspeed_prima.warehouse.models.compiler import Compilation, call_macro, compile_sql
from lightspeed_prima.warehouse.models.failures import explain_failure
from lightspeed_prima.warehouse.models.model import Model, ModelError, ModelTest, TestResult
from lightspeed_prima.warehouse.models.templates import TEST_PREFIX

if TYPE_CHECKING:
    import duckdb

    from lightspeed_prima.warehouse.models.project import ModelProject

SAMPLE_ROWS = 5
DOCUMENTED_COLUMNS = "documented_columns_exist"


def run_tests(
    project: ModelProject, con: duckdb.DuckDBPyConnection, model: Model, variables: Mapping[str, object]
) -> tuple[TestResult, ...]:
    """One result per test, in the order they are written; the columns' own test comes first."""
    results = [_documented_columns(con, model)] if model.columns else []
    results.extend(run_test(project, con, test, variables) for test in model.tests)
    return tuple(results)


def run_test(
    project: ModelProject, con: duckdb.DuckDBPyConnection, test: ModelTest, variables: Mapping[str, object]
) -> TestResult:
    """One test: passed when its query gives no row."""
    import duckdb

    model = project.model(test.model)
    sql = test_sql(project, con, test, variables)
    try:
        failures = int(con.execute(f"select count(*) from (\n{sql}\n)").fetchall()[0][0])
        sample = _sample(con, sql) if failures else []
    except duckdb.Error as error:
        raise explain_failure(error, con, model, sql, what=f"cannot be tested ({test.name})") from error
    return TestResult(
        test.name,
        test.severity,
        failures == 0,
        failures,
        sample,
        test.description,
        test.model,
        sql,
        test.column,
    )


def test_sql(
    project: ModelProject,
    con: duckdb.DuckDBPyConnection | None,
    test: ModelTest,
    variables: Mapping[str, object],
) -> str:
    """The query that gives the bad rows."""
    model = project.model(test.model)
    relation = f"(select * from {model.relation} where {test.where})" if test.where else model.relation
    arguments: dict[str, object] = {"model": relation}
    arguments |= {key: _argument(project, value, variables) for key, value in test.arguments.items()}
    if test.column is not None:
        arguments["column_name"] = test.column
    job = Compilation(
        path=test.path or model.path,
        source="",
        names=project.names(variables),
        allowed_refs=frozenset(test.depends_on),
        this=model.relation,
        connection=con,
    )
    if test.kind == "singular":
        singular = replace(job, source=job.path.read_text(encoding="utf-8"))
        return compile_sql(project.environment, project.macros, singular)
    return call_macro(project.environment, project.macros, job, TEST_PREFIX + test.kind, arguments)


test_sql.__test__ = False  # type: ignore[attr-defined]  # the name is not pytest's


def _argument(project: ModelProject, value: object, variables: Mapping[str, object]) -> object:
    """`to: ref('transactions')` is an expression, as in dbt; anything else is taken as it is."""
    if not isinstance(value, str) or not value.startswith(("ref(", "source(")):
        return value
    job = Compilation(
        path=project.directory,
        source=f"{{{{ {value} }}}}",
        names=project.names(variables),
        allowed_refs=frozenset(model.name for model in project.models),
    )
    return compile_sql(project.environment, {}, job)


def _sample(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, object]]:
    cursor = con.execute(f"select * from (\n{sql}\n) limit {SAMPLE_ROWS}")
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _documented_columns(con: duckdb.DuckDBPyConnection, model: Model) -> TestResult:
    """What the YAML promises is what the table has: names, and types where they are given."""
    if kind_of(con, model.relation) is None:
        raise ModelError(
            "MODEL_NOT_BUILT", f"{model.relation} is not there to be tested", where=str(model.path)
        )
    real = dict(describe(con, model.relation))
    sample: list[dict[str, object]] = []
    for column in model.columns:
        if column.name not in real:
            sample.append(
                {"column": column.name, "documented": column.data_type or "yes", "actual": "missing"}
            )
        elif column.data_type and not _same_type(con, column.data_type, real[column.name]):
            sample.append(
                {"column": column.name, "documented": column.data_type, "actual": real[column.name]}
            )
    return TestResult(
        name=DOCUMENTED_COLUMNS,
        severity="error",
        passed=not sample,
        failures=len(sample),
        sample=sample[:SAMPLE_ROWS],
        description=f"every documented column of {model.relation} exists and has its documented type",
        model=model.name,
        sql="",
    )


def _same_type(con: duckdb.DuckDBPyConnection, documented: str, actual: str) -> bool:
    """DuckDB knows its own synonyms: timestamptz is TIMESTAMP WITH TIME ZONE."""
    if documented.lower() == actual.lower():
        return True
    import duckdb

    try:
        with con.cursor() as own_transaction:
            same = own_transaction.execute(
                f"select typeof(cast(null as {documented})) = ?", [actual]
            ).fetchall()
    except duckdb.Error:
        return False
    return bool(same[0][0])
