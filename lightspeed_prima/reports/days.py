"""Sorts shop-days into trading days: the period of the report, and what is left open from before it.

What does not belong here: reading them, or how a day looks. Sums stay within one account.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from lightspeed_prima.reports.rows import ShopDay

# With more shops than this a day lists those with something open; the others are in its sum.
SHOPS_LISTED = 12


@dataclass(frozen=True)
class Sums:
    """Shop-days added up."""

    sales: int
    posted: int
    excluded: int
    held: int
    pending: int
    lightspeed_gross: Decimal
    prima_gross: Decimal
    unexplained: Decimal
    shops: int
    complete_shops: int

    @property
    def complete(self) -> bool:
        return self.complete_shops == self.shops

    @property
    def difference(self) -> Decimal:
        return self.lightspeed_gross - self.prima_gross


@dataclass(frozen=True)
class TradingDay:
    """A day of an account: its sum, and the shops worth a line of their own."""

    business_date: date
    sums: Sums
    shops: Sequence[ShopDay]

    @property
    def shops_left_out(self) -> int:
        return self.sums.shops - len(self.shops)


@dataclass(frozen=True)
class AccountDays:
    """The trading days of an account, newest first, and their sum."""

    account: str
    sums: Sums
    days: Sequence[TradingDay]


def in_period(shop_days: Iterable[ShopDay], since: date | None) -> list[ShopDay]:
    """The shop-days of the report's period."""
    return [row for row in shop_days if since is not None and row.business_date >= since]


def left_open(shop_days: Iterable[ShopDay], since: date | None) -> list[ShopDay]:
    """Older shop-days that still need somebody: they stay in the report until they are settled."""
    return [
        row for row in shop_days if since is not None and row.business_date < since and not is_settled(row)
    ]


def is_settled(row: ShopDay) -> bool:
    """Complete, and every penny explained."""
    return row.complete and row.unexplained == 0


def by_account(shop_days: Iterable[ShopDay]) -> list[AccountDays]:
    """Accounts by name, their days newest first, the shops of a day in their own order."""
    accounts = []
    ordered = sorted(shop_days, key=lambda row: row.account)
    for account, rows in groupby(ordered, key=lambda row: row.account):
        of_account = sorted(rows, key=lambda row: row.business_date, reverse=True)
        days = [
            _trading_day(business_date, list(shops))
            for business_date, shops in groupby(of_account, key=lambda row: row.business_date)
        ]
        accounts.append(AccountDays(account, add_up(of_account), days))
    return accounts


def add_up(shop_days: Sequence[ShopDay]) -> Sums:
    """The sum of shop-days; of one account when its money is to mean anything."""
    return Sums(
        sales=sum(row.sales for row in shop_days),
        posted=sum(row.posted for row in shop_days),
        excluded=sum(row.excluded for row in shop_days),
        held=sum(row.held for row in shop_days),
        pending=sum(row.pending for row in shop_days),
        lightspeed_gross=sum((row.lightspeed_gross for row in shop_days), Decimal("0.00")),
        prima_gross=sum((row.prima_gross for row in shop_days), Decimal("0.00")),
        unexplained=sum((row.unexplained for row in shop_days), Decimal("0.00")),
        shops=len(shop_days),
        complete_shops=sum(row.complete for row in shop_days),
    )


def _trading_day(business_date: date, shops: Sequence[ShopDay]) -> TradingDay:
    listed = shops if len(shops) <= SHOPS_LISTED else [row for row in shops if not is_settled(row)]
    return TradingDay(business_date, add_up(shops), listed)
