"""The wire form of a sales order: `MultiNewOrder` with exactly one `<Data>`, every attribute always present.

What does not belong here: the credit note's form, which is a guess (credit_note).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lightspeed_prima.prima import elements, wire
from lightspeed_prima.prima.elements import logical, money

if TYPE_CHECKING:
    from lightspeed_prima.prima.documents import PlannedDocument, PlannedLine, PlannedPayment
    from lightspeed_prima.prima.elements import Page
    from lightspeed_prima.prima.requests import SiteChoices

REQUEST_TYPE = "MultiNewOrder"

# Accepted orders said No to each of these; a till asks nobody's consent.
_CONSENTS = ("ReceiveMail", "ReceiveEmail", "ReceiveText", "ReceivePhone", "ReceiveMobile", "RentDetails")


def write(page: Page, document: PlannedDocument, unique_id: str, site: SiteChoices) -> None:
    """The whole `<Data>` of one order. Names and addresses of customers are not sent."""
    page.open(
        "Data",
        elements.ORDER_DATA,
        {
            "UniqueId": unique_id,
            "Customer": document.prima_customer,
            "TPGUID": document.sale_key,
            "OrderNumber": document.document_number,
            "HoldOrder": logical(site.hold_orders),
            "OrderChannel": site.order_channel,
            "VatInclusive": logical(document.vat_inclusive),
            **dict.fromkeys(_CONSENTS, logical(False)),
        },
    )
    page.element("OrderHeaderData", elements.ORDER_HEADER, _header(document))
    page.element("OrderInvoiceData", elements.ORDER_INVOICE, {})
    for line in document.lines:
        page.element("OrderLineData", elements.ORDER_LINE, _line(page, line))
    page.element("OrderChargeData", elements.ORDER_CHARGE, {"ChargeValue": wire.BLANK_CHARGE_VALUE})
    for payment in document.payments:
        page.element("OrderPaymentData", elements.ORDER_PAYMENT, _payment(page, document, payment))
    page.close("Data")


def _header(document: PlannedDocument) -> dict[str, str]:
    return {
        "Currency": document.currency if wire.SEND_CURRENCY else "",
        "OrderDate": document.business_date.strftime(wire.ORDER_DATE_FORMAT) if wire.SEND_ORDER_DATE else "",
    }


def _line(page: Page, line: PlannedLine) -> dict[str, str]:
    return {
        "OrderLine": str(line.order_line),
        "Product": line.product,
        "MtrxCode1": line.mtrx[0],
        "MtrxCode2": line.mtrx[1],
        "MtrxCode3": line.mtrx[2],
        "MtrxCode4": line.mtrx[3],
        "Quantity": str(line.quantity),
        "Price": money(line.price),
        "ExtTaxVal": "" if line.ext_tax is None else money(line.ext_tax),
        "Warehouse": line.depot,
        "LineReference": page.free_text(f"line {line.order_line} LineReference", line.line_reference),
        "Voucher": logical(False),
    }


def _payment(page: Page, document: PlannedDocument, payment: PlannedPayment) -> dict[str, str]:
    number = document.document_number
    reference = page.free_text(f"payment {payment.payment_no} TransactionID", payment.payment_reference)
    return {
        "PayMethod": payment.pay_method,
        "SubPayMethod": payment.sub_pay_method,
        "TranAmount": money(payment.amount),
        "PayProvider": wire.PAY_PROVIDER,
        "PayAuthRef": number,
        "PayAuthId": number,
        "LineRef": number,
        "TransactionID": reference,
        "ExchCreditNo": payment.exchange_credit_number,
    }
