"""Rings X-Series sales for the model tests: payloads in the nested 2026-07 and the flat 2.0 shape.

What does not belong here: anything of the pipeline; the expected documents are written out in the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT, FIVE = Decimal("0.01"), Decimal("0.00001")
RATE = Decimal("0.15")


@dataclass(frozen=True)
class XLine:
    """One line: `price` per unit with tax, as the shop shows it; the wire has it without, at five decimals."""

    line_id: str
    product: str
    price: str
    quantity: int = 1
    taxed: bool = True
    is_return: bool = False
    gift_card: str | None = None
    discount: str = "0"

    @property
    def unit(self) -> Decimal:
        price = Decimal(self.price)
        return (price / (1 + RATE)).quantize(FIVE, ROUND_HALF_UP) if self.taxed else price

    @property
    def total(self) -> Decimal:
        return self.unit * self.quantity

    @property
    def tax(self) -> Decimal:
        return (Decimal(self.price) - self.unit) * self.quantity if self.taxed else Decimal(0)


@dataclass(frozen=True)
class XTender:
    """One payment row."""

    amount: str
    type_id: str = "cash"
    deleted: bool = False


@dataclass(frozen=True)
class XRung:
    """One sale as Lightspeed X-Series would answer it."""

    sale_id: str
    lines: Sequence[XLine]
    tenders: Sequence[XTender]
    outlet: str = "akl"
    state: str = "closed"
    attributes: Sequence[str] = ()
    date: str = "2026-11-03T01:00:00Z"
    return_for: str | None = None
    deleted_at: str | None = None
    fee: str = "0"
    flat: bool = False
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def price(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal(0)).quantize(CENT, ROUND_HALF_UP) + Decimal(
            self.fee
        )

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), Decimal(0)).quantize(CENT, ROUND_HALF_UP)

    def components(self) -> list[Decimal]:
        """The residue of rounding lies on the last line's tax component."""
        taxes = [line.tax for line in self.lines]
        if taxes:
            taxes[-1] += self.tax - sum(taxes, Decimal(0))
        return taxes

    def payload(self) -> dict[str, Any]:
        lines = [
            self._line(number, line, component)
            for number, (line, component) in enumerate(zip(self.lines, self.components(), strict=True))
        ]
        tenders = [self._tender(number, tender) for number, tender in enumerate(self.tenders)]
        fee = [
            {"adjustment_type": "NON_CASH_FEE", "value": self.fee, "total": self.fee, "tax_components": []}
        ]
        sale: dict[str, Any] = {
            "id": self.sale_id,
            "state": self.state,
            "attributes": list(self.attributes),
            "deleted_at": self.deleted_at,
            "receipt_number": f"AK-{self.sale_id}",
            "customer_id": None,
            "line_items": lines,
            "payments": tenders,
            "adjustments": fee if Decimal(self.fee) else [],
        }
        return sale | (self._flat() if self.flat else self._nested()) | self.changes

    def _nested(self) -> dict[str, Any]:
        return {
            "date": self.date,
            "source": {"outlet_id": self.outlet, "register_id": "r1", "type": "USER"},
            "totals": {"price": str(self.price), "tax": str(self.tax)},
            "return": {"original_sale_id": self.return_for},
            "ecom_custom_charges": [],
        }

    def _flat(self) -> dict[str, Any]:
        return {
            "sale_date": self.date,
            "source": "USER",
            "outlet_id": self.outlet,
            "register_id": "r1",
            "status": {"closed": "CLOSED", "parked": "SAVED", "voided": "VOIDED"}[self.state],
            "total_price": str(self.price),
            "total_tax": str(self.tax),
            "return_for": self.return_for,
            "ecom_custom_charges": {"charges": [], "total": 0},
        }

    def _line(self, number: int, line: XLine, component: Decimal) -> dict[str, Any]:
        components = [{"rate_id": "gst" if line.taxed else "none", "total_tax": str(component)}]
        row: dict[str, Any] = {
            "id": line.line_id,
            "quantity": line.quantity,
            "gift_card_number": line.gift_card,
        }
        if self.flat:
            return row | {
                "product_id": line.product,
                "price_total": str(line.total),
                "discount_total": line.discount,
                "tax_id": "tax",
                "tax_total": str(line.tax),
                "is_return": line.is_return,
                "tax_components": components,
            }
        return row | {
            "product": {"id": line.product},
            "pricing": {"total": str(line.total), "discount_total": line.discount},
            "tax": {"id": "tax", "total": str(line.tax)},
            "return": {"is_return": line.is_return},
            "_metadata": {"sequence": number, "tax_components": components},
        }

    def _tender(self, number: int, tender: XTender) -> dict[str, Any]:
        row: dict[str, Any] = {
            "id": f"{self.sale_id}-p{number}",
            "amount": tender.amount,
            "deleted_at": "2026-11-03T02:00:00Z" if tender.deleted else None,
        }
        if self.flat:
            return row | {
                "retailer_payment_type_id": tender.type_id,
                "payment_date": self.date,
                "name": tender.type_id,
            }
        return row | {
            "type": {"config_id": tender.type_id, "id": "9", "name": tender.type_id},
            "date": self.date,
        }
