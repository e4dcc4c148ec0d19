"""What goes wrong on purpose in the X-Series world: each kind alone, so that it raises its own code only.

Honest trade belongs to week.py.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from lightspeed_prima.twins.x_world.catalogue import GARMENTS, GHOST, HOODIE, KEPLER, TEE
from lightspeed_prima.twins.x_world.retailer import (
    AUCKLAND,
    CHATHAM,
    EFTPOS,
    LOYALTY,
    MALL_VOUCHER,
    STORE_CREDIT,
    Outlet,
    PaymentType,
)
from lightspeed_prima.twins.x_world.returns import bring_back
from lightspeed_prima.twins.x_world.stories import plain_sale, sell, settle
from lightspeed_prima.twins.x_world.till import Adjustment, Sale, priced
from lightspeed_prima.twins.x_world.week import open_sale

TAX_OFF_BY = Decimal("0.05")
TILL_SHORT_BY = Decimal("5.00")


def deliberate_trouble(rng: Random, first_day: date, days: int) -> list[Sale]:
    """The sales that must be held, on days early in the week."""
    early = max(1, days - 3)

    def day(number: int) -> date:
        return first_day + timedelta(days=number % early)

    unmapped = _unmapped_sku(rng, AUCKLAND, day(1))
    return [
        unmapped,
        _unlisted_product(rng, AUCKLAND, day(2)),
        _return_of_held(rng, unmapped, day(1)),
        _unreferenced_return(rng, AUCKLAND, day(2)),
        _unreferenced_return(rng, CHATHAM, day(3)),
        _tax_off(rng, CHATHAM, day(1)),
        _unmapped_tender(rng, AUCKLAND, day(0), MALL_VOUCHER),
        _unmapped_tender(rng, AUCKLAND, day(3), LOYALTY),
        _tenders_short(rng, AUCKLAND, day(2)),
        _unknown_adjustment(rng, AUCKLAND, day(3)),
        _unreadable(rng, CHATHAM, day(2)),
    ]


def _unmapped_sku(rng: Random, outlet: Outlet, day: date) -> Sale:
    sale = open_sale(rng, outlet, day, "unmapped_sku", hour=10)
    sell(sale, rng.choice(KEPLER))
    sell(sale, rng.choice(TEE))
    settle(sale, EFTPOS)
    sale.trouble = ("SKU_UNMAPPED",)
    return sale


def _unlisted_product(rng: Random, outlet: Outlet, day: date) -> Sale:
    """A product that no list shows, so that nobody can tell its SKU."""
    sale = open_sale(rng, outlet, day, "unlisted_product")
    sell(sale, GHOST)
    settle(sale, EFTPOS)
    sale.trouble = ("SKU_UNMAPPED",)
    return sale


def _return_of_held(rng: Random, original: Sale, day: date) -> Sale:
    """Brings back the mapped shirt of the held sale: nothing is wrong with the return itself."""
    sale = open_sale(rng, original.outlet, day, "return_of_held", hour=16)
    bring_back(sale, original, original.lines[1], 1)
    settle(sale, EFTPOS)
    sale.trouble = ("WAITING_FOR_ORIGINAL",)
    return sale


def _unreferenced_return(rng: Random, outlet: Outlet, day: date) -> Sale:
    """No original, and not even a flag that says it is a return: only the quantity is negative."""
    sale = open_sale(rng, outlet, day, "unreferenced_return")
    product = rng.choice(GARMENTS)
    sale.lines.append(priced(product, -1, product.price))
    settle(sale, STORE_CREDIT)
    sale.trouble = ("REFUND_UNLINKED",)
    return sale


def _tax_off(rng: Random, outlet: Outlet, day: date) -> Sale:
    """Paid in full and adding up, but the tax is not what the rate says."""
    sale = open_sale(rng, outlet, day, "tax_off")
    sell(sale, rng.choice(HOODIE)).tax += TAX_OFF_BY
    settle(sale, EFTPOS)
    sale.trouble = ("TAX_MISMATCH",)
    return sale


def _unmapped_tender(rng: Random, outlet: Outlet, day: date, payment_type: PaymentType) -> Sale:
    """One listed and unmapped, one internal, which the list of payment types does not even show."""
    sale = open_sale(rng, outlet, day, "unmapped_tender")
    sell(sale, rng.choice(GARMENTS))
    settle(sale, payment_type)
    sale.trouble = ("TENDER_UNMAPPED",)
    return sale


def _tenders_short(rng: Random, outlet: Outlet, day: date) -> Sale:
    sale = open_sale(rng, outlet, day, "tenders_short")
    sell(sale, rng.choice(GARMENTS))
    settle(sale, EFTPOS).amount -= TILL_SHORT_BY
    sale.trouble = ("OUT_OF_BALANCE",)
    return sale


def _unknown_adjustment(rng: Random, outlet: Outlet, day: date) -> Sale:
    """The vendor reserves the right to add types; nothing says what this one is."""
    sale = open_sale(rng, outlet, day, "unknown_adjustment")
    sell(sale, rng.choice(GARMENTS))
    sale.adjustments.append(Adjustment("DONATION", "Round up for the rescue boat", Decimal(2)))
    settle(sale, EFTPOS)
    sale.trouble = ("NON_STOCK_UNMAPPED",)
    return sale


def _unreadable(rng: Random, outlet: Outlet, day: date) -> Sale:
    sale = open_sale(rng, outlet, day, "unreadable")
    plain_sale(rng, sale)
    sale.is_unreadable = True
    sale.trouble = ("BAD_PAYLOAD",)
    return sale
