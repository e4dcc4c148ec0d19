"""Draws sales against postings: a pair of horizontal bars per trading day, as wide as the page allows.

What does not belong here: where the figures come from. Widths are geometry, not money: percent with one
decimal, from exact Decimals. Days of refunds only go to the left of zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from lightspeed_prima.reports.days import AccountDays

# More days than a screen is high are in the table below the chart.
DAYS_DRAWN = 14
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Bar:
    """An amount as a bar: where it begins and how long it is, in percent of the width."""

    amount: Decimal
    left: Decimal
    width: Decimal


@dataclass(frozen=True)
class DayBars:
    """One trading day."""

    business_date: date
    sales: Bar
    posted: Bar


@dataclass(frozen=True)
class Chart:
    """An account's newest days, oldest first; `zero` is where nothing lies, in percent."""

    account: str
    zero: Decimal
    days: Sequence[DayBars]


def sales_against_postings(account: AccountDays) -> Chart:
    """The newest days of an account, all shops together, net of refunds."""
    days = list(reversed(account.days[:DAYS_DRAWN]))
    amounts = [amount for day in days for amount in (day.sums.lightspeed_gross, day.sums.prima_gross)]
    lowest, highest = min([*amounts, Decimal(0)]), max([*amounts, Decimal(0)])
    span = highest - lowest or Decimal(1)

    def bar(amount: Decimal) -> Bar:
        left = min(amount, Decimal(0)) - lowest
        return Bar(amount, _percent(left, span), _percent(abs(amount), span))

    return Chart(
        account=account.account,
        zero=_percent(-lowest, span),
        days=[
            DayBars(day.business_date, bar(day.sums.lightspeed_gross), bar(day.sums.prima_gross))
            for day in days
        ],
    )


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part * 100 / whole).quantize(TENTH, ROUND_HALF_UP)
