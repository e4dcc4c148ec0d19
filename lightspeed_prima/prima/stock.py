"""Prima's stock catalogue: every SKU it can sell and how many, company-wide.

What does not belong here: whether a catalogue is believed (a truncated one also says OK), or its storage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lightspeed_prima.prima.outcome import NoAnswer, read_result
from lightspeed_prima.prima.xml import children

if TYPE_CHECKING:
    from lxml import etree

    from lightspeed_prima.prima.client import PrimaClient

_WHOLE_NUMBER = re.compile(r"[+-]?\d+")


@dataclass(frozen=True, slots=True)
class StockRow:
    """One SKU. `available_date` is `DD/MM/YYYY` or blank, as it came; it may lie in the past."""

    product: str
    mtrx1: str
    mtrx2: str
    mtrx3: str
    mtrx4: str
    available_quantity: int
    available_date: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One reading of the whole catalogue; a failed one has no rows and says why."""

    outcome: Literal["ok", "failed"]
    rows: tuple[StockRow, ...]
    problem: str = ""

    @property
    def units(self) -> int:
        return sum(row.available_quantity for row in self.rows)


async def read_catalogue(client: PrimaClient) -> Catalogue:
    """The whole catalogue in one call, as Prima serves it: there is no paging."""
    return catalogue_of(read_result(await client.available_to_sell(), "ProductAvailableToSell"))


def catalogue_of(result: etree._Element | NoAnswer) -> Catalogue:
    """The rows of an answer. One bad row fails the whole: half a catalogue looks like a shortage."""
    if isinstance(result, NoAnswer):
        return Catalogue("failed", (), f"{result.code}: {result.text}")
    rows: dict[tuple[str, ...], StockRow] = {}
    # Seen as `sku` here and as `SKU` in the answer for single products.
    for element in (sku for data in children(result, "Data") for sku in children(data, "sku", "SKU")):
        product, quantity = element.get("Product", ""), element.get("AvailableQuantity", "")
        levels = [element.get(f"MtrxCode{level}", "") for level in (1, 2, 3, 4)]
        key = (product, *levels)
        if not product or not _WHOLE_NUMBER.fullmatch(quantity):
            return Catalogue("failed", (), f"a row reads Product={product!r} AvailableQuantity={quantity!r}")
        if key in rows:
            return Catalogue("failed", (), f"{' '.join(key).strip()} is listed twice")
        rows[key] = StockRow(
            product=product,
            mtrx1=levels[0],
            mtrx2=levels[1],
            mtrx3=levels[2],
            mtrx4=levels[3],
            available_quantity=int(quantity),
            available_date=element.get("AvailableDate", ""),
        )
    return Catalogue("ok", tuple(rows.values()))
