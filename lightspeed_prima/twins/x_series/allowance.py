"""The request allowance of an application: so many in a window of five minutes, by the number of tills.

The status and headers of the answer belong to app.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate

WINDOW_SECONDS = 300


def documented_limit(registers: int) -> int:
    """What the vendor grants per window: 300 for each register and 50."""
    return 300 * registers + 50


@dataclass(frozen=True)
class Verdict:
    """Whether a request may pass, and the headers that go with any answer to it."""

    passed: bool
    headers: dict[str, str]


class Window:
    """Counts one application's requests; the window opens with the first of them."""

    def __init__(self, limit: int, clock: Callable[[], float], seconds: int = WINDOW_SECONDS) -> None:
        self.limit = limit
        self._seconds = seconds
        self._clock = clock
        self._closes_at = 0.0
        self._used = 0

    def spend(self) -> Verdict:
        """Ask for one request."""
        now = self._clock()
        if now >= self._closes_at:
            self._closes_at, self._used = now + self._seconds, 0
        passed = self._used < self.limit
        self._used += passed
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - self._used),
        }
        if not passed:
            headers["Retry-After"] = http_date(self._closes_at)
        return Verdict(passed, headers)


def http_date(moment: float) -> str:
    """A moment in RFC 1123 form, whole seconds, never before the moment itself."""
    return formatdate(math.ceil(moment), usegmt=True)
