"""R-Series' two limits on requests: a leaky bucket and a burst window.

What a request costs is computed from the request alone, before any work. How a refusal is answered belongs to
app.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

LEAKY_BUCKET = "api-leaky-bucket"
BURST_LIMITER = "api-burst-limiter"


@dataclass(frozen=True)
class Allowance:
    """How much the account may ask; the defaults let a demo run in seconds, the real drip is 1."""

    size: int = 90
    drip_per_second: float = 10.0
    burst_per_second: int = 20


@dataclass(frozen=True)
class Verdict:
    """Whether a request may pass, and the headers that go with any answer to it."""

    refused_by: str
    retry_after: int
    headers: dict[str, str]

    @property
    def passed(self) -> bool:
        """Whether the request may be served."""
        return not self.refused_by


class Bucket:
    """Level and burst count of one account and client."""

    def __init__(self, allowance: Allowance, clock: Callable[[], float]) -> None:
        self._allowance = allowance
        self._clock = clock
        self._level = 0.0
        self._seen_at = clock()
        self._window = 0
        self._in_window = 0

    def pour(self, cost: float) -> Verdict:
        """Ask for a request of this cost; one that would overflow still passes, the next does not."""
        now = self._clock()
        drip = self._allowance.drip_per_second
        self._level = max(0.0, self._level - max(0.0, now - self._seen_at) * drip)
        self._seen_at = now
        if int(now) != self._window:
            self._window, self._in_window = int(now), 0
        if self._in_window >= self._allowance.burst_per_second:
            return self._verdict(cost, BURST_LIMITER, 1)
        if self._level >= self._allowance.size:
            over = self._level - self._allowance.size
            return self._verdict(cost, LEAKY_BUCKET, max(1, math.ceil(over / drip)))
        self._in_window += 1
        self._level += cost
        return self._verdict(cost, "", 0)

    def _verdict(self, cost: float, refused_by: str, retry_after: int) -> Verdict:
        headers = {
            "X-LS-Api-Bucket-Level": f"{self._level:g}/{self._allowance.size}",
            "X-LS-API-Burst-Level": f"{self._in_window}/{self._allowance.burst_per_second}",
            "X-LS-Api-Drip-Rate": f"{self._allowance.drip_per_second:g}",
            "X-LS-Api-Request-Cost": f"{cost:g}",
        }
        if refused_by:
            headers |= {"X-LS-API-RateLimit-Type": refused_by, "Retry-After": str(retry_after)}
        return Verdict(refused_by, retry_after, headers)
