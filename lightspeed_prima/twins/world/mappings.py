"""Prima's side of the world: its products and stock, and the mapping files that finance would keep.

What was sold is told by the caller; nothing here knows a single sale.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from random import Random

from lightspeed_prima.twins.prima_catalogue import PrimaCatalogue, PrimaProduct
from lightspeed_prima.twins.world.catalogue import (
    GL_GIFT_CARDS,
    GL_SERVICES,
    ITEMS,
    STOCKED,
    STRETCH,
    Item,
)
from lightspeed_prima.twins.world.shops import (
    ACCOUNT,
    AMEX,
    AMSTERDAM,
    CARD,
    CASH,
    CLASS_CHILDREN,
    CLASS_GIFT_CARD,
    CREDIT_ACCOUNT,
    DEPOTS,
    DUBLIN,
    GIFT_CARD,
    KINSALE,
    SHOPS,
    TOWN_VOUCHER,
    TRADE_CUSTOMERS,
    PaymentType,
)

SkuKey = tuple[str, str, str, str, str]
IRISH, DUTCH, ZERO_RATED, OUTSIDE = "S23", "N21", "Z00", "OOS"
VAT_RATES = {IRISH: Decimal("0.23"), DUTCH: Decimal("0.21"), ZERO_RATED: Decimal(0), OUTSIDE: Decimal(0)}
GIFT_CARD_PRODUCT, CHARGE_PRODUCT = "GIFTCARD", "CHARGE"
_BLANK = ("", "", "", "")
_STANDARD = {"DUB": IRISH, "AMS": DUTCH, "KIN": IRISH}
_CHILDREN = {"DUB": ZERO_RATED, "AMS": DUTCH, "KIN": ZERO_RATED}
# Services and charges are sold in Ireland only: non_stock.csv has one VAT code for all shops.
_IRISH_ONLY = {"DUB": IRISH, "KIN": IRISH}
_SPARE_UNITS = 6


def sku_key(item: Item) -> SkuKey:
    """The five parts that make a SKU in Prima."""
    return (item.product, *item.mtrx)


def prima_catalogue(rng: Random, sold: Mapping[tuple[str, SkuKey], int]) -> PrimaCatalogue:
    """Everything Prima knows; `sold` are units per depot and SKU that the week will take."""
    products = [_stocked_product(rng, item, sold) for item in STOCKED]
    products += [_service_product(item) for item in ITEMS if item.service]
    products += [
        PrimaProduct(CHARGE_PRODUCT, *_BLANK, GL_SERVICES, _IRISH_ONLY, {}),
        PrimaProduct(GIFT_CARD_PRODUCT, *_BLANK, GL_GIFT_CARDS, dict.fromkeys(DEPOTS, OUTSIDE), {}),
    ]
    customers = {shop.prima_customer: shop.tax.inclusive for shop in SHOPS}
    customers |= {customer.prima_customer: KINSALE.tax.inclusive for customer in TRADE_CUSTOMERS}
    return PrimaCatalogue(
        products=tuple(sorted(products, key=lambda product: product.key)),
        depots=DEPOTS,
        vat_rates=VAT_RATES,
        customers=customers,
    )


def _stocked_product(rng: Random, item: Item, sold: Mapping[tuple[str, SkuKey], int]) -> PrimaProduct:
    stock = {
        depot: max(rng.randint(8, 40), sold.get((depot, sku_key(item)), 0) + _SPARE_UNITS) for depot in DEPOTS
    }
    vat = _CHILDREN if item.tax_class == CLASS_CHILDREN else _STANDARD
    return PrimaProduct(item.product, *item.mtrx, item.gl_account, vat, stock)


def _service_product(item: Item) -> PrimaProduct:
    return PrimaProduct(item.product, *item.mtrx, item.gl_account, _IRISH_ONLY, {})


def mapping_files() -> dict[str, str]:
    """The CSV files of the mappings directory, with the deliberate gaps of the world."""
    return {
        "shops.csv": _csv(
            "account shop_id shop_name depot prima_customer vat_inclusive",
            (
                (s.shop_id, s.name, s.depot, s.prima_customer, "yes" if s.tax.inclusive else "no")
                for s in SHOPS
            ),
        ),
        "skus.csv": _csv(
            "account lightspeed_sku product mtrx1 mtrx2 mtrx3 mtrx4",
            ((item.sku, *sku_key(item)) for item in STOCKED if item.mapped),
        ),
        "non_stock.csv": _csv(
            "account match product mtrx1 mtrx2 mtrx3 mtrx4 gl_account vat_code",
            (
                ("misc_charge", CHARGE_PRODUCT, *_BLANK, GL_SERVICES, IRISH),
                ("service", "RESOLE", *_BLANK, GL_SERVICES, IRISH),
                (f"sku:{STRETCH.sku}", STRETCH.product, *_BLANK, GL_SERVICES, IRISH),
                ("gift_card", GIFT_CARD_PRODUCT, *_BLANK, GL_GIFT_CARDS, OUTSIDE),
            ),
        ),
        "taxes.csv": _csv("account lightspeed_tax rate vat_code", _taxes()),
        "customers.csv": _csv(
            "account lightspeed_customer_id prima_customer",
            ((customer.customer_id, customer.prima_customer) for customer in TRADE_CUSTOMERS),
        ),
        "tenders.csv": _csv(
            "account payment_type_id pay_method sub_pay_method gl_account kind",
            (
                _tender(CASH, "CSH", "", "1010", "cash"),
                _tender(CARD, "CRD", "TERMINAL", "1020", "card"),
                _tender(AMEX, "CRD", "AMEX", "1021", "card"),
                _tender(CREDIT_ACCOUNT, "ACC", "", "1100", "on_account"),
                _tender(GIFT_CARD, "GFT", "", GL_GIFT_CARDS, "gift_card"),
            ),
        ),
    }


def mapping_fixes() -> dict[str, list[str]]:
    """The rows that finance would add to release what is held for a missing mapping, by file."""
    unmapped = [item for item in STOCKED if not item.mapped]
    tender = _tender(TOWN_VOUCHER, "VCH", "TOWN", "1030", "other")
    return {
        "skus.csv": [",".join((ACCOUNT, item.sku, *sku_key(item))) for item in unmapped],
        "tenders.csv": [",".join((ACCOUNT, *tender))],
    }


def _taxes() -> list[tuple[str, str, str]]:
    irish = [(f"{shop.tax.category_id}", shop) for shop in (DUBLIN, KINSALE)]
    rows = [(f"{category}/*", "0.23", IRISH) for category, _ in irish]
    rows += [(f"{category}/{CLASS_CHILDREN}", "0", ZERO_RATED) for category, _ in irish]
    rows += [(f"{AMSTERDAM.tax.category_id}/*", "0.21", DUTCH)]
    rows += [(f"{shop.tax.category_id}/{CLASS_GIFT_CARD}", "0", OUTSIDE) for shop in SHOPS]
    return sorted(rows)


def _tender(payment_type: PaymentType, *rest: str) -> tuple[str, ...]:
    return (payment_type.payment_type_id, *rest)


def _csv(header: str, rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header.split())
    writer.writerows((ACCOUNT, *row) for row in rows)
    return out.getvalue()
