"""The skeleton of a sale in the nested shape of the dated versions: what money and identity rest on.

What does not belong here: meaning, and keys that nothing rests on; they may come and go.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec import UNSET, Struct, field

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


class Product(Struct):
    id: Identity


class Pricing(Struct):
    price: Decimal
    total: Decimal
    discount: OptionalFigure = UNSET
    discount_total: OptionalFigure = UNSET


class LineTax(Struct):
    id: str | None
    total: Decimal
    amount: OptionalFigure = UNSET


class LineReturn(Struct):
    is_return: bool | None = None


class LineMetadata(Struct):
    tax_components: list[TaxComponent] | None = None


class Line(Struct):
    id: Identity
    product: Product
    quantity: Decimal
    pricing: Pricing
    tax: LineTax
    status: str | None = None
    gift_card_number: str | None = None
    return_: LineReturn | None = field(name="return", default=None)
    metadata: LineMetadata | None = field(name="_metadata", default=None)


class PaymentType(Struct):
    config_id: Identity


class Payment(Struct):
    id: Identity
    amount: Decimal
    type: PaymentType
    deleted_at: Moment | None = None


class Totals(Struct):
    price: Decimal
    tax: Decimal
    price_incl_tax: OptionalFigure = UNSET
    surcharge: OptionalFigure = UNSET


class RateTotal(Struct):
    id: Identity
    tax: Decimal


class Source(Struct):
    outlet_id: str | None
    register_id: str | None = None


class SaleReturn(Struct):
    is_return: bool | None = None
    original_sale_id: str | None = None


class Metadata(Struct):
    version: int


class NestedSale(Struct):
    """Unknown states and kinds of adjustments are fine: what they mean is for SQL to know or to hold."""

    id: Identity
    state: Identity
    date: Moment | None
    source: Source
    totals: Totals
    line_items: list[Line]
    payments: list[Payment]
    metadata: Metadata = field(name="_metadata")
    attributes: list[str] | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    deleted_at: Moment | None = None
    customer_id: str | None = None
    return_: SaleReturn | None = field(name="return", default=None)
    taxes: list[RateTotal] | None = None
    adjustments: list[Adjustment] | None = None

    def problem(self) -> Problem | None:
        """What the kinds of the fields cannot say."""
        lines = self.line_items
        if self.state == "closed" and self.date is None:
            return "$.date", "a closed sale has no date"
        quantities = ((f"$.line_items[{no}].quantity", line.quantity) for no, line in enumerate(lines))
        return unreasonable(self._figures()) or broken_pieces(quantities) or worthless(self.adjustments or ())

    def _figures(self) -> Iterator[tuple[str, OptionalFigure]]:
        yield "$.totals.price", self.totals.price
        yield "$.totals.tax", self.totals.tax
        yield "$.totals.price_incl_tax", self.totals.price_incl_tax
        for number, line in enumerate(self.line_items):
            at = f"$.line_items[{number}]"
            yield at + ".quantity", line.quantity
            yield at + ".pricing.price", line.pricing.price
            yield at + ".pricing.total", line.pricing.total
            yield at + ".tax.total", line.tax.total
        for number, payment in enumerate(self.payments):
            yield f"$.payments[{number}].amount", payment.amount
