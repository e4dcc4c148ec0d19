"""The right answer of a seeded world, from the file that lies beside the twins; the pipeline never sees it.

What does not belong here: what the pipeline found.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

StockPlace = tuple[str, str, str, str, str, str]
"""Depot, product and the four matrix codes."""
_SKU = ("product", "mtrx1", "mtrx2", "mtrx3", "mtrx4")


@dataclass(frozen=True)
class AnswerKey:
    """The key for the whole world. Its late sales are not there before they are revealed."""

    sales: dict[str, dict[str, Any]]
    stock: list[dict[str, Any]]
    mapping_fixes: dict[str, list[str]]

    @classmethod
    def read(cls, file: Path) -> AnswerKey:
        content = json.loads(file.read_text(encoding="utf-8"))
        return cls(
            {sale["sale_key"]: sale for sale in content["sales"]}, content["stock"], content["mapping_fixes"]
        )

    def dispositions(self, *, with_late: bool = True) -> dict[str, str]:
        """What must become of every sale."""
        return {key: sale["disposition"] for key, sale in self._known(with_late)}

    def exceptions(self, *, with_late: bool = True) -> list[tuple[str, str]]:
        """Every code and sale that must be open."""
        return sorted((code, key) for key, sale in self._known(with_late) for code in sale["exceptions"])

    def posted_gross(self, *, with_late: bool = True) -> dict[str, Decimal]:
        """What the posted sales are worth."""
        known = self._known(with_late)
        return {key: Decimal(sale["gross"]) for key, sale in known if sale["disposition"] == "posted"}

    def documents(self, *, with_late: bool = True) -> list[tuple[str, str, str, str]]:
        """Sale, type, gross and depot of every document that must be in Prima."""
        return sorted(
            (key, one["document_type"], one["gross"], one["depot"])
            for key, sale in self._known(with_late)
            for one in sale["documents"]
        )

    def closing_stock(self, *, with_late: bool = True) -> dict[StockPlace, int]:
        """Units per depot and SKU once everything is posted."""
        if with_late:
            return {_place(row["depot"], row): row["closing"] for row in self.stock}
        moved: Counter[StockPlace] = Counter()
        for _, sale in self._known(with_late):
            for document in sale["documents"]:
                for move in document["stock"]:
                    moved[_place(document["depot"], move)] += move["quantity"]
        return {place: units + moved[place] for place, units in self.opening_stock.items()}

    @property
    def opening_stock(self) -> dict[StockPlace, int]:
        """Units per depot and SKU before the week."""
        return {_place(row["depot"], row): row["opening"] for row in self.stock}

    def with_code(self, code: str) -> list[str]:
        """The sales that this exception holds."""
        return sorted(key for key, sale in self.sales.items() if code in sale["exceptions"])

    def of_story(self, story: str) -> list[str]:
        """The sales that were rung up for this story."""
        return sorted(key for key, sale in self.sales.items() if sale["story"] == story)

    def _known(self, with_late: bool) -> Iterable[tuple[str, dict[str, Any]]]:
        return ((key, sale) for key, sale in self.sales.items() if with_late or not sale["is_late"])


def _place(depot: str, sku: dict[str, Any]) -> StockPlace:
    product, mtrx1, mtrx2, mtrx3, mtrx4 = (str(sku[part]) for part in _SKU)
    return (depot, product, mtrx1, mtrx2, mtrx3, mtrx4)
