"""The X-Series retailer of the seeded world: its outlets, tills, taxes, ways to pay and people.

Facts and their payloads, versions excepted. What is sold belongs to catalogue.py, what happened to week.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from lightspeed_prima.twins.x_world.wire import fixed_id, number

Payload = dict[str, Any]

ACCOUNT = "nz"
DOMAIN_PREFIX = "seededworld"
CURRENCY = "NZD"
SINCE = "2025-02-03T21:30:00+00:00"
RETAILER_ID = fixed_id(0x01, 1)
CASH_UNIT = Decimal("0.10")


@dataclass(frozen=True)
class Tax:
    """A tax: a group of rates in X-Series, of one rate here. Lines name the tax, totals name the rate."""

    tax_id: str
    rate_id: str
    name: str
    rate: Decimal
    is_default: bool = False

    def payload(self) -> Payload:
        """As `GET /taxes` prints it."""
        rate = {
            "id": self.rate_id,
            "name": self.name,
            "display_name": self.name,
            "rate": number(self.rate),
        }
        return {
            "id": self.tax_id,
            "name": self.name,
            "display_name": self.name,
            "is_default": self.is_default,
            "rates": [rate],
            "deleted_at": None,
        }


NO_TAX = Tax(fixed_id(0x0E, 2), fixed_id(0x0E, 0x12), "No Tax", Decimal(0))
GST = Tax(fixed_id(0x0E, 1), fixed_id(0x0E, 0x11), "GST", Decimal("0.15"), is_default=True)
TAXES = (NO_TAX, GST)


@dataclass(frozen=True)
class PaymentType:
    """A way to pay. Only `config_id` is unique: several types share a `type_id`."""

    config_id: str
    name: str
    type_id: int
    internal: bool = False
    """Internal types can pay, and `payment_types:read` does not list them."""
    deleted: bool = False

    def payload(self) -> Payload:
        """As `GET /payment_types` prints it."""
        return {
            "id": self.config_id,
            "name": self.name,
            "type_id": self.type_id,
            "disabled": self.deleted,
            "internal": self.internal,
            "gateway": False,
            "config": {"rounding": f"{CASH_UNIT}"} if self.type_id == 1 else None,
            "outlet_ids": None,
            "name_changed_by_user": False,
            "deleted_at": "2026-06-30T22:00:00+00:00" if self.deleted else None,
        }


CASH = PaymentType(fixed_id(0x0F, 1), "Cash", 1)
CREDIT_CARD = PaymentType(fixed_id(0x0F, 2), "Credit Card", 2)
GIFT_CARD = PaymentType(fixed_id(0x0F, 3), "Gift Card", 118)
STORE_CREDIT = PaymentType(fixed_id(0x0F, 4), "Store Credit", 107)
EFTPOS = PaymentType(fixed_id(0x0F, 5), "Eftpos", 2)
MALL_VOUCHER = PaymentType(fixed_id(0x0F, 6), "Mall Voucher", 3)
LOYALTY = PaymentType(fixed_id(0x0F, 7), "Loyalty", 106, internal=True)
CHEQUE = PaymentType(fixed_id(0x0F, 8), "Cheque", 4, deleted=True)
PAYMENT_TYPES = (CASH, CREDIT_CARD, GIFT_CARD, STORE_CREDIT, EFTPOS, MALL_VOUCHER, LOYALTY, CHEQUE)


@dataclass(frozen=True)
class Register:
    """A till of an outlet."""

    register_id: str
    name: str
    prefix: str
    deleted: bool = False

    @property
    def open_sequence_id(self) -> str:
        """The id of the till's present opening."""
        return f"{self.register_id[:4]}ff{self.register_id[6:]}"

    def payload(self, outlet_id: str, sequence: int) -> Payload:
        """As `GET /registers` prints it."""
        return {
            "id": self.register_id,
            "name": self.name,
            "outlet_id": outlet_id,
            "ask_for_note_on_save": 1,
            "print_note_on_receipt": False,
            "ask_for_user_on_sale": False,
            "show_discounts_on_receipts": True,
            "print_receipt": True,
            "email_receipt": True,
            "invoice_prefix": self.prefix,
            "invoice_suffix": "-NZ",
            "invoice_sequence": sequence,
            "button_layout_id": None,
            "is_open": not self.deleted,
            "is_quick_keys_enabled": True,
            "receipt_template_id": None,
            "register_open_time": SINCE,
            "register_close_time": None,
            "register_open_sequence_id": self.open_sequence_id,
            "cash_managed_payment_type_id": CASH.config_id,
            "deleted_at": "2026-05-31T22:00:00+00:00" if self.deleted else None,
        }


@dataclass(frozen=True)
class Outlet:
    """A shop: its till side and its Prima side. Prices on its labels carry GST."""

    outlet_id: str
    name: str
    time_zone: ZoneInfo
    city: str
    depot: str
    prima_customer: str
    share_of_trade: Decimal
    registers: tuple[Register, ...]
    users: tuple[str, ...]

    def payload(self) -> Payload:
        """As `GET /outlets` prints it."""
        return {
            "id": self.outlet_id,
            "name": self.name,
            "time_zone": self.time_zone.key,
            "default_tax_id": GST.tax_id,
            "currency": CURRENCY,
            "currency_symbol": "$",
            "display_prices": "inclusive",
            "email": "shop@example.com",
            "phone": None,
            "physical_address_1": "1 High St",
            "physical_address_2": "",
            "physical_suburb": "",
            "physical_city": self.city,
            "physical_postcode": "1010",
            "physical_state": "",
            "physical_country_id": "NZ",
            "latitude": None,
            "longitude": None,
            "attributes": [{"key": "low_stock_warning", "value": "1"}],
            "deleted_at": None,
        }


AUCKLAND = Outlet(
    outlet_id=fixed_id(0x0A, 1),
    name="Auckland Queen St",
    time_zone=ZoneInfo("Pacific/Auckland"),
    city="Auckland",
    depot="AKL",
    prima_customer="0000720001",
    share_of_trade=Decimal("0.7"),
    registers=(
        Register(fixed_id(0x0B, 1), "Main Register", "MR-"),
        Register(fixed_id(0x0B, 2), "Back Register", "BR-"),
    ),
    users=(fixed_id(0x0C, 1), fixed_id(0x0C, 2)),
)
CHATHAM = Outlet(
    outlet_id=fixed_id(0x0A, 2),
    name="Waitangi Wharf",
    time_zone=ZoneInfo("Pacific/Chatham"),
    city="Waitangi",
    depot="CHA",
    prima_customer="0000720002",
    share_of_trade=Decimal("0.3"),
    registers=(
        Register(fixed_id(0x0B, 3), "Wharf Register", "WW-"),
        Register(fixed_id(0x0B, 4), "Old Wharf Register", "OW-", deleted=True),
    ),
    users=(fixed_id(0x0C, 3),),
)
OUTLETS = (AUCKLAND, CHATHAM)
DEPOTS = tuple(outlet.depot for outlet in OUTLETS)

WALK_IN = fixed_id(0x0D, 1)
RETAIL_CUSTOMERS = (fixed_id(0x0D, 2), fixed_id(0x0D, 3))
TRADE_CUSTOMERS = {fixed_id(0x0D, 0x11): "0000721011", fixed_id(0x0D, 0x12): "0000721012"}


def retailer_payload(discount_product_id: str) -> Payload:
    """As `GET /retailer` prints it; its own `version` is text and counts nothing."""
    return {
        "id": RETAILER_ID,
        "domain_prefix": DOMAIN_PREFIX,
        "store_url": f"https://{DOMAIN_PREFIX}.retail.lightspeed.app",
        "account_status": "ACTIVE",
        "account_type": "PRO",
        "name": "Seeded World",
        "version": "12345",
        "discount_product_id": discount_product_id,
        "no_tax_group_id": NO_TAX.tax_id,
        "tax_exclusive": False,
        "country": "NZ",
        "currency": {"code": CURRENCY, "symbol": "$"},
        "culture": "en_NZ",
        "timezone": AUCKLAND.time_zone.key,
        "loyalty": {"enabled": False, "ratio": 0},
        "sku_sequence": {"enabled": True, "value": 10000},
        "store_credit": True,
        "gift_cards": {"enabled": True, "never_enabled": False},
        "created_at": SINCE,
        "activated_at": SINCE,
    }
