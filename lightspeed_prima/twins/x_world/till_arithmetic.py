"""How X-Series rounds: prices without tax to five decimals, totals to the cent, half away from zero.

Written from docs/wire_notes.md and sharing nothing with the pipeline. What is rounded belongs to till.py.
"""

from __future__ import annotations

from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
FIVE_PLACES = Decimal("0.00001")
ZERO = Decimal(0)


def half_up(amount: Decimal) -> Decimal:
    """To the cent, half away from zero."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def without_tax(label_price: Decimal, rate: Decimal) -> Decimal:
    """A label price less the tax in it, as X-Series stores it."""
    return (label_price / (1 + rate)).quantize(FIVE_PLACES, rounding=ROUND_HALF_UP)


def to_coins(amount: Decimal, unit: Decimal) -> Decimal:
    """To the smallest coin; half a coin is let go."""
    return (amount / unit).quantize(Decimal(1), rounding=ROUND_HALF_DOWN) * unit
