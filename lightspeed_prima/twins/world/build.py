"""Puts the seeded world together: one call, no clock, no files, the same seed the same world.

Each room of it lives in its own module; serving it belongs to twins/r_series and the Prima twin.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from lightspeed_prima.twins.prima_catalogue import PrimaCatalogue, PrimaProduct
from lightspeed_prima.twins.world.answer_key import AnswerKey, answer_key, units_sold
from lightspeed_prima.twins.world.catalogue import ITEMS, STOCKED, STYLES
from lightspeed_prima.twins.world.config import SECRETS, config_toml
from lightspeed_prima.twins.world.mappings import mapping_files, prima_catalogue, sku_key
from lightspeed_prima.twins.world.receipts import discount_payloads, sale_payload, void_payload
from lightspeed_prima.twins.world.reservations import reserved_line_payloads
from lightspeed_prima.twins.world.shops import (
    ACCOUNT,
    ACCOUNT_ID,
    CURRENCY,
    CUSTOMERS,
    PAYMENT_TYPES,
    SHOPS,
    employee_payloads,
    tax_class_payloads,
)
from lightspeed_prima.twins.world.till import Sale
from lightspeed_prima.twins.world.trouble import deliberate_trouble, late_sales
from lightspeed_prima.twins.world.week import ordinary_trade

Payload = dict[str, Any]
FIRST_DAY = date(2026, 11, 2)
_FIRST_SALE, _FIRST_LINE, _FIRST_PAYMENT = 9001, 15001, 8001


@dataclass(frozen=True)
class WorldSale:
    """A sale as Lightspeed holds it, and the stage from which it is there."""

    payload: Payload
    stage: int

    @property
    def sale_id(self) -> str:
        """Lightspeed's id of the sale."""
        return str(self.payload["saleID"])


@dataclass(frozen=True)
class World:
    """Everything that both twins serve, and the right answer to it."""

    seed: int
    first_day: date
    last_day: date
    account: str
    account_id: str
    currency: str
    sales: tuple[WorldSale, ...]
    sale_voids: tuple[Payload, ...]
    reserved_lines: tuple[Payload, ...]
    """Sale lines of open layaways: they have no sale yet (saleID "0")."""
    items: tuple[Payload, ...]
    matrices: tuple[Payload, ...]
    item_shops: tuple[Payload, ...]
    """ItemShop rows with the opening quantity; the R-Series twin takes off what was sold."""
    shops: tuple[Payload, ...]
    registers: tuple[Payload, ...]
    employees: tuple[Payload, ...]
    customers: tuple[Payload, ...]
    discounts: tuple[Payload, ...]
    payment_types: tuple[Payload, ...]
    tax_categories: tuple[Payload, ...]
    tax_classes: tuple[Payload, ...]
    prima_catalogue: PrimaCatalogue
    mappings: dict[str, str]
    """Mapping file name to CSV text."""
    secrets: dict[str, str]
    """Secret file name, relative to the config file, to its content; to be written with mode 0600."""
    answer_key: AnswerKey

    @property
    def prima_products(self) -> tuple[PrimaProduct, ...]:
        """The products that Prima knows."""
        return self.prima_catalogue.products

    def config_toml(self, lightspeed_port: int, prima_port: int) -> str:
        """The configuration of a sandbox whose twins listen on these loopback ports."""
        return config_toml(lightspeed_port, prima_port, start_from=self.first_day)


def build_world(seed: int = 7, days: int = 7, sales_per_day: int = 40, first_day: date = FIRST_DAY) -> World:
    """A world of three shops for so many days, the same for the same arguments."""
    assert days >= 1, "a world has at least one day"
    rng = Random(seed)
    honest = ordinary_trade(rng, first_day, days, sales_per_day)
    known = sorted(
        honest + deliberate_trouble(rng, first_day, days), key=lambda s: (s.opened_at, s.shop.shop_id)
    )
    sales = known + late_sales(rng, first_day, days, known)
    _number(sales)
    catalogue = prima_catalogue(rng, units_sold(sales))
    voided = sorted((s for s in sales if s.voided_at), key=lambda s: s.voided_at or s.opened_at)
    return World(
        seed=seed,
        first_day=first_day,
        last_day=first_day + timedelta(days=days - 1),
        account=ACCOUNT,
        account_id=ACCOUNT_ID,
        currency=CURRENCY,
        sales=tuple(WorldSale(sale_payload(sale), sale.stage) for sale in sales),
        sale_voids=tuple(void_payload(sale, number) for number, sale in enumerate(voided, start=1)),
        reserved_lines=tuple(reserved_line_payloads(first_day)),
        items=tuple(item.payload() for item in ITEMS),
        matrices=tuple(style.payload() for style in STYLES),
        item_shops=tuple(_item_shops(catalogue)),
        shops=tuple(shop.payload() for shop in SHOPS),
        registers=tuple(register for shop in SHOPS for register in shop.register_payloads()),
        employees=tuple(employee_payloads()),
        customers=tuple(customer.payload() for customer in CUSTOMERS),
        discounts=tuple(discount_payloads()),
        payment_types=tuple(payment_type.payload() for payment_type in PAYMENT_TYPES),
        tax_categories=tuple(shop.tax.payload() for shop in SHOPS),
        tax_classes=tuple(tax_class_payloads()),
        prima_catalogue=catalogue,
        mappings=mapping_files(),
        secrets=dict(SECRETS),
        answer_key=answer_key(sales, catalogue),
    )


def _number(sales: list[Sale]) -> None:
    """Ids in the order in which Lightspeed came to know the sales."""
    line_id, payment_id = _FIRST_LINE, _FIRST_PAYMENT
    for sale_id, sale in enumerate(sales, start=_FIRST_SALE):
        sale.sale_id = str(sale_id)
        for line in sale.lines:
            line.line_id, line_id = str(line_id), line_id + 1
        for payment in sale.payments:
            payment.payment_id, payment_id = str(payment_id), payment_id + 1


def _item_shops(catalogue: PrimaCatalogue) -> list[Payload]:
    """A row per stocked item and shop, and one with shopID "0" that sums them up, as R-Series keeps them."""
    stock = {product.key: product.opening_stock for product in catalogue.products}
    rows: list[Payload] = []
    for item in STOCKED:
        opening = stock[sku_key(item)]
        for shop_id, depot in (*((shop.shop_id, shop.depot) for shop in SHOPS), ("0", "")):
            units = opening[depot] if depot else sum(opening.values())
            rows.append(_item_shop(str(896 + len(rows)), item.item_id, shop_id, units))
    return rows


def _item_shop(row_id: str, item_id: str, shop_id: str, units: int) -> Payload:
    zeros = (
        "backorder componentQoh componentBackorder onLayaway onSpecialOrder onWorkorder onTransferOut "
        "onTransferIn averageCost nextFifoLotID nextFifoLotCost lastReceivedLotID lastReceivedCost "
        "totalValueFifo totalValueAvgCost totalValueNegativeInventory reorderPoint reorderLevel"
    )
    return {
        "itemShopID": row_id,
        "qoh": str(units),
        "sellable": str(units),
        **dict.fromkeys(zeros.split(), "0"),
        "timeStamp": "2026-10-30T18:00:00+00:00",
        "itemID": item_id,
        "shopID": shop_id,
    }
