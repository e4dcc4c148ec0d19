"""What happens at the counter when somebody buys: one function per kind of sale.

Each fills an empty sale with lines and tenders. Goods that come back belong to returns.py, how often a story
happens to week.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random

from lightspeed_prima.twins.world.catalogue import (
    ACCESSORIES,
    CHILDRENS_SHOES,
    RESOLE,
    SALEABLE_SHOES,
    STRETCH,
    Item,
)
from lightspeed_prima.twins.world.shops import (
    AMEX,
    AMSTERDAM,
    CARD,
    CASH,
    CLASS_GIFT_CARD,
    CLASS_GOODS,
    CLASS_LABOUR,
    GIFT_CARD,
    RETAIL_CUSTOMERS,
    SHOPS,
    TRADE_CUSTOMERS,
    PaymentType,
    Shop,
)
from lightspeed_prima.twins.world.till import ZERO, Line, Payment, Sale, paid, ring_up

IRISH_SHOPS = tuple(shop for shop in SHOPS if shop is not AMSTERDAM)
GIFT_CARD_VALUES = (Decimal(25), Decimal(50), Decimal(75), Decimal(100))
FIRST_GIFT_CARD_ACCOUNT = 101


@dataclass(frozen=True)
class Story:
    """A kind of sale: its share of the week, where it can happen, how it goes."""

    name: str
    share: Decimal
    tell: Callable[[Random, Sale], None]
    shops: tuple[Shop, ...] = SHOPS
    ends_next_day: bool = False


def sell(sale: Sale, item: Item, quantity: int = 1) -> Line:
    """Put an item on the sale at the shop's own price."""
    return sale.add(Line(item, quantity, item.price_in(sale.shop), item.tax_class))


def any_goods(rng: Random) -> Item:
    """Mostly shoes, sometimes what goes with them."""
    return rng.choice(SALEABLE_SHOES) if rng.random() < 0.75 else rng.choice(ACCESSORIES)


def settle(sale: Sale, payment_type: PaymentType) -> Payment:
    """Pay (or pay back) what is still open with one tender."""
    payment = Payment(payment_type, ring_up(sale).total - paid(sale))
    sale.payments.append(payment)
    return payment


def plain_sale(rng: Random, sale: Sale) -> None:
    """One thing, paid by card."""
    sell(sale, any_goods(rng))
    settle(sale, CARD)


def _multi_line(rng: Random, sale: Sale) -> None:
    for _ in range(rng.randint(2, 4)):
        sell(sale, any_goods(rng), rng.choice((1, 1, 1, 2)))
    settle(sale, CARD)


def _line_discount(rng: Random, sale: Sale) -> None:
    sell(sale, any_goods(rng)).discount_percent = rng.choice((Decimal("0.1"), Decimal("0.15")))
    if rng.random() < 0.5:
        sell(sale, rng.choice(ACCESSORIES))
    settle(sale, CARD)


def _five_off(rng: Random, sale: Sale) -> None:
    sell(sale, rng.choice(SALEABLE_SHOES)).discount_each = Decimal(5)
    settle(sale, CARD)


def _sale_discount(rng: Random, sale: Sale) -> None:
    sale.discount_percent = rng.choice((Decimal("0.1"), Decimal("0.2")))
    for _ in range(rng.randint(1, 3)):
        sell(sale, any_goods(rng))
    settle(sale, CARD)


def _split_tender(rng: Random, sale: Sale) -> None:
    sell(sale, rng.choice(SALEABLE_SHOES))
    sell(sale, any_goods(rng))
    sale.payments.append(Payment(CASH, Decimal(rng.choice((20, 30, 50)))))
    settle(sale, rng.choice((CARD, AMEX)))


def _cash_with_change(rng: Random, sale: Sale) -> None:
    sell(sale, any_goods(rng))
    payment = settle(sale, CASH)
    # The tender is stored net of the change: docs/wire_notes.md.
    sale.change = -payment.amount % 10


def _archived_tender(rng: Random, sale: Sale) -> None:
    sell(sale, any_goods(rng))
    sale.payments.append(Payment(AMEX, ring_up(sale).total, archived=True))
    settle(sale, CARD)


def _zero_cash_rows(rng: Random, sale: Sale) -> None:
    sell(sale, any_goods(rng))
    sale.payments.extend(Payment(CASH, ZERO) for _ in range(rng.randint(1, 3)))
    settle(sale, CARD)


def _known_customer(rng: Random, sale: Sale) -> None:
    known = RETAIL_CUSTOMERS if sale.shop.tax.inclusive else TRADE_CUSTOMERS
    sale.customer_id = rng.choice(known).customer_id
    sell(sale, any_goods(rng), rng.choice((1, 2)))
    settle(sale, CARD)
    # The customer's name was put on the sale after it was completed: only updateTime tells.
    sale.updated_at += timedelta(minutes=rng.randint(1, 20))


def _misc_charge(rng: Random, sale: Sale) -> None:
    note, price = rng.choice((("Hemming", Decimal(12)), ("Repair", Decimal("18.50"))))
    sale.add(Line(None, 1, price, rng.choice((CLASS_GOODS, CLASS_LABOUR)), note=note))
    if rng.random() < 0.6:
        sell(sale, any_goods(rng))
    settle(sale, CARD)


def _service(rng: Random, sale: Sale) -> None:
    price = RESOLE.price_in(sale.shop) + rng.choice((0, 5, 10))
    sale.add(Line(RESOLE, 1, price, RESOLE.tax_class, note="Leather sole, heel to match"))
    settle(sale, rng.choice((CARD, CASH)))


def _service_by_sku(rng: Random, sale: Sale) -> None:
    sell(sale, STRETCH)
    sell(sale, rng.choice(SALEABLE_SHOES))
    settle(sale, CARD)


def _gift_card_with_item(rng: Random, sale: Sale) -> None:
    _load_gift_card(rng, sale)
    sell(sale, any_goods(rng))
    settle(sale, CARD)


def _gift_card_alone(rng: Random, sale: Sale) -> None:
    _load_gift_card(rng, sale)
    settle(sale, rng.choice((CARD, CASH)))


def _load_gift_card(rng: Random, sale: Sale) -> None:
    value = rng.choice(GIFT_CARD_VALUES)
    line = sale.add(Line(None, 1, ZERO, CLASS_GIFT_CARD, note="Gift Card Purchase", gift_card_value=value))
    account = str(FIRST_GIFT_CARD_ACCOUNT + rng.randint(0, 400))
    sale.payments.append(Payment(GIFT_CARD, -value, loads=line, credit_account_id=account))


def _gift_card_redeemed(rng: Random, sale: Sale) -> None:
    sell(sale, rng.choice(ACCESSORIES))
    settle(sale, GIFT_CARD).credit_account_id = str(FIRST_GIFT_CARD_ACCOUNT + rng.randint(0, 400))


def _gift_card_in_part(rng: Random, sale: Sale) -> None:
    sell(sale, rng.choice(SALEABLE_SHOES))
    account = str(FIRST_GIFT_CARD_ACCOUNT + rng.randint(0, 400))
    sale.payments.append(Payment(GIFT_CARD, rng.choice(GIFT_CARD_VALUES[:2]), credit_account_id=account))
    settle(sale, CARD)


def _zero_rated(rng: Random, sale: Sale) -> None:
    sell(sale, rng.choice(CHILDRENS_SHOES), rng.choice((1, 2)))
    settle(sale, CARD)


def _mixed_rates(rng: Random, sale: Sale) -> None:
    sell(sale, rng.choice(CHILDRENS_SHOES))
    sell(sale, any_goods(rng))
    settle(sale, CARD)


def _after_midnight(rng: Random, sale: Sale) -> None:
    """A late opening: 00:20 in Amsterdam is still yesterday in UTC."""
    assert sale.completed_at is not None
    night = sale.completed_at.astimezone(sale.shop.time_zone).replace(hour=0, minute=rng.randint(5, 50))
    sale.opened_at, sale.completed_at, sale.updated_at = night - timedelta(minutes=2), night, night
    plain_sale(rng, sale)


def _parked(rng: Random, sale: Sale) -> None:
    """Opened now, completed the day after: a low sale id with a late completion."""
    assert sale.completed_at is not None
    sale.completed_at += timedelta(days=1)
    sale.updated_at = sale.completed_at
    plain_sale(rng, sale)


def _never_completed(rng: Random, sale: Sale) -> None:
    sell(sale, any_goods(rng))
    sale.completed_at, sale.updated_at = None, sale.opened_at
    if rng.random() < 0.4:
        sale.payments.append(Payment(CASH, ZERO))


def _voided_while_open(rng: Random, sale: Sale) -> None:
    sell(sale, any_goods(rng))
    sale.voided_at = sale.opened_at + timedelta(minutes=4)
    sale.completed_at, sale.updated_at = None, sale.opened_at


def _voided_when_complete(rng: Random, sale: Sale) -> None:
    assert sale.completed_at is not None
    plain_sale(rng, sale)
    sale.voided_at = sale.completed_at + timedelta(minutes=9)


def _both_discounts(rng: Random, sale: Sale) -> None:
    """Markdowns on the lines and on the sale: line taxes rounded one by one miss the sale's tax by a cent."""
    for _ in range(3):
        sell(sale, rng.choice(ACCESSORIES)).discount_percent = Decimal("0.15")
    sale.discount_percent = Decimal("0.1")
    settle(sale, CARD)


def _story(
    name: str, share: str, tell: Callable[[Random, Sale], None], shops: tuple[Shop, ...] = SHOPS
) -> Story:
    return Story(name, Decimal(share), tell, shops)


STORIES = (
    _story("multi_line", "0.13", _multi_line),
    _story("line_discount", "0.07", _line_discount),
    _story("five_off", "0.02", _five_off),
    _story("sale_discount", "0.05", _sale_discount),
    _story("both_discounts", "0.02", _both_discounts),
    _story("split_tender", "0.06", _split_tender),
    _story("cash_with_change", "0.10", _cash_with_change),
    _story("archived_tender", "0.02", _archived_tender),
    _story("zero_cash_rows", "0.02", _zero_cash_rows),
    _story("known_customer", "0.04", _known_customer),
    _story("misc_charge", "0.025", _misc_charge, IRISH_SHOPS),
    _story("service", "0.02", _service, IRISH_SHOPS),
    _story("service_by_sku", "0.01", _service_by_sku, IRISH_SHOPS),
    _story("gift_card_with_item", "0.02", _gift_card_with_item),
    _story("gift_card_alone", "0.015", _gift_card_alone),
    _story("gift_card_redeemed", "0.025", _gift_card_redeemed),
    _story("gift_card_in_part", "0.01", _gift_card_in_part),
    _story("zero_rated", "0.025", _zero_rated, IRISH_SHOPS),
    _story("mixed_rates", "0.03", _mixed_rates, IRISH_SHOPS),
    _story("after_midnight", "0.012", _after_midnight, (AMSTERDAM,)),
    Story("parked", Decimal("0.01"), _parked, ends_next_day=True),
    _story("never_completed", "0.01", _never_completed),
    _story("voided_while_open", "0.012", _voided_while_open),
    _story("voided_when_complete", "0.01", _voided_when_complete),
)
PLAIN = _story("plain", "0", plain_sale)
