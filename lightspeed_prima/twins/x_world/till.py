"""What an X-Series sale is made of and what it comes to, by X-Series rules.

How it looks on the wire belongs to receipts.py, which sales there are to week.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from lightspeed_prima.twins.x_world.catalogue import Product
from lightspeed_prima.twins.x_world.retailer import WALK_IN, Outlet, PaymentType, Register
from lightspeed_prima.twins.x_world.statuses import CLOSED, Status
from lightspeed_prima.twins.x_world.till_arithmetic import FIVE_PLACES, ZERO, half_up, without_tax


@dataclass(eq=False)
class Line:
    """A line: unit figures before tax to five places, after any discount of its own."""

    product: Product
    quantity: int
    price: Decimal
    tax: Decimal
    discount: Decimal = ZERO
    is_return: bool = False
    is_price_set: bool = False
    note: str | None = None
    reason: str | None = None
    gift_card_number: str | None = None
    original: Line | None = None
    brought_back: int = 0
    line_id: str = ""

    @property
    def net_total(self) -> Decimal:
        """Before tax, five places."""
        return self.price * self.quantity

    @property
    def tax_total(self) -> Decimal:
        """Tax, five places."""
        return self.tax * self.quantity

    @property
    def gross(self) -> Decimal:
        """With tax, five places."""
        return self.net_total + self.tax_total

    @property
    def brings_goods_back(self) -> bool:
        """A discount is negative too, but only goods come back."""
        return self.quantity < 0 and self.product.has_inventory


@dataclass(eq=False)
class Payment:
    """A tender, from the stage in which it was taken; a deleted one stays on the sale and counts no more."""

    payment_type: PaymentType
    amount: Decimal
    taken_at: datetime
    stage: int = 1
    deleted_at: datetime | None = None
    payment_id: str = ""


@dataclass(frozen=True)
class Adjustment:
    """A part of the sale's total that is not a line."""

    kind: str
    name: str
    total: Decimal


@dataclass(frozen=True)
class Event:
    """A moment at which the server gave the sale a new version; without a status it stays in its own."""

    stage: int
    moment: datetime
    status: Status | None = None


@dataclass(eq=False)
class Sale:
    """A sale and its life so far."""

    outlet: Outlet
    register: Register
    user: str
    story: str
    rung_at: datetime
    created_at: datetime
    events: list[Event] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    customer: str = WALK_IN
    note: str = ""
    source: str = "USER"
    original: Sale | None = None
    returns: list[Sale] = field(default_factory=list)
    deleted_at: datetime | None = None
    trouble: tuple[str, ...] = ()
    is_late: bool = False
    is_unreadable: bool = False
    sale_id: str = ""
    invoice: int = 0

    def happens(self, stage: int, moment: datetime, status: Status | None = None) -> None:
        """The server takes note of a change."""
        self.events.append(Event(stage, moment, status))

    def begins(self, status: Status, stage: int = 1) -> None:
        """What the sale was when the server first heard of it."""
        self.events = [Event(stage, self.created_at, status)]

    @property
    def first_stage(self) -> int:
        """The stage from which the server knows it."""
        return min(event.stage for event in self.events)

    @property
    def stages(self) -> tuple[int, ...]:
        """The stages in which it changed."""
        return tuple(sorted({event.stage for event in self.events}))

    @property
    def status(self) -> Status:
        """What became of it in the end."""
        return self.status_in(max(self.stages))

    def status_in(self, stage: int) -> Status:
        """What it is by the end of a stage."""
        told = [event.status for event in self.events if event.stage <= stage and event.status]
        return told[-1] if told else CLOSED

    def updated_at(self, stage: int) -> datetime:
        """When it last changed by the end of a stage."""
        return max(event.moment for event in self.events if event.stage <= stage)

    def live_payments(self, stage: int | None = None) -> list[Payment]:
        """The tenders that count, by the end of a stage or in the end."""
        return [
            payment
            for payment in self.payments
            if payment.deleted_at is None and (stage is None or payment.stage <= stage)
        ]

    @property
    def business_date(self) -> date:
        """The trading day in the outlet's own time zone; a layby's is that of its closing payment."""
        moment = self.rung_at
        if "layby" in self.status.attributes and self.payments:
            moment = max(payment.taken_at for payment in self.live_payments())
        return moment.astimezone(self.outlet.time_zone).date()


@dataclass(frozen=True)
class SaleSum:
    """What a sale comes to."""

    net: Decimal
    tax: Decimal
    components: tuple[Decimal, ...]
    """Tax of each line as X-Series divides it: the last taxed line takes what rounding left over."""

    @property
    def total(self) -> Decimal:
        """What is to be paid before any rounding to coins."""
        return self.net + self.tax


def ring_up(sale: Sale) -> SaleSum:
    """Add a sale up: net and tax are rounded once each, for the whole sale."""
    adjustments = sum((adjustment.total for adjustment in sale.adjustments), ZERO)
    net = half_up(sum((line.net_total for line in sale.lines), adjustments))
    unrounded = sum((line.tax_total for line in sale.lines), ZERO)
    tax = half_up(unrounded)
    components = [line.tax_total for line in sale.lines]
    taxed = [place for place, line in enumerate(sale.lines) if line.product.tax.rate]
    if taxed:
        components[taxed[-1]] += tax - unrounded
    return SaleSum(net, tax, tuple(components))


def paid(sale: Sale) -> Decimal:
    """The sum of the tenders that count."""
    return sum((payment.amount for payment in sale.live_payments()), ZERO)


def priced(product: Product, quantity: int, label_price: Decimal, off: Decimal = ZERO) -> Line:
    """A line at a label price less a discount per unit, both with tax in them."""
    rate = product.tax.rate
    charged = label_price - off
    price = without_tax(charged, rate)
    return Line(
        product=product,
        quantity=quantity,
        price=price,
        tax=(charged - price).quantize(FIVE_PLACES),
        discount=without_tax(label_price, rate) - price,
    )
