"""Bars are true to their amounts, to the left of zero as well."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from lightspeed_prima.reports.chart import DAYS_DRAWN, Chart, sales_against_postings
from lightspeed_prima.reports.days import by_account
from lightspeed_prima_tests.reports.test_days import SINCE, shop_day


def chart_of(*amounts: str) -> Chart:
    days = [shop_day(SINCE + timedelta(days=number), gross=amount) for number, amount in enumerate(amounts)]
    (account,) = by_account(days)
    return sales_against_postings(account)


def test_the_longest_bar_fills_the_width_and_the_others_follow() -> None:
    bars = [day.sales for day in chart_of("200.00", "50.00", "0.00").days]

    assert [(str(bar.left), str(bar.width)) for bar in bars] == [
        ("0.0", "100.0"),
        ("0.0", "25.0"),
        ("0.0", "0.0"),
    ]


def test_negative_days_end_where_positive_days_begin() -> None:
    chart = chart_of("300.00", "-100.00")

    assert chart.zero == Decimal("25.0")
    assert [(str(day.sales.left), str(day.sales.width)) for day in chart.days] == [
        ("25.0", "75.0"),
        ("0.0", "25.0"),
    ]


def test_days_of_nothing_are_drawn_as_nothing() -> None:
    chart = chart_of("0.00", "0.00")

    assert [day.posted.width for day in chart.days] == [Decimal("0.0"), Decimal("0.0")]


def test_only_the_newest_days_are_drawn_the_oldest_of_them_first() -> None:
    chart = chart_of(*["1.00"] * 20)

    assert len(chart.days) == DAYS_DRAWN
    assert chart.days[0].business_date == date(2026, 11, 7)
    assert chart.days[-1].business_date == date(2026, 11, 20)
