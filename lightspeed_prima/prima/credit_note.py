"""The wire form of a credit note. INFERRED as a whole: no credit note was ever seen on Prima's wire.

What does not belong here: anything else. When Prima says how credits really go in, this module changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lightspeed_prima.prima.elements import logical, money, names

if TYPE_CHECKING:
    from lightspeed_prima.prima.documents import PlannedDocument, PlannedLine, PlannedPayment
    from lightspeed_prima.prima.elements import Page
    from lightspeed_prima.prima.requests import SiteChoices

# The attribute of the answer that proves which credit note was made.
NUMBER_ATTRIBUTE = "CreditNoteNumber"

DATA = names("UniqueId Customer TPGUID CreditNoteNumber OrderNumber VatInclusive OrderChannel Reason")
LINE = names(
    "CreditLine OrderLine Product MtrxCode1 MtrxCode2 MtrxCode3 MtrxCode4 Quantity Price Warehouse "
    "LineReference"
)
PAYMENT = names("PayMethod SubPayMethod TranAmount PayAuthRef")


def write(page: Page, document: PlannedDocument, unique_id: str, site: SiteChoices) -> None:
    """The whole `<Data>` of one credit note; quantities and amounts are positive, the type is the sign."""
    page.open(
        "Data",
        DATA,
        {
            "UniqueId": unique_id,
            "Customer": document.prima_customer,
            "TPGUID": document.sale_key,
            "CreditNoteNumber": document.document_number,
            "OrderNumber": document.original_document_number,
            "VatInclusive": logical(document.vat_inclusive),
            "OrderChannel": site.order_channel,
            "Reason": page.free_text("Reason", document.reason),
        },
    )
    for line in document.lines:
        page.element("CreditLineData", LINE, _line(page, line))
    for payment in document.payments:
        page.element("CreditPaymentData", PAYMENT, _payment(document, payment))
    page.close("Data")


def _line(page: Page, line: PlannedLine) -> dict[str, str]:
    return {
        "CreditLine": str(line.order_line),
        "OrderLine": "" if line.original_order_line is None else str(line.original_order_line),
        "Product": line.product,
        "MtrxCode1": line.mtrx[0],
        "MtrxCode2": line.mtrx[1],
        "MtrxCode3": line.mtrx[2],
        "MtrxCode4": line.mtrx[3],
        "Quantity": str(line.quantity),
        "Price": money(line.price),
        "Warehouse": line.depot,
        "LineReference": page.free_text(f"line {line.order_line} LineReference", line.line_reference),
    }


def _payment(document: PlannedDocument, payment: PlannedPayment) -> dict[str, str]:
    return {
        "PayMethod": payment.pay_method,
        "SubPayMethod": payment.sub_pay_method,
        "TranAmount": money(payment.amount),
        "PayAuthRef": document.document_number,
    }
