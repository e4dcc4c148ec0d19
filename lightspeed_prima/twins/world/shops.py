"""The shops of the seeded world: where they are, how they are taxed, how they are paid, who buys.

Facts and their R-Series payloads only. What is sold belongs to catalogue.py, what happened to week.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

Payload = dict[str, Any]

ACCOUNT = "shoes"
ACCOUNT_ID = "120645"
CURRENCY = "EUR"
CLASS_GOODS, CLASS_LABOUR, CLASS_CHILDREN, CLASS_GIFT_CARD = "1", "2", "3", "8"
NO_TAX = Decimal(0)
_SINCE = "2025-01-05T14:00:00+00:00"


@dataclass(frozen=True)
class TaxCategory:
    """The tax a shop charges, with the classes that have a rate of their own."""

    category_id: str
    name: str
    inclusive: bool
    rate: Decimal
    class_rates: tuple[tuple[str, Decimal], ...] = ()

    def rate_of(self, tax_class: str) -> Decimal:
        """The rate of one tax class: its own, else the category's."""
        return dict(self.class_rates).get(tax_class, self.rate)

    def payload(self) -> Payload:
        """As R-Series prints it."""
        classes = [
            {
                "taxCategoryClassID": f"{self.category_id}{tax_class}",
                "tax1Rate": str(rate),
                "tax2Rate": "0",
                "timeStamp": _SINCE,
                "taxCategoryID": self.category_id,
                "taxClassID": tax_class,
            }
            for tax_class, rate in self.class_rates
        ]
        payload: Payload = {
            "taxCategoryID": self.category_id,
            "isTaxInclusive": "true" if self.inclusive else "false",
            "tax1Name": self.name,
            "tax2Name": "",
            "tax1Rate": str(self.rate),
            "tax2Rate": "0",
            "timeStamp": _SINCE,
        }
        if classes:
            payload["TaxCategoryClasses"] = {"TaxCategoryClass": classes}
        return payload


@dataclass(frozen=True)
class Shop:
    """A shop, its till side and its Prima side."""

    shop_id: str
    name: str
    time_zone: ZoneInfo
    tax: TaxCategory
    depot: str
    prima_customer: str
    share_of_trade: Decimal
    registers: tuple[str, ...]
    employees: tuple[str, ...]

    def payload(self) -> Payload:
        """As R-Series prints it."""
        return {
            "shopID": self.shop_id,
            "name": self.name,
            "serviceRate": "0",
            "timeZone": self.time_zone.key,
            "taxLabor": "false",
            "labelTitle": "Shop Name",
            "labelMsrp": "false",
            "archived": "false",
            "timeStamp": _SINCE,
            "companyRegistrationNumber": "",
            "vatNumber": "",
            "zebraBrowserPrint": "false",
            "contactID": str(3 + int(self.shop_id)),
            "taxCategoryID": self.tax.category_id,
            "receiptSetupID": "1",
            "vendorID": "0",
            "ccGatewayID": "3",
            "gatewayConfigID": "3",
            "priceLevelID": "1",
        }

    def register_payloads(self) -> list[Payload]:
        """The shop's registers as R-Series prints them."""
        return [
            {
                "registerID": register,
                "name": f"{self.name} till {number}",
                "open": "true",
                "openTime": _SINCE,
                "archived": "false",
                "tipEnabled": "false",
                "openEmployeeID": self.employees[0],
                "shopID": self.shop_id,
                "ccTerminalID": "0",
            }
            for number, register in enumerate(self.registers, start=1)
        ]


_IRELAND = ((CLASS_CHILDREN, NO_TAX), (CLASS_GIFT_CARD, NO_TAX))
DUBLIN = Shop(
    shop_id="1",
    name="Dublin Grafton St",
    time_zone=ZoneInfo("Europe/Dublin"),
    tax=TaxCategory("1", "IE VAT", True, Decimal("0.23"), _IRELAND),
    depot="DUB",
    prima_customer="0000700001",
    share_of_trade=Decimal("0.45"),
    registers=("2", "3"),
    employees=("4", "5"),
)
AMSTERDAM = Shop(
    shop_id="2",
    name="Amsterdam Kalverstraat",
    time_zone=ZoneInfo("Europe/Amsterdam"),
    tax=TaxCategory("2", "NL BTW", True, Decimal("0.21"), ((CLASS_GIFT_CARD, NO_TAX),)),
    depot="AMS",
    prima_customer="0000700002",
    share_of_trade=Decimal("0.35"),
    registers=("5",),
    employees=("8", "9"),
)
KINSALE = Shop(
    shop_id="3",
    name="Kinsale Trade Counter",
    time_zone=ZoneInfo("Europe/Dublin"),
    tax=TaxCategory("3", "IE VAT trade", False, Decimal("0.23"), _IRELAND),
    depot="KIN",
    prima_customer="0000700003",
    share_of_trade=Decimal("0.20"),
    registers=("7",),
    employees=("11",),
)
SHOPS = (DUBLIN, AMSTERDAM, KINSALE)
DEPOTS = tuple(shop.depot for shop in SHOPS)


@dataclass(frozen=True)
class PaymentType:
    """A way to pay; `type` and never the id or the name says what it is."""

    payment_type_id: str
    name: str
    type: str
    internal: bool = False

    def payload(self) -> Payload:
        """As R-Series prints it."""
        return {
            "paymentTypeID": self.payment_type_id,
            "code": self.name,
            "name": self.name,
            "requireCustomer": "false",
            "archived": "false",
            "internalReserved": "true" if self.internal else "false",
            "type": self.type,
            "channel": "",
            "refundAsPaymentTypeID": "0" if self.type == "cash" else self.payment_type_id,
        }


CASH = PaymentType("1", "Cash", "cash", internal=True)
CARD = PaymentType("3", "Credit Card", "credit card")
CREDIT_ACCOUNT = PaymentType("4", "Credit Account", "credit account", internal=True)
GIFT_CARD = PaymentType("5", "Gift Card", "gift card", internal=True)
AMEX = PaymentType("7", "Amex", "user defined")
TOWN_VOUCHER = PaymentType("9", "Town Voucher", "user defined")
PAYMENT_TYPES = (CASH, CARD, CREDIT_ACCOUNT, GIFT_CARD, AMEX, TOWN_VOUCHER)


@dataclass(frozen=True)
class Customer:
    """A known customer; trade customers have a Prima account of their own."""

    customer_id: str
    first_name: str
    last_name: str
    company: str = ""
    prima_customer: str = ""

    def payload(self) -> Payload:
        """As R-Series prints it."""
        return {
            "customerID": self.customer_id,
            "firstName": self.first_name,
            "lastName": self.last_name,
            "archived": "false",
            "title": "",
            "company": self.company,
            "companyRegistrationNumber": "",
            "vatNumber": "",
            "createTime": "2025-06-01T14:00:00+00:00",
            "timeStamp": "2026-03-02T15:22:00+00:00",
            "contactID": str(30 + int(self.customer_id)),
            "creditAccountID": "0",
            "customerTypeID": "0",
            "discountID": "0",
            "employeeID": "0",
            "noteID": "0",
            "taxCategoryID": "0",
            "measurementID": "0",
        }


RETAIL_CUSTOMERS = (
    Customer("8", "Aoife", "Ní Bhriain"),
    Customer("9", "Jan", "de Vries"),
    Customer("10", "Máire", "O'Shea"),
)
TRADE_CUSTOMERS = (
    Customer("21", "Declan", "Roche", "Kinsale Harbour Stores", "0000710021"),
    Customer("22", "Sinéad", "Walsh", "Old Head Golf Shop", "0000710022"),
)
CUSTOMERS = RETAIL_CUSTOMERS + TRADE_CUSTOMERS


def tax_class_payloads() -> list[Payload]:
    """The tax classes as R-Series prints them."""
    names = (
        (CLASS_GOODS, "Item", "item"),
        (CLASS_LABOUR, "Labor", "service"),
        (CLASS_CHILDREN, "Children's footwear", "item"),
        (CLASS_GIFT_CARD, "Gift card", "item"),
    )
    return [
        {"taxClassID": class_id, "name": name, "timeStamp": _SINCE, "classType": kind}
        for class_id, name, kind in names
    ]


def employee_payloads() -> list[Payload]:
    """Everyone who stands at a till."""
    return [
        {
            "employeeID": employee,
            "firstName": "Till",
            "lastName": f"Keeper {employee}",
            "lockOut": "false",
            "archived": "false",
            "timeStamp": _SINCE,
            "contactID": "0",
            "clockInEmployeeHoursID": "0",
            "employeeRoleID": "2",
            "limitToShopID": shop.shop_id,
            "lastShopID": shop.shop_id,
            "lastSaleID": "0",
            "lastRegisterID": shop.registers[0],
        }
        for shop in SHOPS
        for employee in shop.employees
    ]
