"""A till's arithmetic, by R-Series rules: what a sale is made of and what it comes to.

Written from docs/wire_notes.md and sharing nothing with the pipeline, so that a wrong rule in one of them
shows. How a sale looks on the wire belongs to receipts.py, which sales there are to week.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from lightspeed_prima.twins.world.catalogue import Item
from lightspeed_prima.twins.world.shops import CLASS_GIFT_CARD, GIFT_CARD, PaymentType, Shop, TaxCategory

CENT = Decimal("0.01")
ZERO = Decimal(0)
_PRINTED = Decimal("0.0000000001")


@dataclass(eq=False)
class Line:
    """A line of a sale. Without an item it is a misc charge or, with a value, a gift card sold."""

    item: Item | None
    quantity: int
    unit_price: Decimal
    tax_class: str
    note: str = ""
    discount_percent: Decimal = ZERO
    discount_each: Decimal = ZERO
    parent: Line | None = None
    sale: Sale | None = None
    gift_card_value: Decimal = ZERO
    tax: TaxCategory | None = None
    """The line's own tax category: goods bought in another shop come back at the rate they were sold at."""
    tax_off_by: Decimal = ZERO
    """Deliberate trouble: the till's tax is wrong by this much."""
    brought_back: int = 0
    line_id: str = "0"

    @property
    def taxed(self) -> bool:
        """Gift cards are sold without tax; everything else carries its class's rate."""
        return self.tax_class != CLASS_GIFT_CARD


@dataclass(eq=False)
class Payment:
    """A tender; an archived one was taken back before the sale was completed."""

    payment_type: PaymentType
    amount: Decimal
    archived: bool = False
    refunds: Payment | None = None
    loads: Line | None = None
    """The gift card line whose value this negative payment puts on the card."""
    credit_account_id: str = "0"
    payment_id: str = "0"


@dataclass(eq=False)
class Sale:
    """A sale as the till holds it."""

    shop: Shop
    story: str
    opened_at: datetime
    completed_at: datetime | None
    updated_at: datetime
    register: str
    employee: str
    lines: list[Line] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    discount_percent: Decimal = ZERO
    customer_id: str = "0"
    change: Decimal = ZERO
    voided_at: datetime | None = None
    stage: int = 1
    trouble: tuple[str, ...] = ()
    unreadable: bool = False
    sale_id: str = "0"

    def add(self, line: Line) -> Line:
        """Put a line on the sale."""
        line.sale = self
        self.lines.append(line)
        return line

    @property
    def business_date(self) -> date | None:
        """The trading day in the shop's own time zone; none while the sale is not completed."""
        if self.completed_at is None:
            return None
        return self.completed_at.astimezone(self.shop.time_zone).date()

    @property
    def live_payments(self) -> list[Payment]:
        """The tenders that count."""
        return [payment for payment in self.payments if not payment.archived]


@dataclass(frozen=True)
class LineSum:
    """What a line comes to."""

    subtotal: Decimal
    line_discount: Decimal
    sale_discount: Decimal
    rate: Decimal
    tax: Decimal
    total: Decimal

    @property
    def discounted(self) -> Decimal:
        """Quantity times price less its markdowns, in the shop's own way of pricing."""
        return self.subtotal - self.line_discount - self.sale_discount


@dataclass(frozen=True)
class SaleSum:
    """What a sale comes to."""

    lines: tuple[LineSum, ...]
    subtotal: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal
    gift_cards_sold: Decimal

    @property
    def to_pay(self) -> Decimal:
        """What the customer hands over (or gets back, when negative): goods, tax and gift cards."""
        return self.total + self.gift_cards_sold


def half_up(amount: Decimal) -> Decimal:
    """To the cent, half away from zero."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def ring_up(sale: Sale) -> SaleSum:
    """Add a sale up: line taxes stay unrounded, the sale's tax is their sum rounded."""
    lines = tuple(_line_sum(sale, line) for line in sale.lines)
    subtotal = sum((line.subtotal for line in lines), ZERO)
    discount = sum((line.line_discount + line.sale_discount for line in lines), ZERO)
    tax = half_up(sum((line.tax for line in lines), ZERO))
    total = subtotal - discount if sale.shop.tax.inclusive else subtotal - discount + tax
    return SaleSum(
        lines=lines,
        subtotal=subtotal,
        discount=discount,
        tax=tax,
        total=half_up(total),
        gift_cards_sold=sum((line.gift_card_value for line in sale.lines), ZERO),
    )


def _line_sum(sale: Sale, line: Line) -> LineSum:
    subtotal = line.quantity * line.unit_price
    line_discount = half_up(subtotal * line.discount_percent + line.quantity * line.discount_each)
    sale_discount = half_up((subtotal - line_discount) * sale.discount_percent)
    discounted = subtotal - line_discount - sale_discount
    rate = (line.tax or sale.shop.tax).rate_of(line.tax_class) if line.taxed else ZERO
    if sale.shop.tax.inclusive:
        tax = (discounted * rate / (1 + rate)).quantize(_PRINTED) + line.tax_off_by
        total = discounted
    else:
        tax = discounted * rate + line.tax_off_by
        total = discounted + tax
    return LineSum(subtotal, line_discount, sale_discount, rate, tax, total)


def paid(sale: Sale) -> Decimal:
    """The sum of the live tenders, gift-card loads (negative) included."""
    return sum((payment.amount for payment in sale.live_payments), ZERO)


def deposited(sale: Sale) -> Decimal:
    """What live gift-card payments move: negative when a card is loaded, positive when it pays."""
    return sum((p.amount for p in sale.live_payments if p.payment_type is GIFT_CARD), ZERO)


def utc_text(moment: datetime) -> str:
    """A moment as R-Series prints it: UTC, whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()
