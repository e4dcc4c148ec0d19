"""Puts the seeded X-Series world together: one call, no clock, no files, the same seed the same world.

Each room of it lives in its own module; serving it belongs to twins/x_series.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Literal

from lightspeed_prima.twins.prima_catalogue import PrimaCatalogue, PrimaProduct
from lightspeed_prima.twins.x_world.answer_key import AnswerKey, answer_key, units_sold
from lightspeed_prima.twins.x_world.catalogue import DISCOUNT, GIFT_CARD_PRODUCT, PRODUCTS, STOCKED
from lightspeed_prima.twins.x_world.config import SECRETS, config_block
from lightspeed_prima.twins.x_world.lives import long_lives
from lightspeed_prima.twins.x_world.mappings import mapping_files, prima_catalogue, sku_key
from lightspeed_prima.twins.x_world.receipts import sale_payload
from lightspeed_prima.twins.x_world.retailer import (
    ACCOUNT,
    CURRENCY,
    DOMAIN_PREFIX,
    NO_TAX,
    OUTLETS,
    PAYMENT_TYPES,
    TAXES,
    retailer_payload,
)
from lightspeed_prima.twins.x_world.till import Sale
from lightspeed_prima.twins.x_world.trouble import deliberate_trouble
from lightspeed_prima.twins.x_world.versions import VersionClock
from lightspeed_prima.twins.x_world.week import ordinary_trade
from lightspeed_prima.twins.x_world.wire import fixed_id, fresh_id, number

Payload = dict[str, Any]
FIRST_DAY = date(2026, 11, 2)
_FIRST_INVOICE = 1050


@dataclass(frozen=True)
class XWorldSale:
    """One version of a sale, and the stage from which the server has it."""

    payload: Payload
    """In the nested shape of the dated versions; numbers are int or Decimal."""
    stage: int

    @property
    def sale_id(self) -> str:
        """Lightspeed's id of the sale."""
        return str(self.payload["id"])

    @property
    def version(self) -> int:
        """The version, as of the world; later stages are lifted above whatever was put in before."""
        return int(self.payload["_metadata"]["version"])


@dataclass(frozen=True)
class XWorld:
    """Everything that the X-Series twin serves, and the right answer to it."""

    seed: int
    first_day: date
    last_day: date
    account: str
    domain_prefix: str
    currency: str
    sales: tuple[XWorldSale, ...]
    """Every version that a client can see, oldest first; a sale has one per stage in which it changed."""
    last_stage: int
    retailer: Payload
    outlets: tuple[Payload, ...]
    registers: tuple[Payload, ...]
    taxes: tuple[Payload, ...]
    outlet_taxes: tuple[Payload, ...]
    payment_types: tuple[Payload, ...]
    products: tuple[Payload, ...]
    inventory: tuple[Payload, ...]
    """A row per outlet and stocked product with the opening level; the twin takes off what was sold."""
    prima_catalogue: PrimaCatalogue
    mappings: dict[str, str]
    """Mapping file name to CSV text."""
    secrets: dict[str, str]
    """Secret file name, relative to the config file, to its content; to be written with mode 0600."""
    answer_key: AnswerKey

    @property
    def prima_products(self) -> tuple[PrimaProduct, ...]:
        """The products that Prima must know."""
        return self.prima_catalogue.products

    def config_block(self, port: int, auth: Literal["personal", "oauth"] = "personal") -> str:
        """The `[[lightspeed]]` block of a twin that listens on this loopback port."""
        return config_block(port, start_from=self.first_day, auth=auth)


def build_x_world(
    seed: int = 7, days: int = 7, sales_per_day: int = 20, first_day: date = FIRST_DAY
) -> XWorld:
    """A world of two outlets for so many days, the same for the same arguments."""
    assert days >= 1, "a world has at least one day"
    rng = Random(seed)
    honest = ordinary_trade(rng, first_day, days, sales_per_day)
    sales = honest + deliberate_trouble(rng, first_day, days) + long_lives(rng, first_day, days, honest)
    sales.sort(key=lambda sale: (sale.rung_at, sale.outlet.outlet_id))
    _number(rng, sales)
    catalogue = prima_catalogue(rng, units_sold(sales))
    clock = VersionClock(rng)
    # Keyword arguments are evaluated in this order, and each takes the next versions.
    return XWorld(
        seed=seed,
        first_day=first_day,
        last_day=first_day + timedelta(days=days - 1),
        account=ACCOUNT,
        domain_prefix=DOMAIN_PREFIX,
        currency=CURRENCY,
        retailer=retailer_payload(DISCOUNT.product_id),
        outlets=clock.stamp(outlet.payload() for outlet in OUTLETS),
        registers=clock.stamp(_registers(sales)),
        taxes=clock.stamp(tax.payload() for tax in TAXES),
        outlet_taxes=clock.stamp(_outlet_taxes()),
        payment_types=clock.stamp(payment_type.payload() for payment_type in PAYMENT_TYPES),
        products=clock.stamp(product.payload() for product in PRODUCTS),
        inventory=clock.stamp(_inventory(catalogue)),
        sales=tuple(_versions(sales, clock)),
        last_stage=max(stage for sale in sales for stage in sale.stages),
        prima_catalogue=catalogue,
        mappings=mapping_files(),
        secrets=dict(SECRETS),
        answer_key=answer_key(sales, catalogue),
    )


def _number(rng: Random, sales: list[Sale]) -> None:
    """Ids, which say nothing about order, and receipt numbers, which count up at each till."""
    invoices: dict[str, int] = {}
    for sale in sales:
        till = sale.register.register_id
        invoices[till] = invoices.get(till, _FIRST_INVOICE - 1) + 1
        sale.sale_id, sale.invoice = fresh_id(rng), invoices[till]
        for line in sale.lines:
            line.line_id = fresh_id(rng)
        for payment in sale.payments:
            payment.payment_id = fresh_id(rng)


def _versions(sales: list[Sale], clock: VersionClock) -> list[XWorldSale]:
    """Versions in the order in which the server changed the sales, stage by stage."""
    changes = [(stage, sale.updated_at(stage), sale.sale_id, sale) for sale in sales for stage in sale.stages]
    changes.sort(key=lambda change: change[:3])
    return [XWorldSale(sale_payload(sale, stage, clock.next()), stage) for stage, _, _, sale in changes]


def _registers(sales: list[Sale]) -> list[Payload]:
    last = {sale.register.register_id: sale.invoice for sale in sales}
    return [
        register.payload(outlet.outlet_id, last.get(register.register_id, 0) + 1)
        for outlet in OUTLETS
        for register in outlet.registers
    ]


def _outlet_taxes() -> list[Payload]:
    return [
        {
            "outlet_id": outlet.outlet_id,
            "product_id": GIFT_CARD_PRODUCT.product_id,
            "tax_id": NO_TAX.tax_id,
            "deleted_at": None,
        }
        for outlet in OUTLETS
    ]


def _inventory(catalogue: PrimaCatalogue) -> list[Payload]:
    """Opening levels; what Prima's files do not map starts from nothing and goes below it."""
    stock = {product.key: product.opening_stock for product in catalogue.products}
    rows: list[Payload] = []
    for product in STOCKED:
        for outlet in OUTLETS:
            opening = stock[sku_key(product)][outlet.depot] if product.mapped else 0
            rows.append(
                {
                    "id": fixed_id(0x40, len(rows)),
                    "product_id": product.product_id,
                    "outlet_id": outlet.outlet_id,
                    "level": opening,
                    "average_cost": number(product.cost),
                    "reorder_point": None,
                    "reorder_amount": None,
                    "deleted_at": None,
                }
            )
    return rows
