"""Building models in real DuckDB files: views, tables, incremental tables, and what a failure says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima.warehouse.models import ModelError, ModelProject, ModelResult

from .conftest import WriteProject

SEEN_ONCE = """
{{ config(materialized='incremental', unique_key='sale_id') }}
select sale_id, amount, seq from main.feed
{% if is_incremental() %}
where seq > {{ run_query('select max(seq) from ' ~ this).columns[0].values()[0] }}
{% endif %}
"""


def build(con: duckdb.DuckDBPyConnection, project: ModelProject, **variables: object) -> list[ModelResult]:
    return [project.run(con, model, variables) for model in project.models]


def feed(con: duckdb.DuckDBPyConnection, *rows: tuple[str, str]) -> None:
    """New versions of sales, each with the next sequence number."""
    con.execute("create sequence if not exists main.seq")
    con.execute(
        "create table if not exists main.feed (sale_id varchar, amount decimal(18,2), seq bigint default nextval('seq'))"
    )
    for row in rows:
        con.execute("insert into main.feed (sale_id, amount) values (?, ?)", list(row))


def test_a_view_a_table_and_what_is_made_of_them_are_built_in_order(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    project = write_project(
        {
            "models/staging/rows_seen.sql": "select 1 as n union all select 2",
            "models/core/doubled.sql": (
                "{{ config(materialized='table') }} select n * 2 as n from {{ ref('rows_seen') }}"
            ),
        }
    )
    view, table = build(con, project)
    assert (view.model, view.rows) == ("staging.rows_seen", None)
    assert (table.model, table.rows, table.columns) == ("core.doubled", 2, (("n", "INTEGER"),))
    assert table.sql == "select n * 2 as n from staging.rows_seen"
    assert con.execute("select n from core.doubled order by n").fetchall() == [(2,), (4,)]


def test_money_stays_decimal_on_its_way_through_models(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    feed(con, ("1", "0.10"), ("2", "0.20"))
    project = write_project({"models/core/total.sql": "select sum(amount) as gross from main.feed"})
    assert build(con, project)[0].columns == (("gross", "DECIMAL(38,2)"),)
    assert con.execute("select gross from core.total").fetchall() == [(Decimal("0.30"),)]


def test_an_incremental_model_reads_only_what_is_new_and_replaces_by_key(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    project = write_project({"models/core/sales.sql": SEEN_ONCE})
    feed(con, ("A", "1.00"), ("B", "2.00"))
    assert build(con, project)[0].incremental is False
    feed(con, ("B", "2.50"), ("C", "3.00"))
    second = build(con, project)[0]
    assert (second.incremental, second.rows, second.rows_written) == (True, 3, 2)
    assert con.execute("select sale_id, amount from core.sales order by sale_id").fetchall() == [
        ("A", Decimal("1.00")),
        ("B", Decimal("2.50")),
        ("C", Decimal("3.00")),
    ]


def test_an_empty_key_is_a_key_like_any_other(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    project = write_project(
        {
            "models/core/sales.sql": (
                "{{ config(materialized='incremental', unique_key=['a', 'b']) }} select a, b, n from main.given"
            )
        }
    )
    con.execute("create table main.given as select 'x' as a, null::varchar as b, 1 as n")
    build(con, project)
    con.execute("update main.given set n = 2")
    build(con, project)
    assert con.execute("select * from core.sales").fetchall() == [("x", None, 2)]


def test_an_incremental_model_without_a_key_appends(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    project = write_project({"models/core/log.sql": "{{ config(materialized='incremental') }} select 1 as n"})
    build(con, project)
    build(con, project)
    assert con.execute("select n from core.log").fetchall() == [(1,), (1,)]


def test_an_incremental_model_is_built_anew_when_its_sql_changes(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    feed(con, ("A", "1.00"), ("B", "2.00"))
    build(con, write_project({"models/core/sales.sql": SEEN_ONCE}))
    changed = write_project({"models/core/sales.sql": SEEN_ONCE.replace("amount,", "amount * 2 as amount,")})
    result = build(con, changed)[0]
    assert (result.incremental, result.rows) == (False, 2)
    assert con.execute("select sum(amount) from core.sales").fetchall() == [(Decimal("6.00"),)]


def test_an_incremental_model_is_built_anew_when_its_columns_changed_under_it(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    con.execute("create table main.given as select 1 as n")
    every_column = "{{ config(materialized='incremental', unique_key='n') }} select * from main.given"
    project = write_project({"models/core/a.sql": every_column})
    build(con, project)
    con.execute("alter table main.given add column more varchar default 'x'")
    assert build(con, project)[0].incremental is False
    assert con.execute("select * from core.a").fetchall() == [(1, "x")]


def test_a_full_refresh_forgets_what_was_there(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    feed(con, ("A", "1.00"))
    project = write_project({"models/core/sales.sql": SEEN_ONCE})
    build(con, project)
    con.execute("insert into core.sales values ('ghost', 9, 0)")
    result = project.run(con, project.model("sales"), full_refresh=True)
    assert (result.incremental, result.rows) == (False, 1)


REMEMBERS = """
{{ config(materialized='incremental', unique_key='code', full_refresh=false) }}
select code, COLUMNS from main.findings
"""


def test_a_model_that_must_not_forget_keeps_its_rows_and_may_grow_a_column(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    con.execute("create table main.findings as select 'OLD' as code, 1 as n")
    build(con, write_project({"models/recon/log.sql": REMEMBERS.replace("COLUMNS", "n")}))
    con.execute("update main.findings set code = 'NEW'")
    grown = write_project({"models/recon/log.sql": REMEMBERS.replace("COLUMNS", "n, 'why' as detail")})
    assert grown.run(con, grown.model("log"), full_refresh=True).incremental is True
    rows = con.execute("select code, n, detail from recon.log order by code").fetchall()
    assert rows == [("NEW", 1, "why"), ("OLD", 1, None)]


def test_a_model_that_must_not_forget_refuses_to_lose_a_column(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    con.execute("create table main.findings as select 'OLD' as code, 1 as n, 2 as m")
    build(con, write_project({"models/recon/log.sql": REMEMBERS.replace("COLUMNS", "n, m")}))
    shrunk = write_project({"models/recon/log.sql": REMEMBERS.replace("COLUMNS", "n")})
    with pytest.raises(ModelError, match="no longer gives m INTEGER"):
        build(con, shrunk)
    assert con.execute("select code, n, m from recon.log").fetchall() == [("OLD", 1, 2)]


def test_a_table_may_remember_by_reading_its_own_rows(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    project = write_project(
        {
            "models/recon/opened.sql": (
                "{{ config(materialized='table') }}\n"
                "select 'S1' as code, {% if is_incremental() %}(select min(opened) from {{ this }})"
                "{% else %}{{ var('now') }}{% endif %} as opened"
            )
        }
    )
    build(con, project, now=1)
    build(con, project, now=2)
    assert con.execute("select opened from recon.opened").fetchall() == [(1,)]


@pytest.mark.parametrize("order", [("view", "table"), ("table", "view"), ("incremental", "view")])
def test_a_model_may_change_from_one_materialisation_to_another(
    order: tuple[str, str], write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    for number, materialized in enumerate(order):
        text = f"{{{{ config(materialized='{materialized}') }}}} select {number} as n"
        build(con, write_project({"models/core/a.sql": text}))
    assert con.execute("select n from core.a").fetchall() == [(1,)]


def test_a_model_that_fails_keeps_its_old_rows_and_says_where_it_failed(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    config = "{{ config(materialized='incremental', unique_key='n') }}\n"
    build(con, write_project({"models/core/a.sql": f"{config}select 1 as n"}))
    wrong = write_project(
        {"models/core/a.sql": f"{config}select 1 as n,\n    no_such_column as m\nfrom (select 2)"}
    )
    with pytest.raises(ModelError) as caught:
        build(con, wrong)
    compiled = tmp_path / "compiled" / "core" / "a.sql"
    sentence = caught.value.sentence()
    assert "models/core/a.sql" in sentence
    assert f"{compiled}:2" in sentence
    assert "in `no_such_column as m`" in sentence
    assert compiled.read_text(encoding="utf-8").splitlines()[1] == "    no_such_column as m"
    assert con.execute("select n from core.a").fetchall() == [(1,)]


def test_an_error_in_the_data_is_told_as_well_as_one_in_the_sql(
    write_project: WriteProject, con: duckdb.DuckDBPyConnection
) -> None:
    text = "{{ config(materialized='table') }} select cast(word as date) as day from (values ('soon')) as t (word)"
    project = write_project({"models/core/a.sql": text})
    with pytest.raises(ModelError, match="soon") as caught:
        build(con, project)
    assert caught.value.code == "MODEL_FAILED"


def test_several_models_in_one_transaction_come_or_go_together(
    write_project: WriteProject, warehouse: Warehouse
) -> None:
    project = write_project(
        {
            "models/core/a.sql": "{{ config(materialized='table') }} select 1 as n",
            "models/core/b.sql": "{{ config(materialized='table') }} select n / 0 as q, nonsense from {{ ref('a') }}",
        }
    )
    with pytest.raises(ModelError), warehouse.transaction() as con:
        build(con, project)
    with warehouse.connect() as con:
        assert con.execute("select * from duckdb_tables() where schema_name = 'core'").fetchall() == []


def test_a_model_run_outside_of_a_transaction_is_whole_by_itself(
    write_project: WriteProject, warehouse: Warehouse
) -> None:
    project = write_project({"models/core/a.sql": "{{ config(materialized='table') }} select 1 as n"})
    with warehouse.connect() as con:
        build(con, project)
    with warehouse.connect() as con:
        assert con.execute("select n from core.a").fetchall() == [(1,)]
