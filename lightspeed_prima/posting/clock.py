"""Time as the engine sees it: injected, so that a test can own it.

What does not belong here: what is done at which time.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 10.0


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """The moment, the pause and the dice."""

    now: Callable[[], datetime] = utc_now
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    dice: random.Random = field(default_factory=random.Random)

    async def back_off(self, tries: int) -> None:
        """Wait longer with every try, never two engines in step."""
        longest = min(_FIRST_PAUSE_SECONDS * 2**tries, _LONGEST_PAUSE_SECONDS)
        await self.sleep(self.dice.uniform(longest / 2, longest))
