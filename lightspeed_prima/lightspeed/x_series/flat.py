"""The skeleton of a sale in the flat shape of version 2.0: what money and identity rest on.

What does not belong here: meaning, and keys that nothing rests on. 2.0 says most figures under two names;
either will do.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import chain

from msgspec import UNSET, Struct

from lightspeed_prima.lightspeed.x_series.values import (
    Adjustment,
    Identity,
    Moment,
    OptionalFigure,
    Problem,
    TaxComponent,
    broken_pieces,
    unreasonable,
    worthless,
)

_TWO_NAMES = (("price", "unit_price"), ("price_total", "total_price"), ("tax_total", "total_tax"))


class Line(Struct):
    id: Identity
    product_id: Identity
    quantity: Decimal
    tax_id: str | None
    price: OptionalFigure = UNSET
    unit_price: OptionalFigure = UNSET
    price_total: OptionalFigure = UNSET
    total_price: OptionalFigure = UNSET
    tax_total: OptionalFigure = UNSET
    total_tax: OptionalFigure = UNSET
    discount: OptionalFigure = UNSET
    discount_total: OptionalFigure = UNSET
    status: str | None = None
    gift_card_number: str | None = None
    is_return: bool | None = None
    tax_components: list[TaxComponent] | None = None


class Payment(Struct):
    id: Identity
    amount: Decimal
    retailer_payment_type_id: Identity
    deleted_at: Moment | None = None


class RateTotal(Struct):
    id: Identity
    amount: Decimal


class FlatSale(Struct):
    """Unknown statuses and kinds of adjustments are fine: what they mean is for SQL to know or to hold."""

    id: Identity
    status: Identity
    sale_date: Moment | None
    total_price: Decimal
    total_tax: Decimal
    line_items: list[Line]
    payments: list[Payment]
    version: int
    outlet_id: str | None = None
    register_id: str | None = None
    customer_id: str | None = None
    return_for: str | None = None
    total_price_incl: OptionalFigure = UNSET
    total_surcharge: OptionalFigure = UNSET
    created_at: Moment | None = None
    updated_at: Moment | None = None
    deleted_at: Moment | None = None
    taxes: list[RateTotal] | None = None
    adjustments: list[Adjustment] | None = None

    def problem(self) -> Problem | None:
        """What the kinds of the fields cannot say."""
        lines = self.line_items
        if self.sale_date is None and self.status.endswith("CLOSED"):
            return "$.sale_date", "a closed sale has no sale_date"
        quantities = ((f"$.line_items[{no}].quantity", line.quantity) for no, line in enumerate(lines))
        return (
            self._unsaid()
            or unreasonable(self._figures())
            or broken_pieces(quantities)
            or worthless(self.adjustments or ())
        )

    def _unsaid(self) -> Problem | None:
        for number, line in enumerate(self.line_items):
            for names in _TWO_NAMES:
                if not any(isinstance(getattr(line, name), Decimal) for name in names):
                    return f"$.line_items[{number}].{names[0]}", f"neither {' nor '.join(names)} is there"
        return None

    def _figures(self) -> Iterator[tuple[str, OptionalFigure]]:
        yield "$.total_price", self.total_price
        yield "$.total_tax", self.total_tax
        yield "$.total_price_incl", self.total_price_incl
        for number, line in enumerate(self.line_items):
            at = f"$.line_items[{number}]."
            yield at + "quantity", line.quantity
            for name in chain.from_iterable(_TWO_NAMES):
                yield at + name, getattr(line, name)
        for number, payment in enumerate(self.payments):
            yield f"$.payments[{number}].amount", payment.amount
