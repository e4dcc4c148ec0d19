"""From a planned document to the exact bytes of its request: the same document is always the same bytes.

What does not belong here: the SOAP envelope around the request (soap), or when it is sent (posting).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from lightspeed_prima.prima import credit_note, sales_order, text, wire
from lightspeed_prima.prima.documents import PlannedDocument, PlannedLine
from lightspeed_prima.prima.elements import Page, UnrenderableDocument


@dataclass(frozen=True, slots=True)
class SiteChoices:
    """The settings that show in the bytes of a request."""

    order_channel: str = "POS"
    hold_orders: bool = False
    credit_note_request_type: str = "MultiNewCreditNote"


@dataclass(frozen=True, slots=True)
class RenderedRequest:
    """The bytes to send, their hash, and what folding changed in free text."""

    payload: bytes
    sha256: str
    text_changes: tuple[str, ...]


def render(document: PlannedDocument, site: SiteChoices) -> RenderedRequest:
    """The request of one document, or UnrenderableDocument when sending it could only do harm."""
    for problem in problems(document):
        raise UnrenderableDocument(
            "PLAN_REFUSED",
            problem,
            where=f"document {document.document_number}",
            next_step="nothing was sent; the plan of this document is wrong, not Prima",
        )
    is_order = document.document_type == "sales_order"
    request_type = sales_order.REQUEST_TYPE if is_order else site.credit_note_request_type
    write = sales_order.write if is_order else credit_note.write
    page = Page(document.document_number)
    write(page, document, unique_id(document.document_number), site)
    return _finish(request_type, page)


def problems(document: PlannedDocument) -> tuple[str, ...]:
    """Why the document must not be sent; empty = it may. The plan's gates should have caught all of it."""
    found: list[str] = []
    number = document.document_number
    if not (number.isascii() and number.isdigit()) or len(number) > wire.LONGEST_NUMBER:
        found.append(f"the number {number!r} is not 1 to {wire.LONGEST_NUMBER} digits")
    if not document.prima_customer:
        found.append("there is no customer account: Prima would create a new one for this document")
    if not document.lines:
        found.append("there is no line")
    found += [
        f"line {line.order_line} has no product or depot"
        for line in document.lines
        if not (line.product and line.depot)
    ]
    if any(payment.amount <= 0 for payment in document.payments):
        found.append("a payment is not positive")
    found += _imbalance(document)
    return tuple(found)


def unique_id(document_number: str) -> str:
    """Digits that depend on nothing but the number."""
    digest = hashlib.sha256(document_number.encode("utf-8")).digest()
    return str(int.from_bytes(digest[:8], "big") % 10**wire.UNIQUE_ID_DIGITS).zfill(wire.UNIQUE_ID_DIGITS)


def order_status(number: str) -> bytes:
    """The request that reads a document back by its number."""
    return _question("OrderStatus", f'OrderNumber="{text.attribute(number)}"')


def product_available_to_sell(product_from: str = "", product_to: str = "") -> bytes:
    """The request for the stock of a range of products; blank is the whole catalogue."""
    limits = f'ProductFrom="{text.attribute(product_from)}" ProductTo="{text.attribute(product_to)}"'
    return _question("ProductAvailableToSell", limits)


def _question(request_type: str, data: str) -> bytes:
    request = f'<?xml version="1.0"?><Request RequestType="{request_type}"><Data {data}></Data></Request>'
    return request.encode(wire.ENCODING)


def _imbalance(document: PlannedDocument) -> list[str]:
    lines = sum(
        (line.price * line.quantity + _tax_on_top(document, line) for line in document.lines), Decimal(0)
    )
    payments = sum((payment.amount for payment in document.payments), Decimal(0))
    if lines == payments == document.gross:
        return []
    return [f"lines {lines}, payments {payments} and the document's gross {document.gross} are not the same"]


def _tax_on_top(document: PlannedDocument, line: PlannedLine) -> Decimal:
    if document.vat_inclusive:
        return Decimal(0)
    return line.tax if line.ext_tax is None else line.ext_tax


def _finish(request_type: str, page: Page) -> RenderedRequest:
    inner = "".join(page.parts)
    request = f'{wire.DECLARATION}<Request RequestType="{text.attribute(request_type)}">{inner}</Request>'
    payload = request.encode(wire.ENCODING)
    return RenderedRequest(payload, hashlib.sha256(payload).hexdigest(), tuple(page.text_changes))
