"""The kinds of values in a sale that both shapes share, and the limits of figures.

What does not belong here: where in a sale they stand; each shape has its own module.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

Identity = Annotated[str, Meta(min_length=1)]
Moment = Annotated[datetime, Meta(tz=True)]
OptionalFigure = Decimal | None | UnsetType
Problem = tuple[str, str]
"""The JSON path of a field, and what is wrong there in words."""

# More than the DECIMAL(18,8) of the staging models can hold, so it could only be read as nothing.
_TOO_BIG = Decimal(10) ** 10


class TaxComponent(Struct):
    """The tax of a line at one rate. Their sum is the tax of the sale; that of the lines is not."""

    rate_id: Identity
    total_tax: Decimal


class Adjustment(Struct):
    """Money in the total that is in no line. The vendor's examples use `type` and `adjustment_type`."""

    total: OptionalFigure = UNSET
    value: OptionalFigure = UNSET


def unreasonable(figures: Iterable[tuple[str, OptionalFigure]]) -> Problem | None:
    """The first figure that no till can mean."""
    for path, figure in figures:
        if isinstance(figure, Decimal) and (not figure.is_finite() or abs(figure) >= _TOO_BIG):
            return path, f"expected a number within reason, got {figure}"
    return None


def broken_pieces(quantities: Iterable[tuple[str, Decimal]]) -> Problem | None:
    """The first quantity that is not whole: Prima counts pieces."""
    for path, quantity in quantities:
        if quantity % 1:
            return path, f"expected a whole number, got {quantity}"
    return None


def worthless(adjustments: Iterable[Adjustment]) -> Problem | None:
    """The first adjustment that does not say how much."""
    for number, adjustment in enumerate(adjustments):
        if not any(isinstance(figure, Decimal) for figure in (adjustment.total, adjustment.value)):
            return f"$.adjustments[{number}]", "neither total nor value says how much"
    return None
