"""The mapping files of docs/interface.md 3: their names, columns and keys.

What does not belong here: reading (reader.py) and loading (load.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from lightspeed_prima.mapping import cells
from lightspeed_prima.mapping.rows import (
    OPEN_END,
    OPEN_START,
    CustomerRow,
    EffectiveRow,
    NonStockRow,
    ShopRow,
    SkuRow,
    TaxRow,
    TenderRow,
)

Row = TypeVar("Row", bound=EffectiveRow)

REQUIRED = object()
"""The default of a column that may not be blank."""


@dataclass(frozen=True)
class Column:
    """A column and what its cells hold; a blank cell, or no such column at all, means the default."""

    name: str
    parse: cells.Parse = cells.text
    default: object = REQUIRED

    @property
    def required(self) -> bool:
        """Whether a blank cell is a mistake."""
        return self.default is REQUIRED


@dataclass(frozen=True)
class MappingFile(Generic[Row]):
    """A file: what its rows become and which columns tell two rows apart."""

    name: str
    row: type[Row]
    key: tuple[str, ...]
    own_columns: tuple[Column, ...]
    optional: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, those that every file has last."""
        return (
            *self.own_columns,
            Column("effective_from", cells.iso_date, OPEN_START),
            Column("effective_to", cells.iso_date, OPEN_END),
        )


COMMENT = "comment"
"""The column for people; its content is not read."""

_ACCOUNT = Column("account")
_MATRIX = tuple(Column(f"mtrx{position}", default="") for position in range(1, 5))

SHOPS = MappingFile(
    "shops.csv",
    ShopRow,
    ("account", "shop_id"),
    (
        _ACCOUNT,
        Column("shop_id"),
        Column("shop_name", default=""),
        Column("depot"),
        # Blank would make Prima open a new customer account for every sale.
        Column("prima_customer"),
        Column("vat_inclusive", cells.yes_no),
        Column("posting_profile", cells.one_of("transaction", "daily"), "transaction"),
        Column("stock_source", cells.one_of("none", "company", "depot"), "none"),
    ),
)
SKUS = MappingFile(
    "skus.csv",
    SkuRow,
    ("account", "lightspeed_sku"),
    (_ACCOUNT, Column("lightspeed_sku"), Column("product"), *_MATRIX),
)
NON_STOCK = MappingFile(
    "non_stock.csv",
    NonStockRow,
    ("account", "match"),
    (
        _ACCOUNT,
        Column("match", cells.non_stock_match),
        Column("product"),
        *_MATRIX,
        Column("gl_account", default=""),
        Column("vat_code"),
    ),
)
TAXES = MappingFile(
    "taxes.csv",
    TaxRow,
    ("account", "lightspeed_tax"),
    (
        _ACCOUNT,
        Column("lightspeed_tax", cells.lightspeed_tax),
        Column("rate", cells.rate),
        Column("vat_code"),
    ),
)
CUSTOMERS = MappingFile(
    "customers.csv",
    CustomerRow,
    ("account", "lightspeed_customer_id"),
    (_ACCOUNT, Column("lightspeed_customer_id"), Column("prima_customer")),
    optional=True,
)
TENDERS = MappingFile(
    "tenders.csv",
    TenderRow,
    ("account", "payment_type_id"),
    (
        _ACCOUNT,
        Column("payment_type_id"),
        Column("pay_method"),
        Column("sub_pay_method", default=""),
        Column("gl_account", default=""),
        Column("kind", cells.one_of(*cells.TENDER_KINDS)),
    ),
)

FILE_NAMES = tuple(file.name for file in (SHOPS, SKUS, NON_STOCK, TAXES, CUSTOMERS, TENDERS))
