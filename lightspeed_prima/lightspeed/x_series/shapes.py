"""Recognises the shape of a sale by its keys: an outdated version of the API is replaced without a word.

What does not belong here: whether the values behind the keys read; that is judged sale by sale (wire.py).
"""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

from lightspeed_prima.lightspeed.errors import ApiChanged


class Shape(Enum):
    """NESTED is that of the dated versions, FLAT that of 2.0. The values are the keys that make it."""

    NESTED = frozenset({"id", "state", "date", "totals", "source", "line_items", "payments", "_metadata"})
    FLAT = frozenset(
        {"id", "status", "sale_date", "total_price", "total_tax", "line_items", "payments", "version"}
    )


def shape_of(keys: Collection[str]) -> Shape:
    """The shape that has all its keys. A sale of neither, or of both, would be misread, so the walk stops."""
    found = [shape for shape in Shape if shape.value <= set(keys)]
    if len(found) == 1:
        return found[0]
    if found:
        raise ApiChanged("a sale has the keys of two shapes, so it is not known which figures hold")
    nearest = min(Shape, key=lambda shape: len(shape.value - set(keys)))
    missing = ", ".join(sorted(nearest.value - set(keys)))
    raise ApiChanged(f"a sale has no known shape: as a {nearest.name.lower()} one it lacks {missing}")
