"""Prima's own VAT arithmetic: rounded per line to the penny, half away from zero.

Which rate applies is the catalogue's business.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

PENNY = Decimal("0.01")


def included(gross: Decimal, rate: Decimal) -> Decimal:
    """The VAT inside a price that carries it."""
    return _to_the_penny(gross * rate / (1 + rate))


def on_top(net: Decimal, rate: Decimal) -> Decimal:
    """The VAT to add to a price that does not carry it."""
    return _to_the_penny(net * rate)


def _to_the_penny(amount: Decimal) -> Decimal:
    # decimal's ROUND_HALF_UP rounds halves away from zero, on both sides of it.
    return amount.quantize(PENNY, ROUND_HALF_UP)
