"""Tests of models: what passes, what fails, with how many rows and which."""

from __future__ import annotations

import duckdb
import pytest

from lightspeed_prima.warehouse.models import ModelError, TestResult

from .conftest import WriteProject

ROWS = """
{{ config(materialized='table') }}
select * from (values (1, 'open', 5), (2, 'open', -1), (2, null, 3), (null, 'lost', null)) as t (id, status, amount)
"""
OTHERS = "{{ config(materialized='table') }} select 1 as id"


def check(
    write_project: WriteProject,
    con: duckdb.DuckDBPyConnection,
    yaml: str,
    files: dict[str, str] | None = None,
) -> dict[str, TestResult]:
    """Builds two small models and runs the tests of `things`."""
    project = write_project(
        {
            "models/core/things.sql": ROWS,
            "models/core/others.sql": OTHERS,
            "models/core/things.yml": f"models:\n- name: things\n{yaml}",
            **(files or {}),
        }
    )
    for model in project.models:
        project.run(con, model)
    return {result.name: result for model in project.models for result in project.test(con, model)}


@pytest.mark.parametrize(
    ("test", "failures", "sample"),
    [
        ("columns: [{name: id, tests: [not_null]}]", 1, {"id": None, "status": "lost", "amount": None}),
        ("columns: [{name: id, tests: [unique]}]", 1, {"id": 2, "occurrences": 2}),
        (
            "columns: [{name: status, tests: [accepted_values: {values: [open, paid]}]}]",
            1,
            {"status": "lost", "occurrences": 1},
        ),
        ("columns: [{name: amount, tests: [accepted_values: {values: [5, -1, 3], quote: false}]}]", 0, None),
        (
            "columns: [{name: id, data_tests: [relationships: {to: ref('others'), field: id}]}]",
            1,
            {"id": 2, "occurrences": 2},
        ),
        ("tests: [unique_combination: {columns: [id, status]}]", 0, None),
        ("tests: [unique_combination: {columns: [status]}]", 1, {"status": "open", "occurrences": 2}),
        (
            "tests: [expression_is_true: {expression: amount > 0, config: {where: id = 2}}]",
            1,
            {"id": 2, "status": "open", "amount": -1},
        ),
        ("tests: [expression_is_true: {expression: amount > 0}]", 2, None),
        (
            "columns: [{name: amount, tests: [expression_is_true: {expression: '< 100', where: id > 0}]}]",
            0,
            None,
        ),
    ],
)
def test_a_generic_test_counts_the_bad_rows_and_shows_some(
    test: str, failures: int, sample: object, write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    results = check(write_project, con, f"  {test}")
    results.pop("documented_columns_exist", None)
    (result,) = results.values()
    assert (result.failures, result.passed) == (failures, failures == 0)
    if sample is not None:
        assert result.sample == [sample]


def test_documented_columns_have_to_exist_with_their_type(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    yaml = (
        "  columns: [{name: id, data_type: int}, {name: status, data_type: 'decimal(18,2)'}, {name: owner},"
        " {name: amount, data_type: nonsense}]"
    )
    result = check(write_project, con, yaml)["documented_columns_exist"]
    assert result.severity == "error"
    assert result.sample == [
        {"column": "status", "documented": "decimal(18,2)", "actual": "VARCHAR"},
        {"column": "owner", "documented": "yes", "actual": "missing"},
        {"column": "amount", "documented": "nonsense", "actual": "INTEGER"},
    ]


def test_duckdbs_synonyms_of_a_type_are_the_same_type(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    files = {
        "models/core/times.sql": "select now() as at, 1::decimal(18,2) as net, 'x' as word, true as good, ['a'] as tags",
        "models/core/times.yml": (
            "models: [{name: times, columns: [{name: at, data_type: timestamptz}, {name: net, data_type: "
            "'DECIMAL(18,2)'}, {name: word, data_type: text}, {name: good, data_type: bool}, "
            "{name: tags, data_type: 'varchar[]'}]}]"
        ),
    }
    results = check(write_project, con, "  description: nothing else", files)
    assert results["documented_columns_exist"].passed


def test_a_singular_test_belongs_to_the_model_that_is_built_last(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    files = {
        "models/recon/summary.sql": "select count(*) as n from {{ ref('things') }}",
        "tests/every_thing_is_counted.sql": (
            "-- Every thing is in the summary.\n{{ config(severity='warn') }}\n"
            "select n from {{ ref('summary') }} where n <> (select count(*) + {{ var('off', 1) }} from {{ ref('things') }})"
        ),
    }
    result = check(write_project, con, "  description: nothing else", files)["every_thing_is_counted"]
    assert (result.model, result.severity, result.failures) == ("summary", "warn", 1)
    assert result.description == "Every thing is in the summary."
    assert result.sample == [{"n": 4}]


def test_many_bad_rows_are_all_counted_and_few_are_shown(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    files = {
        "models/core/many.sql": "select null as n from range(1000)",
        "models/core/many.yml": "models: [{name: many, columns: [{name: n, tests: [not_null]}]}]",
    }
    result = check(write_project, con, "  description: nothing else", files)["not_null_many_n"]
    assert (result.failures, len(result.sample)) == (1000, 5)


def test_a_test_that_cannot_run_is_an_error_not_a_pass(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(ModelError, match=r"cannot be tested \(not_null_things_nowhere\)"):
        check(write_project, con, "  columns: [{name: nowhere, tests: [not_null]}]")


def test_a_model_that_was_never_built_cannot_be_tested(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    yaml = "models: [{name: others, columns: [{name: id}]}]"
    project = write_project({"models/core/others.sql": OTHERS, "models/core/others.yml": yaml})
    with pytest.raises(ModelError, match="MODEL_NOT_BUILT"):
        project.test(con, project.model("others"))


def test_a_generic_test_of_the_folder_is_known_by_its_tag(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    files = {
        "macros/more.sql": "{% test is_even(model, column_name) %}from {{ model }} where id % 2 = 1{% endtest %}"
    }
    result = check(write_project, con, "  columns: [{name: id, tests: [is_even]}]", files)[
        "is_even_things_id"
    ]
    assert result.failures == 1
