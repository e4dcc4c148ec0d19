"""Talks to the Prima twin over real HTTP, written for these tests alone.

It writes its attribute lists itself, so that a slip in the twin's lists shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import httpx
from lxml import etree

NAMESPACE = "urn:omlink:omlink"
HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}

_BLANK_DATA = """UniqueId CustDef Customer TPGUID OrderNumber HoldOrder HoldOrderNarrative OrderChannel
CustomerTitle CustomerForename CustomerSurname AddrLine1 AddrLine2 AddrLine3 AddrLine4 AddrLine5 AddrLine6
PostCode Country CustomerEmail CustomerPhone CustomerMobile CustomerFax CustomerRef VatInclusive Gender
ReceiveMail ReceiveEmail ReceiveText ReceivePhone ReceiveMobile RentDetails DateOfBirth DelivAddrNo
DeliveryFAO EntitlementCheck InvcAddrNo OrderType PaymentTerms Salesman SeasonDDValidation Wardrobe WorksNo
WREmpCode WREmpDept WREmpRef1 WREmpRef2 WREmpRole WROrdRef1 WROrdRef2 WROrdRef3 WROrdRef4"""
_BLANK_HEADER = """B2B Brand SpecialInstructions ShippingInstructions SourceMedia OrderCategory
OrderStatus Carrier CarrServ Currency OrderContact OrderDate OrderEmail OrderPaid PaymentOnOrder ProdConv
Proforma Season SendToApproval"""
_BLANK_INVOICE = """InvoiceTitle InvoiceForename InvoiceSurname InvoiceAddrLine1 InvoiceAddrLine2
InvoiceAddrLine3 InvoiceAddrLine4 InvoiceAddrLine5 InvoiceAddrLine6 InvoicePostCode InvoiceCountry
InvoiceEmail InvoicePhone InvoiceMobile InvoiceFax InvoiceFAO"""
_BLANK_LINE = """DueDate EnhancementToLine ExtTaxVal FIPSCode1 FIPSCode2 FIPSCode3 FIPSCode4 FIPSCode5
FIPSCode6 FIPSValue1 FIPSValue2 FIPSValue3 FIPSValue4 FIPSValue5 FIPSValue6 Inventory LineSalesman Reserve
TrDisc VchGreetMessage VchPostCode Warehouse WorksNo OrderLine Product MtrxCode1 MtrxCode2 MtrxCode3
MtrxCode4 Quantity Price Promotion PromotionValue WebPrmCode LineNarrative LineReference Voucher VchMethod
VchGreetcard VchMessage VchName VchAddrLine1 VchAddrLine2 VchAddrLine3 VchAddrLine4 VchAddrLine5
VchAddrLine6 VchCntry VchEmail"""
_BLANK_PAYMENT = """PayMethod SubPayMethod AuthRef AuthDate AuthTime TranAmount BankSort BankAccount
ChequeNum PayProvider PayProviderStatus PayAuthRef PayAuthId LineRef TokenID CAVV ECI ATSData TransactionID
AuthenticationStatus VchNumber FailureCount ExchCreditNo"""

Attributes = dict[str, str]


def _filled(names: str, given: Attributes) -> Attributes:
    return {**dict.fromkeys(names.split(), ""), **given}


def tag(name: str, attributes: Attributes, content: str = "") -> str:
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>"


def line(position: int, product: str, price: str, **more: str) -> Attributes:
    matrix = {"MtrxCode1": "F", "MtrxCode2": "075"} if product == "SHOE1" else {}
    basics = {
        "OrderLine": str(position),
        "Product": product,
        "Price": price,
        "Quantity": "1",
        "Voucher": "No",
    }
    return _filled(_BLANK_LINE, {**basics, **matrix, **more})


def payment(amount: str, method: str = "CSH", **more: str) -> Attributes:
    return _filled(_BLANK_PAYMENT, {"PayMethod": method, "TranAmount": amount, **more})


def order(
    number: str,
    lines: list[Attributes],
    payments: list[Attributes],
    charges: tuple[Attributes, ...] = (),
    /,
    **more: str,
) -> str:
    """One `<Data>` of MultiNewOrder."""
    basics = {
        "UniqueId": number[-8:].zfill(8),
        "OrderNumber": number,
        "TPGUID": f"uk:{number}",
        "Customer": "SHOP01",
        "OrderChannel": "POS",
        "HoldOrder": "No",
        "VatInclusive": "Yes",
    }
    content = tag("OrderHeaderData", _filled(_BLANK_HEADER, {})) + tag(
        "OrderInvoiceData", _filled(_BLANK_INVOICE, {})
    )
    content += "".join(tag("OrderLineData", each) for each in lines)
    content += "".join(tag("OrderChargeData", each) for each in charges)
    content += "".join(tag("OrderPaymentData", each) for each in payments)
    return tag("Data", _filled(_BLANK_DATA, {**basics, **more}), content)


def plain_order(number: str, price: str = "140.00", **more: str) -> str:
    """One pair of shoes, paid in cash."""
    return order(number, [line(1, "SHOE1", price, Warehouse="DUB")], [payment(price)], **more)


def credit_line(position: int, product: str, price: str, **more: str) -> Attributes:
    matrix = ("F", "075", "", "") if product == "SHOE1" else ("", "", "", "")
    basics = {
        "CreditLine": str(position),
        "OrderLine": "1",
        "Product": product,
        "Quantity": "1",
        "Price": price,
    }
    levels = {f"MtrxCode{level}": code for level, code in enumerate(matrix, start=1)}
    return {**basics, **levels, "Warehouse": "DUB", "LineReference": "", **more}


def credit_payment(amount: str, method: str = "CSH") -> Attributes:
    return {"PayMethod": method, "SubPayMethod": "", "TranAmount": amount, "PayAuthRef": ""}


def credit_note(
    number: str, original: str, lines: list[Attributes], payments: list[Attributes], **more: str
) -> str:
    """One `<Data>` of MultiNewCreditNote."""
    basics = {
        "UniqueId": number[-8:].zfill(8),
        "Customer": "SHOP01",
        "TPGUID": f"uk:{number}",
        "CreditNoteNumber": number,
        "OrderNumber": original,
        "VatInclusive": "Yes",
        "OrderChannel": "POS",
        "Reason": "",
    }
    content = "".join(tag("CreditLineData", each) for each in lines)
    content += "".join(tag("CreditPaymentData", each) for each in payments)
    return tag("Data", {**basics, **more}, content)


def plain_credit(number: str, original: str, price: str = "140.00", **more: str) -> str:
    """One pair of shoes given back for cash."""
    return credit_note(number, original, [credit_line(1, "SHOE1", price)], [credit_payment(price)], **more)


def request(request_type: str, content: str) -> str:
    return f'<?xml version="1.0"?><Request RequestType="{request_type}">{content}</Request>'


def envelope(document: str, operation: str = "wsomhandler", parts: str = "<inPart>{}</inPart>") -> str:
    return (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<m:{operation} xmlns:m="{NAMESPACE}">{parts.format(escape(document))}</m:{operation}>'
        "</soap:Body></soap:Envelope>"
    )


@dataclass
class Talk:
    """A conversation with one running twin."""

    base: str
    http: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=10))

    def post(self, body: str | bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        content = body.encode() if isinstance(body, str) else body
        return self.http.post(f"{self.base}/wsalive/wsalive", content=content, headers=headers or HEADERS)

    def text(self, document: str) -> str:
        """Prima's answer document, taken out of its envelope."""
        answer = self.post(envelope(document))
        assert answer.status_code == 200, answer.text
        parts = etree.fromstring(answer.content).findall(".//outPart")
        return parts[0].text or ""

    def ask(self, request_type: str, *content: str) -> etree._Element:
        """The answer's Result element."""
        return etree.fromstring(self.text(request(request_type, "".join(content))).encode("iso-8859-1"))

    def send_order(self, *orders: str) -> etree._Element:
        """The answer's first Data."""
        return self.ask("MultiNewOrder", *orders)[0]

    def send_credit(self, *notes: str) -> etree._Element:
        return self.ask("MultiNewCreditNote", *notes)[0]

    def status(self, number: str) -> etree._Element:
        return self.ask("OrderStatus", tag("Data", {"OrderNumber": number}))

    def get(self, path: str) -> Any:
        answer = self.http.get(self.base + path)
        answer.raise_for_status()
        return answer.json()

    def spoil(self, **order: Any) -> None:
        self.http.post(f"{self.base}/_twin/faults", json=order).raise_for_status()

    def ledger(self) -> list[str]:
        return self.http.get(f"{self.base}/extracts/ledger.csv").text.splitlines()

    def booked(self) -> list[str]:
        return [document["number"] for document in self.get("/_twin/documents")]


def error_of(data: etree._Element) -> str:
    """The RequestError of one answer, or nothing."""
    found = data.find("RequestError")
    return "" if found is None else str(found.get("Error"))
