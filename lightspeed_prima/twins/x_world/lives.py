"""Sales that are not over with the visit, or never come to anything: each of them once a week.

Laybys, accounts and pick-ups over several versions; parked, voided and deleted sales; quotes; late syncs.
The stages are those of the twin: 1 is there from the start, 2 and 3 are revealed one after the other.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from lightspeed_prima.twins.x_world.catalogue import HOODIE, JACKET, MUG, TEE, WOOL
from lightspeed_prima.twins.x_world.retailer import (
    AUCKLAND,
    CHATHAM,
    CREDIT_CARD,
    EFTPOS,
    RETAIL_CUSTOMERS,
    TRADE_CUSTOMERS,
    Outlet,
)
from lightspeed_prima.twins.x_world.returns import returnable
from lightspeed_prima.twins.x_world.statuses import (
    AWAITING_PICKUP,
    CLOSED,
    LAYBY,
    LAYBY_CLOSED,
    ONACCOUNT,
    ONACCOUNT_CLOSED,
    OPEN,
    PICKED_UP_CLOSED,
    QUOTE,
    SAVED,
    VOIDED,
)
from lightspeed_prima.twins.x_world.stories import pay, plain_sale, sell, settle
from lightspeed_prima.twins.x_world.till import Line, Sale, ring_up
from lightspeed_prima.twins.x_world.week import open_sale

SECOND, THIRD = 2, 3


def long_lives(rng: Random, first_day: date, days: int, earlier: list[Sale]) -> list[Sale]:
    """One of each kind, in order of the days on which they began."""
    days_of_week = [first_day + timedelta(days=day % days) for day in range(7)]
    over = datetime.combine(first_day + timedelta(days=days), datetime.min.time(), UTC)
    return [
        _layby(rng, AUCKLAND, days_of_week[0], over),
        _layby_open(rng, CHATHAM, days_of_week[1]),
        _on_account(rng, AUCKLAND, days_of_week[2], over),
        _on_account_open(rng, AUCKLAND, days_of_week[3]),
        _pick_up(rng, CHATHAM, days_of_week[2], over),
        _parked(rng, AUCKLAND, days_of_week[4]),
        *_abandoned_return(rng, days_of_week[5], earlier),
        _open(rng, AUCKLAND, days_of_week[6]),
        _voided(rng, AUCKLAND, days_of_week[1]),
        _voided(rng, CHATHAM, days_of_week[3]),
        _deleted(rng, AUCKLAND, days_of_week[2]),
        _quote(rng, AUCKLAND, days_of_week[4]),
        _without_lines(rng, AUCKLAND, days_of_week[0]),
        _synced_late(rng, AUCKLAND, days_of_week[1], over),
        _synced_late(rng, CHATHAM, days_of_week[2], over),
    ]


def _layby(rng: Random, outlet: Outlet, day: date, over: datetime) -> Sale:
    """A deposit in the week, an instalment afterwards, the rest when the goods are fetched."""
    sale = open_sale(rng, outlet, day, "layby")
    sale.begins(LAYBY)
    sale.customer = RETAIL_CUSTOMERS[0]
    sell(sale, rng.choice(JACKET))
    sell(sale, rng.choice(TEE))
    pay(sale, CREDIT_CARD, Decimal(50))
    _instalment(sale, Decimal(100), SECOND, over + timedelta(days=1, hours=2))
    _instalment(sale, None, THIRD, over + timedelta(days=2, hours=22))
    sale.happens(THIRD, over + timedelta(days=2, hours=22), LAYBY_CLOSED)
    return sale


def _instalment(sale: Sale, amount: Decimal | None, stage: int, at: datetime) -> None:
    payment = pay(sale, CREDIT_CARD, amount) if amount is not None else settle(sale, EFTPOS)
    payment.stage, payment.taken_at = stage, at
    sale.happens(stage, at)


def _layby_open(rng: Random, outlet: Outlet, day: date) -> Sale:
    sale = open_sale(rng, outlet, day, "layby_open")
    sale.begins(LAYBY)
    sell(sale, rng.choice(WOOL))
    pay(sale, EFTPOS, Decimal(30))
    return sale


def _on_account(rng: Random, outlet: Outlet, day: date, over: datetime) -> Sale:
    """The goods leave at once; the account is paid in two parts and then the sale closes."""
    sale = open_sale(rng, outlet, day, "on_account")
    sale.begins(ONACCOUNT)
    sale.customer = next(iter(TRADE_CUSTOMERS))
    sell(sale, rng.choice(TEE), 3)
    _instalment(sale, Decimal(60), SECOND, over + timedelta(days=1, hours=3))
    _instalment(sale, None, THIRD, over + timedelta(days=3, hours=1))
    sale.happens(THIRD, over + timedelta(days=3, hours=1), ONACCOUNT_CLOSED)
    return sale


def _on_account_open(rng: Random, outlet: Outlet, day: date) -> Sale:
    sale = open_sale(rng, outlet, day, "on_account_open")
    sale.begins(ONACCOUNT)
    sale.customer = list(TRADE_CUSTOMERS)[1]
    sell(sale, rng.choice(HOODIE), 2)
    pay(sale, EFTPOS, Decimal(20))
    return sale


def _pick_up(rng: Random, outlet: Outlet, day: date, over: datetime) -> Sale:
    """Paid on the web, fetched later."""
    sale = open_sale(rng, outlet, day, "pick_up")
    sale.begins(AWAITING_PICKUP)
    sale.source = "ECOMMERCE"
    plain_sale(rng, sale)
    sale.happens(SECOND, over + timedelta(days=1), PICKED_UP_CLOSED)
    return sale


def _parked(rng: Random, outlet: Outlet, day: date) -> Sale:
    sale = open_sale(rng, outlet, day, "parked")
    sale.begins(SAVED)
    sell(sale, MUG, 2)
    return sale


def _abandoned_return(rng: Random, day: date, earlier: list[Sale]) -> list[Sale]:
    """A return that was begun and left: all lines negated, no payment, parked for ever."""
    sale = open_sale(rng, AUCKLAND, day, "abandoned_return", hour=17)
    sale.begins(SAVED)
    fitting = [s for s in earlier if s.rung_at < sale.rung_at and returnable(s)]
    if not fitting:
        return []
    original = rng.choice(fitting)
    sale.original, sale.customer = original, original.customer
    for line in original.lines:
        negated = Line(line.product, -line.quantity, line.price, line.tax, line.discount)
        negated.is_return = negated.is_price_set = True
        sale.lines.append(negated)
    return [sale]


def _open(rng: Random, outlet: Outlet, day: date) -> Sale:
    sale = open_sale(rng, outlet, day, "open")
    sale.begins(OPEN)
    sell(sale, rng.choice(TEE))
    return sale


def _voided(rng: Random, outlet: Outlet, day: date) -> Sale:
    """Closed and voided the same day; lines, totals and payments stay as they were."""
    sale = open_sale(rng, outlet, day, "voided")
    plain_sale(rng, sale)
    sale.happens(1, sale.created_at + timedelta(minutes=20), VOIDED)
    return sale


def _deleted(rng: Random, outlet: Outlet, day: date) -> Sale:
    """Still CLOSED, still in the feed: only deleted_at tells."""
    sale = open_sale(rng, outlet, day, "deleted")
    plain_sale(rng, sale)
    sale.deleted_at = sale.created_at + timedelta(hours=2)
    sale.happens(1, sale.deleted_at)
    return sale


def _quote(rng: Random, outlet: Outlet, day: date) -> Sale:
    sale = open_sale(rng, outlet, day, "quote")
    sale.begins(QUOTE)
    sale.source = "QUOTE"
    sell(sale, rng.choice(JACKET), 10)
    return sale


def _without_lines(rng: Random, outlet: Outlet, day: date) -> Sale:
    sale = open_sale(rng, outlet, day, "without_lines")
    assert not ring_up(sale).total
    return sale


def _synced_late(rng: Random, outlet: Outlet, day: date, over: datetime) -> Sale:
    """Rung while the till was offline: the date is old, the server hears of it after the week."""
    sale = open_sale(rng, outlet, day, "synced_late")
    plain_sale(rng, sale)
    sale.created_at = over + timedelta(hours=20, minutes=rng.randint(0, 50))
    sale.begins(CLOSED, stage=SECOND)
    sale.is_late = True
    return sale
