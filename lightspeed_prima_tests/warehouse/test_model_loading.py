"""Reading a model folder: order, documentation, tests, and mistakes that name their place."""

from __future__ import annotations

import pytest

from lightspeed_prima.warehouse.models import ModelError, ModelProject

from .conftest import WriteProject

SALES = {
    "models/staging/sale_rows.sql": (
        "-- One row is a sale as received,\n-- every version of it. Key: sale_id.\n"
        "{{ config(materialized='view') }}\nselect * from {{ source('raw', 'sales') }}\n"
    ),
    "models/core/transactions.sql": (
        "{{ config(materialized='incremental', unique_key=['account', 'sale_id']) }}\n"
        "select * from {{ ref('sale_rows') }}\n"
    ),
    "models/core/core.yml": """
version: 2
models:
  - name: transactions
    description: >
      Sales, as the shop
      sees them.
    config: {group: money, tags: [daily]}
    meta: {owner: finance}
    data_tests:
      - unique_combination: {columns: [account, sale_id]}
    columns:
      - name: sale_id
        description: Lightspeed's id.
        data_type: varchar
        data_tests: [not_null]
      - name: status
        tests:
          - accepted_values:
              name: status_is_known
              arguments: {values: [open, completed]}
              config: {severity: warn}
""",
}


def test_a_model_carries_all_that_is_written_about_it(write_project: WriteProject) -> None:
    model = write_project(SALES).model("core.transactions")
    assert (model.name, model.schema, model.materialized) == ("transactions", "core", "incremental")
    assert model.unique_key == ("account", "sale_id")
    assert model.description == "Sales, as the shop sees them."
    assert (model.owner, model.group, model.tags) == ("finance", "money", ("daily",))
    assert model.depends_on == ("sale_rows",)
    assert [(column.name, column.data_type) for column in model.columns] == [
        ("sale_id", "varchar"),
        ("status", ""),
    ]


def test_what_a_row_is_is_read_from_the_leading_comment(write_project: WriteProject) -> None:
    model = write_project(SALES).model("sale_rows")
    assert model.row_is == "One row is a sale as received, every version of it."
    assert model.sources == (("raw", "sales"),)


def test_tests_have_names_severities_and_words(write_project: WriteProject) -> None:
    tests = write_project(SALES).model("transactions").tests
    assert [(test.name, test.severity, test.description) for test in tests] == [
        ("unique_combination_transactions_account_sale_id", "error", "account, sale_id together are unique"),
        ("not_null_transactions_sale_id", "error", "sale_id is never empty"),
        ("status_is_known", "warn", "status is one of open, completed"),
    ]


def test_models_come_after_what_they_are_made_of(write_project: WriteProject) -> None:
    project = write_project(
        {
            "models/core/a_last.sql": "select * from {{ ref('m_middle') }}",
            "models/core/m_middle.sql": "select * from {{ ref('z_first') }}",
            "models/core/z_first.sql": "select 1 as n",
            "models/core/b_apart.sql": "select 1 as n",
        }
    )
    assert [model.name for model in project.models] == ["b_apart", "z_first", "m_middle", "a_last"]
    assert [model.name for model in project.upstream("m_middle")] == ["z_first", "m_middle"]


def test_a_ref_in_a_branch_not_taken_and_one_inside_a_macro_count_as_lineage(
    write_project: WriteProject,
) -> None:
    project = write_project(
        {
            "macros/rates.sql": "{% macro rates() %}(select * from {{ ref('vat_rates') }}){% endmacro %}",
            "models/core/vat_rates.sql": "select 1 as rate",
            "models/core/earlier.sql": "select 1 as n",
            "models/core/lines.sql": (
                "select * from {{ rates() }}{% if is_incremental() %}, {{ ref('earlier') }}{% endif %}"
            ),
        }
    )
    assert project.model("lines").depends_on == ("earlier", "vat_rates")


def test_dbt_project_settings_hold_for_a_folder_until_the_model_says_otherwise(
    write_project: WriteProject,
) -> None:
    project = write_project(
        {
            "dbt_project.yml": (
                "name: shop\nvars: {tolerance: '0.02'}\n"
                "models: {shop: {+materialized: table, staging: {+materialized: view}}}\n"
            ),
            "models/core/a.sql": "select 1 as n",
            "models/staging/b.sql": "select 1 as n",
            "models/staging/c.sql": "{{ config(materialized='table') }} select {{ var('tolerance') }} as n",
        }
    )
    assert {model.name: model.materialized for model in project} == {"a": "table", "b": "view", "c": "table"}
    assert project.compile(project.model("c")) == "select 0.02 as n"


def test_a_fingerprint_changes_with_the_model_its_macros_and_what_it_is_made_of(
    write_project: WriteProject,
) -> None:
    files = {
        "macros/m.sql": "{% macro one() %}1{% endmacro %}",
        "models/core/a.sql": "select {{ one() }} as n",
        "models/core/b.sql": "select n from {{ ref('a') }}",
        "models/core/c.sql": "select 3 as n",
    }
    before = {model.name: model.fingerprint for model in write_project(files)}
    after = {
        model.name: model.fingerprint
        for model in write_project({"macros/m.sql": files["macros/m.sql"] + " "})
    }
    assert before["a"] != after["a"]
    assert before["b"] != after["b"]
    assert before["c"] == after["c"]


MISTAKES = {
    "a ref to nothing": (
        {
            "models/core/a.sql": "select 1\nfrom {{ ref('transaction') }}",
            "models/core/transactions.sql": "select 1",
        },
        "REF_UNKNOWN",
        "a.sql:2",
    ),
    "a circle": (
        {"models/core/a.sql": "from {{ ref('b') }}", "models/core/b.sql": "from {{ ref('a') }}"},
        "MODELS_GO_ROUND",
        "a -> b -> a",
    ),
    "jinja that does not parse": (
        {"models/core/a.sql": "select 1\n\nfrom {% if %}"},
        "TEMPLATE_WRONG",
        "a.sql:3",
    ),
    "a name in two folders": (
        {"models/core/a.sql": "select 1", "models/recon/a.sql": "select 1"},
        "NAME_TAKEN",
        "a.sql",
    ),
    "YAML about a model that is not there": (
        {"models/core/a.sql": "select 1", "models/core/a.yml": "models: [{name: b}]"},
        "MODEL_MISSING",
        "a.yml",
    ),
    "YAML that is not YAML": (
        {"models/core/a.sql": "select 1", "models/core/a.yml": "models: [}"},
        "YAML_WRONG",
        "line 1",
    ),
    "a type torn apart by its comma": (
        {
            "models/core/a.sql": "select 1",
            "models/core/a.yml": "models: [{name: a, columns: [{name: net, data_type: decimal(18,2)}]}]",
        },
        "YAML_WRONG",
        "2)",
    ),
    "a model described twice": (
        {
            "models/core/a.sql": "select 1",
            "models/core/a.yml": "models: [{name: a}]",
            "models/core/b.yml": "models: [{name: a}]",
        },
        "MODEL_DESCRIBED_TWICE",
        "b.yml",
    ),
    "a test nobody wrote": (
        {
            "models/core/a.sql": "select 1",
            "models/core/a.yml": "models: [{name: a, tests: [uniqe: {column: n}]}]",
        },
        "TEST_UNKNOWN",
        "did you mean unique",
    ),
    "a relationship to nothing": (
        {
            "models/core/a.sql": "select 1",
            "models/core/a.yml": "models: [{name: a, tests: [relationships: {to: ref('b'), field: n}]}]",
        },
        "REF_UNKNOWN",
        "refers to b",
    ),
    "two tests of one name": (
        {
            "models/core/a.sql": "select 1",
            "models/core/a.yml": "models: [{name: a, columns: [{name: n, tests: [unique, unique]}]}]",
        },
        "TEST_NAME_TAKEN",
        "unique_a_n",
    ),
    "a severity nobody knows": (
        {
            "models/core/a.sql": "select 1",
            "models/core/a.yml": "models: [{name: a, columns: [{name: n, tests: [unique: {severity: x}]}]}]",
        },
        "SEVERITY_UNKNOWN",
        "not x",
    ),
    "an unknown materialisation": (
        {"models/core/a.sql": "{{ config(materialized='cube') }} select 1"},
        "MATERIALIZED_UNKNOWN",
        "a.sql",
    ),
    "a config that is computed": (
        {"models/core/a.sql": "{{ config(materialized=var('x')) }} select 1"},
        "CONFIG_NOT_CONSTANT",
        "a.sql:1",
    ),
    "a source that no YAML knows": (
        {
            "models/core/a.sql": "from {{ source('raw', 'sale') }}",
            "models/s.yml": "sources: [{name: raw, tables: [{name: sales}]}]",
        },
        "SOURCE_UNKNOWN",
        "did you mean sales",
    ),
    "a model outside of any schema": ({"models/a.sql": "select 1"}, "MODEL_WITHOUT_SCHEMA", "a.sql"),
    "a macro twice": (
        {
            "models/core/a.sql": "select 1",
            "macros/a.sql": "{% macro m() %}{% endmacro %}",
            "macros/b.sql": "{% macro m() %}{% endmacro %}",
        },
        "MACRO_DEFINED_TWICE",
        "b.sql:1",
    ),
    "a test of nothing": (
        {"models/core/a.sql": "select 1", "tests/t.sql": "select 1"},
        "TEST_WITHOUT_MODEL",
        "t.sql",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_folder_is_an_error_that_names_its_place(
    mistake: str, write_project: WriteProject
) -> None:
    files, code, place = MISTAKES[mistake]
    with pytest.raises(ModelError) as caught:
        write_project(files)
    assert caught.value.code == code
    assert place in caught.value.sentence()


def test_a_folder_without_models_is_an_error(write_project: WriteProject) -> None:
    with pytest.raises(ModelError, match="NO_MODELS"):
        write_project({"dbt_project.yml": "name: empty"})


def test_an_unknown_model_is_an_error(write_project: WriteProject) -> None:
    project: ModelProject = write_project({"models/core/a.sql": "select 1 as n"})
    with pytest.raises(ModelError, match="there is no model b"):
        project.model("b")
