"""Draws sales against postings per trading day as a small inline SVG.

What does not belong here: where the figures come from. Heights are geometry, not money: pixels from exact
integer division of cents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lightspeed_prima.reports.snapshot import ShopDay

HEIGHT = 160
BAR = 18
GAP = 44


@dataclass(frozen=True)
class DayBar:
    """One trading day: two bars, in pixels from the bottom, and the figures they stand for."""

    business_date: date
    left: int
    sales_height: int
    posted_height: int
    sales: Decimal
    posted: Decimal


@dataclass(frozen=True)
class Chart:
    """All days side by side."""

    bars: Sequence[DayBar]
    width: int
    height: int = HEIGHT
    bar: int = BAR


def sales_against_postings(shop_days: Sequence[ShopDay]) -> Chart:
    """One pair of bars per trading day, all shops together, net of refunds; negative days show no bar."""
    days = sorted({day.business_date for day in shop_days})
    sales = {
        day: sum((row.lightspeed_gross for row in shop_days if row.business_date == day), Decimal(0))
        for day in days
    }
    posted = {
        day: sum((row.prima_gross for row in shop_days if row.business_date == day), Decimal(0))
        for day in days
    }
    tallest = max([*sales.values(), *posted.values(), Decimal("0.01")])
    bars = [
        DayBar(
            business_date=day,
            left=number * (2 * BAR + GAP) + GAP // 2,
            sales_height=_pixels(sales[day], tallest),
            posted_height=_pixels(posted[day], tallest),
            sales=sales[day],
            posted=posted[day],
        )
        for number, day in enumerate(days)
    ]
    return Chart(bars=bars, width=max(len(days), 1) * (2 * BAR + GAP))


def _pixels(amount: Decimal, tallest: Decimal) -> int:
    return max(0, int(amount * HEIGHT / tallest))
