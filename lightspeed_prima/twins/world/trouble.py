"""What goes wrong on purpose: each kind of trouble alone, so that it raises its own code and no other.

Also the sales that arrive late, which are in order but come after their day was closed. Honest trade belongs
to week.py.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from lightspeed_prima.twins.world.catalogue import SALEABLE_SHOES, UNMAPPED_SHOES
from lightspeed_prima.twins.world.returns import bring_back, pay_back
from lightspeed_prima.twins.world.shops import AMSTERDAM, CARD, CASH, DUBLIN, KINSALE, TOWN_VOUCHER, Shop
from lightspeed_prima.twins.world.stories import plain_sale, sell, settle
from lightspeed_prima.twins.world.till import Line, Sale
from lightspeed_prima.twins.world.week import open_sale

REVEALED_LATE = 2
LATE_NEEDS_DAYS = 4
TAX_OFF_BY = Decimal("0.05")
TILL_SHORT_BY = Decimal("5.00")


def deliberate_trouble(rng: Random, first_day: date, days: int) -> list[Sale]:
    """The sales that must be held, on days early in the week."""
    early = max(1, days - 3)

    def day(number: int) -> date:
        return first_day + timedelta(days=number % early)

    first_unmapped = _unmapped_sku(rng, DUBLIN, day(1))
    return [
        first_unmapped,
        _unmapped_sku(rng, AMSTERDAM, day(2)),
        _refund_of_held(rng, first_unmapped, day(1)),
        _unlinked_return(rng, DUBLIN, day(1)),
        _unlinked_return(rng, AMSTERDAM, day(3)),
        _tax_off(rng, AMSTERDAM, day(2)),
        _tax_off(rng, KINSALE, day(3)),
        _unmapped_tender(rng, DUBLIN, day(2)),
        _unmapped_tender(rng, KINSALE, day(3)),
        _tenders_short(rng, AMSTERDAM, day(3)),
        _unreadable(rng, KINSALE, day(1)),
    ]


def late_sales(rng: Random, first_day: date, days: int, earlier: list[Sale]) -> list[Sale]:
    """Sales rung up while a till was offline: completed days ago, known to Lightspeed after the week."""
    if days < LATE_NEEDS_DAYS:
        return []
    week_over = datetime.combine(first_day + timedelta(days=days), datetime.min.time(), DUBLIN.time_zone)
    late = [
        _late(rng, DUBLIN, first_day + timedelta(days=days - 3)),
        _late(rng, AMSTERDAM, first_day + timedelta(days=days - 3)),
        _late(rng, DUBLIN, first_day + timedelta(days=days - 2)),
    ]
    refund = _late_refund(rng, first_day + timedelta(days=days - 2), earlier)
    late += [refund] if refund else []
    for number, sale in enumerate(late):
        sale.updated_at = week_over + timedelta(hours=6, minutes=30 + number)
        sale.stage = REVEALED_LATE
    return late


def _unmapped_sku(rng: Random, shop: Shop, day: date) -> Sale:
    sale = open_sale(rng, shop, day, "unmapped_sku")
    sell(sale, rng.choice(UNMAPPED_SHOES))
    sell(sale, rng.choice(SALEABLE_SHOES))
    settle(sale, CARD)
    sale.trouble = ("SKU_UNMAPPED",)
    return sale


def _refund_of_held(rng: Random, original: Sale, day: date) -> Sale:
    """Brings back the mapped shoe of the held sale: nothing is wrong with the refund itself."""
    sale = open_sale(rng, original.shop, day, "refund_of_held", afternoon=True)
    delay = timedelta(days=1) if sale.opened_at < original.updated_at else timedelta()
    _move(sale, delay)
    bring_back(sale, original.lines[1], 1)
    pay_back(sale, original)
    sale.trouble = ("WAITING_FOR_ORIGINAL",)
    return sale


def _unlinked_return(rng: Random, shop: Shop, day: date) -> Sale:
    sale = open_sale(rng, shop, day, "unlinked_return")
    item = rng.choice(SALEABLE_SHOES)
    sale.add(Line(item, -1, item.price_in(shop), item.tax_class))
    settle(sale, CASH)
    sale.trouble = ("REFUND_UNLINKED",)
    return sale


def _tax_off(rng: Random, shop: Shop, day: date) -> Sale:
    """Paid in full and adding up, but the tax is not what the rate says."""
    sale = open_sale(rng, shop, day, "tax_off")
    sell(sale, rng.choice(SALEABLE_SHOES)).tax_off_by = TAX_OFF_BY
    settle(sale, CARD)
    sale.trouble = ("TAX_MISMATCH",)
    return sale


def _unmapped_tender(rng: Random, shop: Shop, day: date) -> Sale:
    sale = open_sale(rng, shop, day, "unmapped_tender")
    sell(sale, rng.choice(SALEABLE_SHOES))
    settle(sale, TOWN_VOUCHER)
    sale.trouble = ("TENDER_UNMAPPED",)
    return sale


def _tenders_short(rng: Random, shop: Shop, day: date) -> Sale:
    sale = open_sale(rng, shop, day, "tenders_short")
    sell(sale, rng.choice(SALEABLE_SHOES))
    settle(sale, CARD).amount -= TILL_SHORT_BY
    sale.trouble = ("OUT_OF_BALANCE",)
    return sale


def _unreadable(rng: Random, shop: Shop, day: date) -> Sale:
    sale = open_sale(rng, shop, day, "unreadable")
    plain_sale(rng, sale)
    sale.unreadable = True
    sale.trouble = ("BAD_PAYLOAD",)
    return sale


def _late(rng: Random, shop: Shop, day: date) -> Sale:
    sale = open_sale(rng, shop, day, "late")
    plain_sale(rng, sale)
    return sale


def _late_refund(rng: Random, day: date, earlier: list[Sale]) -> Sale | None:
    sale = open_sale(rng, AMSTERDAM, day, "late_refund", afternoon=True)
    fitting = [
        s
        for s in earlier
        if s.story == "plain"
        and s.shop is AMSTERDAM
        and s.completed_at is not None
        and s.completed_at < sale.opened_at
        and s.lines[0].brought_back == 0
    ]
    if not fitting:
        return None
    original = rng.choice(fitting)
    bring_back(sale, original.lines[0], 1)
    pay_back(sale, original)
    return sale


def _move(sale: Sale, delay: timedelta) -> None:
    assert sale.completed_at is not None
    sale.opened_at += delay
    sale.completed_at += delay
    sale.updated_at += delay
