"""The one counter of a retailer: every change of anything takes its next value, with gaps of all sizes.

What changes, and in what order, belongs to build.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

_FIRST = 31_648_428_000
SMALLEST_GAP = 64
"""Room for the inventory rows that move with a sale: each takes a version of its own above the sale's."""
_LEAP = 2**31 + 17
_EVERY = 25


class VersionClock:
    """Versions that only go up, by a little mostly and now and then by more than 32 bits can hold."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._value = _FIRST
        self._taken = 0

    def next(self) -> int:
        """Take a version."""
        self._taken += 1
        leap = _LEAP if self._taken % _EVERY == 0 else 0
        self._value += SMALLEST_GAP + self._rng.randrange(4000) + leap
        return self._value

    def stamp(self, rows: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
        """The rows, each with a version."""
        return tuple({**row, "version": self.next()} for row in rows)
