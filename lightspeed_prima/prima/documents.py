"""A Prima document as the plan wants it: plain data between the SQL models and the wire.

What does not belong here: how a document is rendered (requests, credit_note) or what became of it (posting).
"""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

DocumentType = Literal["sales_order", "credit_note"]


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedLine:
    """One line of a document; `price` is the wire price, `net`, `tax` and `gross` are the line's values."""

    order_line: int
    line_id: str
    line_kind: str
    lightspeed_sku: str
    product: str
    mtrx: tuple[str, str, str, str]
    quantity: int
    price: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    ext_tax: Decimal | None
    vat_code: str
    depot: str
    original_line_id: str
    original_order_line: int | None
    line_reference: str


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedPayment:
    """One payment row of a document; `amount` is positive whatever the document's type."""

    payment_no: int
    pay_method: str
    sub_pay_method: str
    amount: Decimal
    kind: str
    payment_type_id: str
    exchange_credit_number: str
    payment_reference: str


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedDocument:
    """One sales order or credit note, complete: nothing else is needed to render it."""

    document_number: str
    document_type: DocumentType
    sale_key: str
    account: str
    original_sale_key: str
    original_document_number: str
    business_date: date
    completed_at: datetime
    shop_id: str
    depot: str
    prima_customer: str
    vat_inclusive: bool
    currency: str
    net: Decimal
    tax: Decimal
    gross: Decimal
    reason: str
    source_digest: str
    depends_on: tuple[str, ...]
    sequence: int
    lines: tuple[PlannedLine, ...]
    payments: tuple[PlannedPayment, ...]


def canonical_json(document: PlannedDocument) -> str:
    """The document as one JSON text: same document, same text. Money is a string, never a float.

    Its place in the queue is left out: it moves when other sales arrive.
    """
    content = dataclasses.asdict(document)
    del content["sequence"]
    return json.dumps(content, default=_plain, sort_keys=True, ensure_ascii=False)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")
