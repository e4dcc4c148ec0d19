"""Which shop-days a report lists, and what it does with years and hundreds of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from lightspeed_prima.reports.days import add_up, by_account, in_period, left_open
from lightspeed_prima.reports.rows import ShopDay

SINCE = date(2026, 11, 1)


def shop_day(
    day: date = SINCE,
    shop: str = "1",
    *,
    account: str = "uk",
    complete: bool = True,
    gross: str = "10.00",
    unexplained: str = "0.00",
) -> ShopDay:
    return ShopDay(
        day, account, shop, 1, 1, 0, 0, 0, Decimal(gross), Decimal(gross), Decimal(unexplained), complete
    )


def test_older_days_stay_only_while_they_are_open() -> None:
    old = SINCE - timedelta(days=40)
    settled, incomplete, off = (
        shop_day(old, "1"),
        shop_day(old, "2", complete=False),
        shop_day(old, "3", unexplained="-0.01"),
    )

    assert left_open([shop_day(), settled, incomplete, off], SINCE) == [incomplete, off]
    assert in_period([shop_day(), settled, incomplete, off], SINCE) == [shop_day()]


def test_before_the_first_sale_there_is_no_period() -> None:
    assert in_period([], None) == []
    assert left_open([], None) == []
    assert by_account([]) == []
    assert add_up([]).lightspeed_gross == Decimal("0.00")


def test_with_many_shops_a_day_lists_the_open_ones_and_counts_the_rest() -> None:
    shops = [shop_day(shop=str(number), complete=number != 77) for number in range(1, 201)]

    ((day,),) = (account.days for account in by_account(shops))

    assert [row.shop_id for row in day.shops] == ["77"]
    assert day.shops_left_out == 199
    assert (day.sums.lightspeed_gross, day.sums.complete_shops, day.sums.complete) == (
        Decimal("2000.00"),
        199,
        False,
    )


def test_accounts_are_added_up_apart() -> None:
    accounts = by_account([shop_day(account="us"), shop_day(account="uk", gross="-3.00")])

    assert [(each.account, each.sums.lightspeed_gross) for each in accounts] == [
        ("uk", Decimal("-3.00")),
        ("us", Decimal("10.00")),
    ]
