"""What Prima has booked: one document with its lines and payments, as plain data.

How a document gets here is in orders.py and credit_notes.py, how it is kept in store.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

DocumentType = Literal["sales_order", "credit_note"]
SkuKey = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Line:
    """One line, or a delivery charge (`product` blank). Money is positive in both document types."""

    line_number: int
    order_line: int | None
    """The line of the original order that a credit line gives back."""
    key: SkuKey
    quantity: int
    price: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    gl_account: str
    vat_code: str
    depot: str
    reference: str
    stocked: bool


@dataclass(frozen=True)
class Payment:
    """One tender row."""

    pay_method: str
    sub_pay_method: str
    amount: Decimal
    exchange_credit: str
    """Number of the credit note whose value pays here; blank for a real tender."""
    reference: str


@dataclass(frozen=True)
class Document:
    """One booked order or credit note."""

    number: str
    document_type: DocumentType
    customer: str
    original_number: str
    tpguid: str
    vat_inclusive: bool
    on_hold: bool
    reason: str
    lines: tuple[Line, ...]
    payments: tuple[Payment, ...]
    received_at: datetime

    @property
    def gross(self) -> Decimal:
        """The total of the document, VAT included."""
        return sum((line.gross for line in self.lines), Decimal(0))

    @property
    def sign(self) -> int:
        """How the document counts in the ledger: credit notes are negative."""
        return 1 if self.document_type == "sales_order" else -1
