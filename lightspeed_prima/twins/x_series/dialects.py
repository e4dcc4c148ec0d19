"""Which version of the API a path asks for, and which one answers.

What a resource is belongs to resources.py, how the shapes differ to flat.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """What differs between the versions that the twin serves."""

    name: str
    nested_sales: bool
    posts_inventory: bool


# The shape of sales before 2026-07 is inferred: the nested one was seen in 2026-07 only.
_SUPPORTED = (
    Dialect("2.0", nested_sales=False, posts_inventory=False),
    Dialect("2026-01", nested_sales=False, posts_inventory=False),
    Dialect("2026-04", nested_sales=False, posts_inventory=True),
    Dialect("2026-07", nested_sales=True, posts_inventory=True),
)
_BY_NAME = {dialect.name: dialect for dialect in _SUPPORTED}
OLDEST_DATED = _BY_NAME["2026-01"]
_DATED = re.compile(r"\d{4}-\d{2}")


def dialect_of(name: str) -> Dialect | None:
    """The version that answers; a dated one out of support is served by the oldest, without a word."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    return OLDEST_DATED if _DATED.fullmatch(name) else None
