"""What a row of each mapping file says, once read.

What does not belong here: how the cells are checked (files.py), which row applies to a sale (the SQL models).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

OPEN_START = date(1, 1, 1)
OPEN_END = date(9999, 12, 31)


@dataclass(frozen=True)
class EffectiveRow:
    """What all mapping rows share: their trading days, both included, and their line in the file."""

    effective_from: date
    effective_to: date
    line_no: int


@dataclass(frozen=True)
class ShopRow(EffectiveRow):
    """A Lightspeed shop, its Prima depot and customer account."""

    account: str
    shop_id: str
    shop_name: str
    depot: str
    prima_customer: str
    vat_inclusive: bool
    posting_profile: str
    stock_source: str


@dataclass(frozen=True)
class SkuRow(EffectiveRow):
    """A saleable Lightspeed variant and its Prima product and matrix position."""

    account: str
    lightspeed_sku: str
    product: str
    mtrx1: str
    mtrx2: str
    mtrx3: str
    mtrx4: str


@dataclass(frozen=True)
class NonStockRow(EffectiveRow):
    """What stands in Prima for a charge, service, gift card or other thing that has no stock."""

    account: str
    match: str
    product: str
    mtrx1: str
    mtrx2: str
    mtrx3: str
    mtrx4: str
    gl_account: str
    vat_code: str


@dataclass(frozen=True)
class TaxRow(EffectiveRow):
    """A Lightspeed tax, its rate as a fraction and its Prima VAT code."""

    account: str
    lightspeed_tax: str
    rate: Decimal
    vat_code: str


@dataclass(frozen=True)
class CustomerRow(EffectiveRow):
    """A Lightspeed customer with a Prima account of their own."""

    account: str
    lightspeed_customer_id: str
    prima_customer: str


@dataclass(frozen=True)
class TenderRow(EffectiveRow):
    """A Lightspeed payment type and its Prima payment method."""

    account: str
    payment_type_id: str
    pay_method: str
    sub_pay_method: str
    gl_account: str
    kind: str


@dataclass(frozen=True)
class Mappings:
    """All mapping rows, free of mistakes."""

    shops: tuple[ShopRow, ...]
    skus: tuple[SkuRow, ...]
    non_stock: tuple[NonStockRow, ...]
    taxes: tuple[TaxRow, ...]
    customers: tuple[CustomerRow, ...]
    tenders: tuple[TenderRow, ...]
    warnings: tuple[str, ...] = ()
    """What a person may want to look at, though it stops nothing."""

    def unknown_accounts(self, configured: frozenset[str]) -> tuple[str, ...]:
        """A sentence per account that the files name and the configuration does not."""
        tables: dict[str, tuple[ShopRow | SkuRow | NonStockRow | TaxRow | CustomerRow | TenderRow, ...]] = {
            "shops.csv": self.shops,
            "skus.csv": self.skus,
            "non_stock.csv": self.non_stock,
            "taxes.csv": self.taxes,
            "customers.csv": self.customers,
            "tenders.csv": self.tenders,
        }
        sentences: list[str] = []
        for name, rows in tables.items():
            seen = set(configured)
            for row in rows:
                if row.account not in seen:
                    seen.add(row.account)
                    sentences.append(f"{name}:{row.line_no}: no account {row.account!r} is configured")
        return tuple(sentences)
