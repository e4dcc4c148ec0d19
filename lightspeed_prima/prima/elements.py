"""The elements a request is made of: which attributes each has, in which order, and how values are written.

What does not belong here: which value a document puts where (sales_order, credit_note).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from lightspeed_prima.errors import PipelineError
from lightspeed_prima.prima import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CODE = re.compile(r"[\x20-\x7e\xa0-\xff]*")
_PENNY = Decimal("0.01")


class UnrenderableDocument(PipelineError):
    """The plan asks for something that must not or cannot be sent."""


class Page:
    """One request being written: collects its elements, and what folding had to change."""

    def __init__(self, document_number: str) -> None:
        self.document_number = document_number
        self.parts: list[str] = []
        self.text_changes: list[str] = []

    def open(self, name: str, names: Sequence[str], values: Mapping[str, str]) -> None:
        """An element that stays open, with every attribute of `names`, blank where `values` has none."""
        self.parts.append(f"<{name}{self._attributes(name, names, values)}>")

    def element(self, name: str, names: Sequence[str], values: Mapping[str, str]) -> None:
        """An empty element, likewise."""
        self.parts.append(f"<{name}{self._attributes(name, names, values)}/>")

    def close(self, name: str) -> None:
        self.parts.append(f"</{name}>")

    def free_text(self, where: str, value: str) -> str:
        """Text that may be folded to what Prima can take; the change is remembered."""
        folded = text.fold(value)
        if folded != value:
            self.text_changes.append(f"{where}: {value!r} became {folded!r}")
        return folded

    def _attributes(self, element: str, names: Sequence[str], values: Mapping[str, str]) -> str:
        unknown = set(values) - set(names)
        if unknown:
            raise ValueError(f"{element} has no attribute {', '.join(sorted(unknown))}")
        return "".join(
            f' {name}="{text.attribute(self._checked(element, name, values.get(name, "")))}"'
            for name in names
        )

    def _checked(self, element: str, name: str, value: str) -> str:
        if _CODE.fullmatch(value):
            return value
        raise UnrenderableDocument(
            "PLAN_REFUSED",
            f"{name} {value!r} of document {self.document_number} has characters that Prima cannot take",
            where=f"{element}@{name}",
            next_step="codes are never changed on the way; correct the mapping the code comes from",
        )


def logical(value: bool) -> str:
    return "Yes" if value else "No"


def money(value: Decimal) -> str:
    """Two decimals; a finer figure is a mistake of the plan and is never rounded away here."""
    if value != value.quantize(_PENNY):
        raise UnrenderableDocument("PLAN_REFUSED", f"{value} is finer than a penny")
    return f"{value:.2f}"


def names(text: str) -> tuple[str, ...]:
    """Attribute names written as one text, in the order they are sent."""
    return tuple(text.split())


def numbered(stem: str, first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{stem}{number}" for number in range(first, last + 1))


ORDER_DATA = names(
    "UniqueId CustDef Customer TPGUID OrderNumber HoldOrder HoldOrderNarrative OrderChannel CustomerTitle "
    "CustomerForename CustomerSurname AddrLine1 AddrLine2 AddrLine3 AddrLine4 AddrLine5 AddrLine6 PostCode "
    "Country CustomerEmail CustomerPhone CustomerMobile CustomerFax CustomerRef VatInclusive Gender "
    "ReceiveMail ReceiveEmail ReceiveText ReceivePhone ReceiveMobile RentDetails DateOfBirth DelivAddrNo "
    "DeliveryFAO EntitlementCheck InvcAddrNo OrderType PaymentTerms Salesman SeasonDDValidation Wardrobe "
    "WorksNo WREmpCode WREmpDept WREmpRef1 WREmpRef2 WREmpRole WROrdRef1 WROrdRef2 WROrdRef3 WROrdRef4"
)

ORDER_HEADER = names(
    "B2B Brand SpecialInstructions ShippingInstructions SourceMedia OrderCategory OrderStatus Carrier "
    "CarrServ Currency OrderContact OrderDate OrderEmail OrderPaid PaymentOnOrder ProdConv Proforma Season "
    "SendToApproval"
)

ORDER_INVOICE = names(
    "InvoiceTitle InvoiceForename InvoiceSurname InvoiceAddrLine1 InvoiceAddrLine2 InvoiceAddrLine3 "
    "InvoiceAddrLine4 InvoiceAddrLine5 InvoiceAddrLine6 InvoicePostCode InvoiceCountry InvoiceEmail "
    "InvoicePhone InvoiceMobile InvoiceFax InvoiceFAO"
)

ORDER_LINE = (
    *names("DueDate EnhancementToLine ExtTaxVal"),
    *numbered("FIPSCode", 1, 6),
    *numbered("FIPSValue", 1, 6),
    *names("Inventory LineSalesman Reserve TrDisc VchGreetMessage VchPostCode Warehouse WorksNo OrderLine"),
    *names(
        "Product MtrxCode1 MtrxCode2 MtrxCode3 MtrxCode4 Quantity Price Promotion PromotionValue WebPrmCode"
    ),
    *names("LineNarrative LineReference Voucher VchMethod VchGreetcard VchMessage VchName"),
    *numbered("VchAddrLine", 1, 6),
    *names("VchCntry VchEmail"),
)

ORDER_CHARGE = names("Charge ChargeValue")

ORDER_PAYMENT = names(
    "PayMethod SubPayMethod AuthRef AuthDate AuthTime TranAmount BankSort BankAccount ChequeNum PayProvider "
    "PayProviderStatus PayAuthRef PayAuthId LineRef TokenID CAVV ECI ATSData TransactionID "
    "AuthenticationStatus VchNumber FailureCount ExchCreditNo"
)
