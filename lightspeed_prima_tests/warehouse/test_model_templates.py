"""What templates may say: macros, run_query, return, variables; and what goes wrong in them."""

from __future__ import annotations

import duckdb
import pytest

from lightspeed_prima.warehouse.models import ModelError

from .conftest import WriteProject


def test_macros_find_each_other_across_files_and_see_the_model_they_serve(
    write_project: WriteProject,
) -> None:
    project = write_project(
        {
            "macros/a.sql": "{% macro outer() %}{{ inner('x') }} from {{ this.schema }}_{{ this.name }}{% endmacro %}",
            "macros/b.sql": "{% macro inner(word) %}select '{{ word }}'{% endmacro %}",
            "models/core/one.sql": "{{ outer() }}",
            "models/core/two.sql": "{{ outer() }}",
        }
    )
    compiled = {model.name: project.compile(model) for model in project.models}
    assert compiled == {"one": "select 'x' from core_one", "two": "select 'x' from core_two"}


def test_a_macro_may_return_a_value_instead_of_text(write_project: WriteProject) -> None:
    project = write_project(
        {
            "macros/a.sql": "{% macro columns() %}text that is dropped{% do return(['net', 'tax']) %}{% endmacro %}",
            "models/core/a.sql": "select {% for c in columns() %}{{ c }}{{ ', ' if not loop.last }}{% endfor %}",
        }
    )
    assert project.compile(project.model("a")) == "select net, tax"


def test_run_query_gives_rows_by_place_and_by_name(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    project = write_project(
        {
            "models/core/a.sql": (
                "{% set found = run_query('select 1 as n, 2 as m union all select 3, 4 order by n') %}"
                "select {{ found.columns[1].values() | join('+') }} + {{ found.rows[1]['n'] }} + {{ found.rows[0][0] }}"
                " as {{ found.column_names | join }}"
            )
        }
    )
    assert project.compile(project.model("a"), con=con) == "select 2+4 + 3 + 1 as nm"


def test_run_query_is_not_asked_without_a_connection(write_project: WriteProject) -> None:
    project = write_project(
        {"models/core/a.sql": "select {% if execute %}{{ run_query('nonsense') }}{% else %}0{% endif %} as n"}
    )
    assert project.compile(project.model("a")) == "select 0 as n"


def test_a_query_that_fails_in_a_template_names_the_file(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    project = write_project({"models/core/a.sql": "select {{ run_query('select nonsense') }}"})
    with pytest.raises(ModelError, match="select nonsense") as caught:
        project.run(con, project.model("a"))
    assert caught.value.where.endswith("models/core/a.sql")


def test_an_unknown_word_in_a_template_names_file_and_line(write_project: WriteProject) -> None:
    project = write_project({"models/core/a.sql": "select 1,\n\n{{ nobody_knows_me }}"})
    with pytest.raises(ModelError, match="nobody_knows_me") as caught:
        project.compile(project.model("a"))
    assert caught.value.where.endswith("models/core/a.sql:3")


def test_an_unknown_word_in_a_macro_names_the_macros_file_and_line(write_project: WriteProject) -> None:
    project = write_project(
        {
            "macros/m.sql": "{% macro m() %}\n{{ nobody_knows_me }}{% endmacro %}",
            "models/core/a.sql": "select {{ m() }}",
        }
    )
    with pytest.raises(ModelError, match="nobody_knows_me") as caught:
        project.compile(project.model("a"))
    assert "m.sql:2" in caught.value.where


def test_a_variable_given_to_the_run_wins_over_the_projects_and_that_over_the_default(
    write_project: WriteProject,
) -> None:
    project = write_project(
        {
            "dbt_project.yml": "name: shop\nvars: {a: project, b: project}",
            "models/core/m.sql": "select {{ var('a', 'x') }}, {{ var('b', 'x') }}, {{ var('c', 'x') }}",
        }
    )
    assert project.compile(project.model("m"), {"a": "run"}) == "select run, project, x"


def test_a_variable_without_value_or_default_is_an_error(write_project: WriteProject) -> None:
    project = write_project({"models/core/m.sql": "select {{ var('tolerance') }}"})
    with pytest.raises(ModelError, match=r"var\('tolerance'\)"):
        project.compile(project.model("m"))


def test_a_computed_ref_needs_a_hint_for_the_order(write_project: WriteProject) -> None:
    text = "select * from {% for name in ['a'] %}{{ ref(name) }}{% endfor %}"
    files = {"models/core/a.sql": "select 1 as n", "models/core/b.sql": text}
    project = write_project(files)
    with pytest.raises(ModelError, match="REF_NOT_SEEN"):
        project.compile(project.model("b"))
    hinted = write_project({"models/core/b.sql": "-- depends_on: {{ ref('a') }}\n" + text})
    assert hinted.model("b").depends_on == ("a",)
    assert hinted.compile(hinted.model("b")).endswith("select * from core.a")


def test_a_template_may_refuse_to_compile(write_project: WriteProject) -> None:
    text = "{{ exceptions.raise_compiler_error('multi_tender is rows or single') }}"
    project = write_project({"models/core/a.sql": text})
    with pytest.raises(ModelError, match="MODEL_COMPLAINS: multi_tender is rows or single"):
        project.compile(project.model("a"))
