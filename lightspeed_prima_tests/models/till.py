"""Rings R-Series sales for the model tests: payloads as the wire has them, arithmetic by the till's own rules.

What does not belong here: anything of the pipeline; the expected documents are written out in the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zlib import crc32

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """One line: `price` per unit as the till shows it, `quantity` negative when it comes back."""

    line_id: int
    sku: str | None
    price: str
    quantity: int = 1
    rate: str = "0.23"
    discount: str = "0"
    parent: int | None = None
    item_type: str = "default"
    line_type: str = ""
    tax_class: str = "1"
    note: str | None = None

    @property
    def subtotal(self) -> Decimal:
        return Decimal(self.price) * self.quantity

    @property
    def signed_discount(self) -> Decimal:
        return Decimal(self.discount) * (1 if self.quantity >= 0 else -1)

    def tax(self, inclusive: bool) -> Decimal:
        base, rate = self.subtotal - self.signed_discount, Decimal(self.rate)
        return base * rate / (1 + rate) if inclusive else base * rate


@dataclass(frozen=True)
class Tender:
    """One payment row: amount as signed by the till."""

    amount: str
    type_id: str = "1"
    type_name: str = "cash"
    archived: bool = False
    tip: str = "0"
    credit_line: int | None = None


@dataclass(frozen=True)
class Rung:
    """One sale as Lightspeed would answer it."""

    sale_id: int
    lines: Sequence[Line]
    tenders: Sequence[Tender]
    shop: str = "1"
    inclusive: bool = True
    completed: str | None = "2026-11-03T12:00:00+00:00"
    voided: bool = False
    changes: dict[str, str] = field(default_factory=dict)

    def payload(self) -> dict[str, Any]:
        subtotal = sum((line.subtotal for line in self.lines), Decimal(0))
        discount = sum((line.signed_discount for line in self.lines), Decimal(0))
        tax = sum((line.tax(self.inclusive) for line in self.lines), Decimal(0)).quantize(CENT, ROUND_HALF_UP)
        total = subtotal - discount + (0 if self.inclusive else tax)
        sale: dict[str, Any] = {
            "saleID": str(self.sale_id),
            "ticketNumber": f"22{self.sale_id:010d}",
            "shopID": self.shop,
            "registerID": "1",
            "customerID": "0",
            "completed": "true" if self.completed and not self.voided else "false",
            "voided": "true" if self.voided else "false",
            "archived": "false",
            "isTaxInclusive": "true" if self.inclusive else "false",
            "createTime": "2026-11-03T11:55:00+00:00",
            "updateTime": self.completed or "2026-11-03T11:55:00+00:00",
            "calcTotal": plain(total),
            "calcSubtotal": plain(subtotal),
            "calcDiscount": plain(discount),
            "calcTax1": plain(tax),
            "calcTax2": "0",
            "taxCategoryID": "1",
        }
        if self.completed:
            sale["completeTime"] = self.completed
        if self.lines:
            sale["SaleLines"] = {"SaleLine": collapse([self._line(line) for line in self.lines])}
        if self.tenders:
            rows = [self._tender(number, tender) for number, tender in enumerate(self.tenders, start=1)]
            sale["SalePayments"] = {"SalePayment": collapse(rows)}
        return sale | self.changes

    def _line(self, line: Line) -> dict[str, Any]:
        base, tax = line.subtotal - line.signed_discount, line.tax(self.inclusive)
        row: dict[str, Any] = {
            "saleLineID": str(line.line_id),
            "unitQuantity": str(line.quantity),
            "unitPrice": line.price,
            "calcLineDiscount": plain(line.signed_discount),
            "calcTransactionDiscount": "0",
            "calcSubtotal": plain(line.subtotal),
            "calcTotal": plain(base if self.inclusive else base + tax),
            "calcTax1": plain(tax),
            "calcTax2": "0",
            "tax": "true" if Decimal(line.rate) else "false",
            "tax1Rate": line.rate,
            "tax2Rate": "0",
            "lineType": line.line_type,
            "itemID": "0" if line.sku is None else str(crc32(line.sku.encode())),
            "parentSaleLineID": str(line.parent or 0),
            "taxClassID": line.tax_class,
            "taxCategoryID": "0",
        }
        if line.sku is not None:
            row["Item"] = {"customSku": line.sku, "manufacturerSku": "", "itemType": line.item_type}
        if line.note:
            row["Note"] = {"note": line.note}
        return row

    def _tender(self, number: int, tender: Tender) -> dict[str, Any]:
        row: dict[str, Any] = {
            "salePaymentID": f"{self.sale_id}{number:02d}",
            "amount": tender.amount,
            "tipAmount": tender.tip,
            "archived": "true" if tender.archived else "false",
            "paymentTypeID": tender.type_id,
            "creditAccountID": "0",
            "PaymentType": {"type": tender.type_name},
        }
        if tender.credit_line is not None:
            row["SaleAccounts"] = {"SaleAccount": {"saleLineID": str(tender.credit_line)}}
        return row


def plain(amount: Decimal) -> str:
    """A number as R-Series writes it: no trailing zeros, no exponent, at most 8 decimals."""
    text = f"{amount.quantize(Decimal('0.00000001')):f}"
    return text.rstrip("0").rstrip(".") or "0"


def collapse(rows: list[dict[str, Any]]) -> Any:
    """A list of one is the bare object on this wire."""
    return rows[0] if len(rows) == 1 else rows
