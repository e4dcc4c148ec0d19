"""Stock levels as they follow from sales: what was sold is gone, what came back is there again.

How levels are asked for belongs to inventory.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

Row = dict[str, Any]
Place = tuple[str, str]


def moved_levels(opening: Sequence[Row], products: Sequence[Row], sales: Sequence[Row]) -> list[Row]:
    """The opening rows less what moved; each row's version is above that of the last sale that moved it."""
    parts: dict[str, dict[str, int]] = {p["id"]: p["composite_bom"] for p in products if p["is_composite"]}
    moved: Counter[Place] = Counter()
    versions: dict[Place, int] = {}
    for sale in sales:
        if not _moves_stock(sale):
            continue
        version = sale["_metadata"]["version"]
        for product_id, units in _units(sale, parts):
            place = (product_id, sale["source"]["outlet_id"])
            moved[place] += units
            version += 1
            versions[place] = version
    return [_now(row, moved, versions) for row in opening]


def _moves_stock(sale: Row) -> bool:
    """Goods leave with a closed sale, and on account before it closes; a deleted one gives them back."""
    gone = sale["state"] == "closed" or (sale["state"] == "pending" and "onaccount" in sale["attributes"])
    return gone and sale["deleted_at"] is None


def _units(sale: Row, parts: dict[str, dict[str, int]]) -> Iterator[tuple[str, int]]:
    for line in sale["line_items"]:
        product_id, quantity = line["product"]["id"], int(line["quantity"])
        yield product_id, quantity
        for part, units in parts.get(product_id, {}).items():
            yield part, quantity * units


def _now(row: Row, moved: Counter[Place], versions: dict[Place, int]) -> Row:
    place = (row["product_id"], row["outlet_id"])
    if place not in versions:
        return row
    return row | {"level": row["level"] - moved[place], "version": versions[place]}
