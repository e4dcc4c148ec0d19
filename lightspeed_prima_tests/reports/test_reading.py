"""What is read from a snapshot holds together: sums, order, words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from lightspeed_prima.reports import figures
from lightspeed_prima.reports.bridge import bridges
from lightspeed_prima.reports.headline import headline
from lightspeed_prima.reports.snapshot import open_snapshot, read_exceptions
from lightspeed_prima.reports.text import worklist_lines
from lightspeed_prima.reports.worklist import by_owner
from lightspeed_prima_tests.reports.conftest import Case
from lightspeed_prima_tests.reports.shop import LONG


def test_the_steps_of_the_bridge_add_up(troubled: Case) -> None:
    (bridge,) = bridges(troubled.snapshot.sales)

    steps = bridge.held + bridge.left_out + bridge.differing + bridge.unexplained
    assert bridge.rung - steps == bridge.in_prima
    assert sum(day.unexplained for day in troubled.snapshot.shop_days) == bridge.unexplained


def test_the_period_ends_with_the_newest_trading_day_and_is_a_month_long(quiet: Case) -> None:
    assert quiet.snapshot.since == date(2026, 10, 6)


def test_the_headline_counts_every_sale_once(troubled: Case) -> None:
    figures_of_all = headline(troubled.snapshot)

    assert figures_of_all.sales == (
        figures_of_all.posted + figures_of_all.excluded + figures_of_all.held + figures_of_all.pending
    )
    assert (figures_of_all.orders, figures_of_all.credit_notes) == (2, 1)


def test_the_lists_of_the_owners_hold_every_exception_once(troubled: Case) -> None:
    listed = [
        row.exception_id
        for owner in by_owner(troubled.snapshot.exceptions, troubled.snapshot.currencies)
        for group in owner.codes
        for row in group.exceptions
    ]

    assert sorted(listed) == sorted(row.exception_id for row in troubled.snapshot.exceptions)


def test_exceptions_are_read_by_status(troubled: Case) -> None:
    with open_snapshot(troubled.published) as con:
        acknowledged = read_exceptions(con, ["acknowledged"])
        resolved = read_exceptions(con, ["resolved"])

    assert [row.code for row in acknowledged] == ["REFUND_UNLINKED"]
    assert resolved == []


def test_the_list_for_a_terminal_is_whole_and_a_line_per_case(troubled: Case) -> None:
    lines = worklist_lines(troubled.snapshot.exceptions, troubled.snapshot.currencies)

    assert lines[0] == "finance: 27, 133.65 EUR"
    assert len([line for line in lines if line.startswith("    ")]) == len(troubled.snapshot.exceptions)
    assert any(line.endswith(f"no row in skus.csv for {LONG}") for line in lines)
    assert (
        "    uk:6, shop 1, 2026-11-03, 4.95, 0 h, acknowledged: returned line 61 (LACES) points to no sale"
        in lines
    )


def test_a_snapshot_can_be_replaced_while_somebody_reads_it(quiet: Case, tmp_path: Path) -> None:
    copy = tmp_path / "reconciliation.duckdb"
    copy.write_bytes(quiet.published.read_bytes())

    with open_snapshot(copy) as con:
        copy.unlink()
        assert read_exceptions(con) == []


def test_figures_are_written_as_finance_writes_them() -> None:
    assert figures.money(Decimal("1234567.8")) == "1,234,567.80"
    assert figures.money(Decimal("-0.05")) == "-0.05"
    assert figures.money(None) == ""
    assert figures.percent(Decimal("0.230000")) == "23\u00a0%"
    assert figures.percent(Decimal("1")) == "100\u00a0%"
    assert figures.percent(Decimal("0.055")) == "5.5\u00a0%"
    assert figures.age(47) == "47 h"
    assert figures.age(49) == "2 days"
    assert figures.totals_in_words({"EUR": Decimal(1), "GBP": Decimal("-2.5")}) == "1.00 EUR, -2.50 GBP"
