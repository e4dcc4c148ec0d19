"""The ordinary sales of an X-Series till: what each kind of them looks like and how often it happens.

What brings goods back belongs to returns.py, what lasts longer than a visit to lives.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random

from lightspeed_prima.twins.x_world.catalogue import (
    CAP,
    DISCOUNT,
    EMBROIDERY,
    GARMENTS,
    GIFT_BOX,
    GIFT_CARD_PRODUCT,
    HEMMING,
    HOMEWARE,
    HOODIE,
    LAST_YEAR,
    LOYALTY_OFF,
    MUG,
    TEE,
    TOWEL,
    Product,
)
from lightspeed_prima.twins.x_world.retailer import (
    CASH,
    CASH_UNIT,
    CREDIT_CARD,
    EFTPOS,
    GIFT_CARD,
    RETAIL_CUSTOMERS,
    TRADE_CUSTOMERS,
    PaymentType,
)
from lightspeed_prima.twins.x_world.till import Adjustment, Line, Payment, Sale, paid, priced, ring_up
from lightspeed_prima.twins.x_world.till_arithmetic import CENT, to_coins

GIFT_CARD_VALUES = (Decimal(25), Decimal(50), Decimal(100))


@dataclass(frozen=True)
class Story:
    """A kind of sale and its share of the week."""

    name: str
    share: Decimal
    tell: Callable[[Random, Sale], None]


def sell(sale: Sale, product: Product, quantity: int = 1, off: Decimal = Decimal(0)) -> Line:
    """Put a product on the sale at its label price, less a discount per unit."""
    line = priced(product, quantity, product.price, off)
    sale.lines.append(line)
    return line


def any_goods(rng: Random) -> Product:
    """Mostly clothes, sometimes what lies beside the till."""
    return rng.choice(GARMENTS) if rng.random() < 0.7 else rng.choice(HOMEWARE)


def settle(sale: Sale, payment_type: PaymentType) -> Payment:
    """Pay (or pay back) what is still open, in coins when it is cash."""
    open_amount = ring_up(sale).total - paid(sale)
    if payment_type is CASH:
        open_amount = to_coins(open_amount, CASH_UNIT)
    return pay(sale, payment_type, open_amount)


def pay(sale: Sale, payment_type: PaymentType, amount: Decimal) -> Payment:
    """Take one tender."""
    payment = Payment(payment_type, amount.quantize(CENT), sale.rung_at)
    sale.payments.append(payment)
    return payment


def plain_sale(rng: Random, sale: Sale) -> None:
    """One thing, paid by card."""
    sell(sale, any_goods(rng))
    settle(sale, rng.choice((CREDIT_CARD, EFTPOS)))


def _multi_line(rng: Random, sale: Sale) -> None:
    for _ in range(rng.randint(2, 4)):
        sell(sale, any_goods(rng), rng.choice((1, 1, 2, 3)))
    settle(sale, CREDIT_CARD)


def _residual(_: Random, sale: Sale) -> None:
    """Three lines of 4.95: what rounding leaves over lands in the last line's components."""
    for _line in range(3):
        sell(sale, TOWEL)
    settle(sale, EFTPOS)


def _line_discount(rng: Random, sale: Sale) -> None:
    sell(sale, MUG, rng.randint(1, 3), off=Decimal(1))
    sell(sale, rng.choice(TEE), off=Decimal("4.90"))
    settle(sale, CREDIT_CARD)


def _half_cents(rng: Random, sale: Sale) -> None:
    """Ten percent off 89.95, twice: two lines of 80.955 that cost 161.91 and not 161.92."""
    for size in rng.sample(HOODIE, 2):
        sell(sale, size, off=size.price / 10)
    settle(sale, EFTPOS)


def _sale_discount(rng: Random, sale: Sale) -> None:
    for _ in range(rng.randint(1, 3)):
        sell(sale, any_goods(rng))
    _take_off(sale, DISCOUNT, rng.choice((Decimal(2), Decimal("3.50"))))
    settle(sale, CREDIT_CARD)


def _loyalty_reward(rng: Random, sale: Sale) -> None:
    """A loyalty app takes its reward off through a product of its own: negative, and nothing comes back."""
    sell(sale, rng.choice(GARMENTS))
    _take_off(sale, LOYALTY_OFF, Decimal(10))
    settle(sale, EFTPOS)


def _take_off(sale: Sale, product: Product, amount: Decimal) -> None:
    line = priced(product, -1, amount)
    line.is_price_set = True
    sale.lines.append(line)


def _split_tender(rng: Random, sale: Sale) -> None:
    """A card that was declined afterwards stays on the sale as a deleted payment."""
    sell(sale, rng.choice(GARMENTS))
    sell(sale, any_goods(rng))
    declined = pay(sale, CREDIT_CARD, ring_up(sale).total)
    declined.deleted_at = sale.rung_at + timedelta(minutes=1)
    pay(sale, CASH, Decimal(20))
    settle(sale, EFTPOS)


def _cash(rng: Random, sale: Sale) -> None:
    """Of 14.95 the till takes 14.90: the coins end at ten cents."""
    sell(sale, rng.choice((MUG, TOWEL, TEE[0], CAP)), rng.choice((1, 1, 3)))
    settle(sale, CASH)


def _cash_with_change(rng: Random, sale: Sale) -> None:
    """Fifty is handed over and the change is a negative payment of its own."""
    sell(sale, rng.choice(TEE))
    pay(sale, CASH, Decimal(50))
    settle(sale, CASH)


def _known_customer(rng: Random, sale: Sale) -> None:
    sale.customer = rng.choice((*RETAIL_CUSTOMERS, *TRADE_CUSTOMERS))
    sell(sale, any_goods(rng), rng.choice((1, 2)))
    settle(sale, CREDIT_CARD)


def _service(rng: Random, sale: Sale) -> None:
    sell(sale, rng.choice((HEMMING, EMBROIDERY))).note = "By Friday"
    sale.lines[-1].is_price_set = True
    if rng.random() < 0.5:
        sell(sale, rng.choice(GARMENTS))
    settle(sale, CREDIT_CARD)


def _gift_card_sold(rng: Random, sale: Sale) -> None:
    """The card is the last line and bears no tax, so the residual belongs to the line before it."""
    if rng.random() < 0.6:
        sell(sale, any_goods(rng))
    line = priced(GIFT_CARD_PRODUCT, 1, rng.choice(GIFT_CARD_VALUES))
    line.is_price_set = True
    line.gift_card_number = f"GC{rng.randrange(1_000_000):06d}"
    sale.lines.append(line)
    settle(sale, CREDIT_CARD)


def _gift_card_redeemed(rng: Random, sale: Sale) -> None:
    sell(sale, rng.choice(HOODIE))
    pay(sale, GIFT_CARD, rng.choice(GIFT_CARD_VALUES[:2]))
    settle(sale, EFTPOS)


def _non_cash_fee(rng: Random, sale: Sale) -> None:
    sell(sale, any_goods(rng))
    sale.adjustments.append(Adjustment("NON_CASH_FEE", "Non-cash Fee", Decimal("1.50")))
    settle(sale, CREDIT_CARD)


def _tip(rng: Random, sale: Sale) -> None:
    sell(sale, HEMMING)
    sell(sale, any_goods(rng))
    sale.adjustments.append(Adjustment("TIP", "Tip", rng.choice((Decimal(2), Decimal("5.25")))))
    settle(sale, CREDIT_CARD)


def _composite(_: Random, sale: Sale) -> None:
    sell(sale, GIFT_BOX)
    settle(sale, EFTPOS)


def _archived_product(rng: Random, sale: Sale) -> None:
    """Sold while it was there; only `deleted=true` still lists it."""
    sell(sale, LAST_YEAR, rng.choice((1, 2)))
    settle(sale, CREDIT_CARD)


def _story(name: str, share: str, tell: Callable[[Random, Sale], None]) -> Story:
    return Story(name, Decimal(share), tell)


STORIES = (
    _story("multi_line", "0.14", _multi_line),
    _story("residual", "0.03", _residual),
    _story("line_discount", "0.07", _line_discount),
    _story("half_cents", "0.015", _half_cents),
    _story("sale_discount", "0.05", _sale_discount),
    _story("loyalty_reward", "0.015", _loyalty_reward),
    _story("split_tender", "0.06", _split_tender),
    _story("cash", "0.08", _cash),
    _story("cash_with_change", "0.03", _cash_with_change),
    _story("known_customer", "0.04", _known_customer),
    _story("service", "0.03", _service),
    _story("gift_card_sold", "0.03", _gift_card_sold),
    _story("gift_card_redeemed", "0.03", _gift_card_redeemed),
    _story("non_cash_fee", "0.02", _non_cash_fee),
    _story("tip", "0.015", _tip),
    _story("composite", "0.015", _composite),
    _story("archived_product", "0.015", _archived_product),
)
PLAIN = _story("plain", "0", plain_sale)
