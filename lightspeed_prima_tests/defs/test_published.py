"""The snapshot and what counts as reported once it is out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb

from lightspeed_prima.defs.published import remember_completed_days
from lightspeed_prima_tests.defs.site import NOW, Site, metadata

SHOP_DAYS = """
    create or replace table recon.shop_days as
    select * from (values
        (date '2026-11-02', 'ie', '1', true), (date '2026-11-03', 'ie', '1', false),
        (date '2026-11-02', 'ie', null, true)
    ) as days (business_date, account, shop_id, complete)"""


def test_the_snapshot_holds_what_analysts_query_and_the_days_it_reports_complete_are_remembered(
    site: Site,
) -> None:
    site.write(SHOP_DAYS)

    result = site.make("published/reconciliation")

    assert result.success
    shown = metadata(result, "published/reconciliation")
    assert shown["newly complete shop-days"] == 1
    with duckdb.connect(str(shown["file"]), read_only=True) as con:
        assert con.execute("select count(*) from recon.shop_days").fetchall() == [(3,)]
    assert site.read(
        "select account, shop_id, business_date::varchar, completed_at from ops.completed_days"
    ) == [("ie", "1", "2026-11-02", NOW)]


def test_a_day_keeps_the_moment_it_was_first_reported_complete(site: Site) -> None:
    site.write(SHOP_DAYS)
    later = datetime(2026, 11, 20, tzinfo=UTC)

    with site.warehouse.transaction() as con:
        assert remember_completed_days(con, NOW) == 1
        assert remember_completed_days(con, later) == 0
        con.execute("update recon.shop_days set complete = true")
        assert remember_completed_days(con, later + timedelta(days=1)) == 1

    assert site.read("select business_date::varchar, completed_at from ops.completed_days order by 1") == [
        ("2026-11-02", NOW),
        ("2026-11-03", later + timedelta(days=1)),
    ]
