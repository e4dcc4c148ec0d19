"""Time as the readers see it, so that tests can turn the clock instead of waiting.

What does not belong here: time zones and trading days; raw data is UTC only.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """A steady counter and a way to wait for it."""

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        ...

    def sleep(self, seconds: float) -> None:
        """Waits; zero or less returns at once."""
        ...


class SystemClock:
    """The machine's own clock."""

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            time.sleep(seconds)


def utc_now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)
