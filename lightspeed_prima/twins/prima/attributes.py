"""The exact attribute lists of every element that Prima's twin takes.

MultiNewOrder is as seen on the wire (docs/wire_notes.md b.5); MultiNewCreditNote is INFERRED. What the values
have to be is checked in fields.py and by the documents themselves.
"""

from __future__ import annotations


def _numbered(name: str, last: int) -> str:
    return " ".join(f"{name}{number}" for number in range(1, last + 1))


def _names(*parts: str) -> frozenset[str]:
    return frozenset(" ".join(parts).split())


ORDER_DATA = _names(
    "UniqueId CustDef Customer TPGUID OrderNumber HoldOrder HoldOrderNarrative OrderChannel CustomerTitle",
    "CustomerForename CustomerSurname",
    _numbered("AddrLine", 6),
    "PostCode Country CustomerEmail CustomerPhone CustomerMobile CustomerFax CustomerRef VatInclusive Gender",
    "ReceiveMail ReceiveEmail ReceiveText ReceivePhone ReceiveMobile RentDetails DateOfBirth DelivAddrNo",
    "DeliveryFAO EntitlementCheck InvcAddrNo OrderType PaymentTerms Salesman SeasonDDValidation Wardrobe",
    "WorksNo WREmpCode WREmpDept WREmpRef1 WREmpRef2 WREmpRole",
    _numbered("WROrdRef", 4),
)
ORDER_HEADER = _names(
    "B2B Brand SpecialInstructions ShippingInstructions SourceMedia OrderCategory OrderStatus Carrier",
    "CarrServ Currency OrderContact OrderDate OrderEmail OrderPaid PaymentOnOrder ProdConv Proforma Season",
    "SendToApproval",
)
ORDER_INVOICE = _names(
    "InvoiceTitle InvoiceForename InvoiceSurname",
    _numbered("InvoiceAddrLine", 6),
    "InvoicePostCode InvoiceCountry InvoiceEmail InvoicePhone InvoiceMobile InvoiceFax InvoiceFAO",
)
ORDER_LINE = _names(
    "DueDate EnhancementToLine ExtTaxVal",
    _numbered("FIPSCode", 6),
    _numbered("FIPSValue", 6),
    "Inventory LineSalesman Reserve TrDisc VchGreetMessage VchPostCode Warehouse WorksNo OrderLine Product",
    _numbered("MtrxCode", 4),
    "Quantity Price Promotion PromotionValue WebPrmCode LineNarrative LineReference Voucher VchMethod",
    "VchGreetcard VchMessage VchName",
    _numbered("VchAddrLine", 6),
    "VchCntry VchEmail",
)
ORDER_CHARGE = _names("Charge ChargeValue")
ORDER_PAYMENT = _names(
    "PayMethod SubPayMethod AuthRef AuthDate AuthTime TranAmount BankSort BankAccount ChequeNum PayProvider",
    "PayProviderStatus PayAuthRef PayAuthId LineRef TokenID CAVV ECI ATSData TransactionID",
    "AuthenticationStatus VchNumber FailureCount ExchCreditNo",
)
CREDIT_DATA = _names("UniqueId Customer TPGUID CreditNoteNumber OrderNumber VatInclusive OrderChannel Reason")
CREDIT_LINE = _names(
    "CreditLine OrderLine Product", _numbered("MtrxCode", 4), "Quantity Price Warehouse LineReference"
)
CREDIT_PAYMENT = _names("PayMethod SubPayMethod TranAmount PayAuthRef")
SKU = _names("Product", _numbered("MtrxCode", 4))

ORDER_SECTIONS = {
    "OrderHeaderData": ORDER_HEADER,
    "OrderInvoiceData": ORDER_INVOICE,
    "OrderLineData": ORDER_LINE,
    "OrderChargeData": ORDER_CHARGE,
    "OrderPaymentData": ORDER_PAYMENT,
}
"""In the order in which the elements have to stand."""
CREDIT_SECTIONS = {"CreditLineData": CREDIT_LINE, "CreditPaymentData": CREDIT_PAYMENT}
