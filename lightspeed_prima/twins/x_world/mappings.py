"""Prima's side of the X-Series world: its products and stock, and the mapping files that finance would keep.

The product codes are none of the R-Series world's, so that one Prima company can hold both.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from random import Random

from lightspeed_prima.twins.prima_catalogue import PrimaCatalogue, PrimaProduct
from lightspeed_prima.twins.x_world.catalogue import (
    GIFT_CARD_PRODUCT,
    GL_GIFT_CARDS,
    GL_SERVICES,
    HEMMING,
    KEPLER,
    STOCKED,
    Product,
)
from lightspeed_prima.twins.x_world.retailer import (
    ACCOUNT,
    CASH,
    CREDIT_CARD,
    DEPOTS,
    EFTPOS,
    GIFT_CARD,
    GST,
    LOYALTY,
    MALL_VOUCHER,
    NO_TAX,
    OUTLETS,
    STORE_CREDIT,
    TRADE_CUSTOMERS,
    PaymentType,
)

SkuKey = tuple[str, str, str, str, str]
GST_CODE, OUTSIDE = "NZ15", "OOS"
VAT_RATES = {GST_CODE: GST.rate, OUTSIDE: Decimal(0)}
SERVICE_PRODUCT, FEE_PRODUCT, TIP_PRODUCT, ROUNDING_PRODUCT = "NZSERV", "NZFEE", "NZTIP", "NZROUND"
_BLANK = ("", "", "", "")
_SPARE_UNITS = 6
_UNSTOCKED = (
    (SERVICE_PRODUCT, GL_SERVICES, GST_CODE),
    (HEMMING.product, GL_SERVICES, GST_CODE),
    (FEE_PRODUCT, GL_SERVICES, OUTSIDE),
    (TIP_PRODUCT, GL_SERVICES, OUTSIDE),
    (ROUNDING_PRODUCT, GL_SERVICES, OUTSIDE),
    (GIFT_CARD_PRODUCT.product, GL_GIFT_CARDS, OUTSIDE),
)


def sku_key(product: Product) -> SkuKey:
    """The five parts that make a SKU in Prima."""
    return (product.product, *product.mtrx)


def prima_catalogue(rng: Random, sold: Mapping[tuple[str, SkuKey], int]) -> PrimaCatalogue:
    """Everything Prima knows; `sold` are units per depot and SKU that the week will take."""
    products = [_stocked_product(rng, product, sold) for product in STOCKED]
    products += [
        PrimaProduct(code, *_BLANK, gl_account, dict.fromkeys(DEPOTS, vat_code), {})
        for code, gl_account, vat_code in _UNSTOCKED
    ]
    customers = [outlet.prima_customer for outlet in OUTLETS] + list(TRADE_CUSTOMERS.values())
    return PrimaCatalogue(
        products=tuple(sorted(products, key=lambda product: product.key)),
        depots=DEPOTS,
        vat_rates=VAT_RATES,
        customers=dict.fromkeys(customers, True),
    )


def _stocked_product(rng: Random, product: Product, sold: Mapping[tuple[str, SkuKey], int]) -> PrimaProduct:
    stock = {
        depot: max(rng.randint(8, 40), sold.get((depot, sku_key(product)), 0) + _SPARE_UNITS)
        for depot in DEPOTS
    }
    return PrimaProduct(
        product.product, *product.mtrx, product.gl_account, dict.fromkeys(DEPOTS, GST_CODE), stock
    )


def mapping_files() -> dict[str, str]:
    """The CSV files of the mappings directory, with the deliberate gaps of the world."""
    return {
        "shops.csv": _csv(
            "account shop_id shop_name depot prima_customer vat_inclusive",
            ((o.outlet_id, o.name, o.depot, o.prima_customer, "yes") for o in OUTLETS),
        ),
        "skus.csv": _csv(
            "account lightspeed_sku product mtrx1 mtrx2 mtrx3 mtrx4",
            ((product.sku, *sku_key(product)) for product in STOCKED if product.mapped),
        ),
        "non_stock.csv": _csv(
            "account match product mtrx1 mtrx2 mtrx3 mtrx4 gl_account vat_code",
            (
                ("service", SERVICE_PRODUCT, *_BLANK, GL_SERVICES, GST_CODE),
                (f"sku:{HEMMING.sku}", HEMMING.product, *_BLANK, GL_SERVICES, GST_CODE),
                ("gift_card", GIFT_CARD_PRODUCT.product, *_BLANK, GL_GIFT_CARDS, OUTSIDE),
                ("fee", FEE_PRODUCT, *_BLANK, GL_SERVICES, OUTSIDE),
                ("tip", TIP_PRODUCT, *_BLANK, GL_SERVICES, OUTSIDE),
                ("rounding", ROUNDING_PRODUCT, *_BLANK, GL_SERVICES, OUTSIDE),
            ),
        ),
        "taxes.csv": _csv(
            "account lightspeed_tax rate vat_code",
            ((GST.rate_id, "0.15", GST_CODE), (NO_TAX.rate_id, "0", OUTSIDE)),
        ),
        "customers.csv": _csv("account lightspeed_customer_id prima_customer", TRADE_CUSTOMERS.items()),
        "tenders.csv": _csv(
            "account payment_type_id pay_method sub_pay_method gl_account kind",
            (
                _tender(CASH, "CSH", "", "1110", "cash"),
                _tender(CREDIT_CARD, "CRD", "TERMINAL", "1120", "card"),
                _tender(EFTPOS, "CRD", "EFTPOS", "1121", "card"),
                _tender(GIFT_CARD, "GFT", "", GL_GIFT_CARDS, "gift_card"),
                _tender(STORE_CREDIT, "STC", "", "2160", "store_credit"),
            ),
        ),
    }


def mapping_fixes() -> dict[str, list[str]]:
    """The rows that finance would add to release what is held for a missing mapping, by file."""
    voucher = _tender(MALL_VOUCHER, "VCH", "MALL", "1130", "other")
    loyalty = _tender(LOYALTY, "VCH", "LOYALTY", "1131", "other")
    return {
        "skus.csv": [",".join((ACCOUNT, product.sku, *sku_key(product))) for product in KEPLER],
        "tenders.csv": [",".join((ACCOUNT, *row)) for row in (voucher, loyalty)],
    }


def _tender(payment_type: PaymentType, *rest: str) -> tuple[str, ...]:
    return (payment_type.config_id, *rest)


def _csv(header: str, rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header.split())
    writer.writerows((ACCOUNT, *row) for row in rows)
    return out.getvalue()
