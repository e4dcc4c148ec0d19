"""Paces requests by what an API says about its leaky bucket, so that a 429 stays the exception.

What does not belong here: retries after an answer; the client counts those. X-Series counts requests in a
window instead: x_series/window.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Protocol

from lightspeed_prima.lightspeed.clock import Clock

BURST_SHARE = Decimal("0.8")  # of a one-second window: above it the next request waits for the next window
LONGEST_WAIT_SECONDS = 600


class Pace(Protocol):
    """What a client needs to know about the limits of an API, whatever form they have."""

    def wait(self) -> None:
        """Returns when the next request may be sent."""
        ...

    def note(self, headers: Mapping[str, str]) -> None:
        """Takes in the headers of an answer, whatever its status."""
        ...

    def back_off(self, headers: Mapping[str, str]) -> None:
        """Waits after a 429."""
        ...


@dataclass(frozen=True)
class ThrottleDefaults:
    """What to believe when a header is missing."""

    drip_per_second: Decimal = Decimal(1)
    request_cost: Decimal = Decimal(1)
    burst_wait_seconds: int = 1
    bucket_wait_seconds: int = 30


@dataclass(frozen=True)
class _Gauge:
    level: Decimal
    size: Decimal
    read_at: float


class Throttle:
    """The bucket of one account as last reported. Sizes are never assumed: they change without notice."""

    def __init__(self, clock: Clock, defaults: ThrottleDefaults | None = None) -> None:
        self._clock = clock
        self._defaults = defaults or ThrottleDefaults()
        self._bucket: _Gauge | None = None
        self._burst: _Gauge | None = None
        self._drip = self._defaults.drip_per_second
        self._cost = self._defaults.request_cost

    def wait(self) -> None:
        """Returns when one more request of the last one's cost fits into the bucket and the window."""
        self._clock.sleep(max(self._bucket_wait(), self._burst_wait()))

    def note(self, headers: Mapping[str, str]) -> None:
        """Takes in the headers of an answer, whatever its status. Header names come in several cases."""
        named = {name.lower(): value for name, value in headers.items()}
        at = self._clock.monotonic()
        self._bucket = _gauge(named.get("x-ls-api-bucket-level", ""), at) or self._bucket
        self._burst = _gauge(named.get("x-ls-api-burst-level", ""), at) or self._burst
        self._drip = _positive(named.get("x-ls-api-drip-rate", "")) or self._drip
        self._cost = _positive(named.get("x-ls-api-request-cost", "")) or self._cost

    def back_off(self, headers: Mapping[str, str]) -> None:
        """After a 429: what Retry-After says, else what the limiter named in the headers is known to want."""
        named = {name.lower(): value for name, value in headers.items()}
        said = _positive(named.get("retry-after", ""))
        if said is not None:
            self._clock.sleep(_in_seconds(said))
        elif "burst" in named.get("x-ls-api-ratelimit-type", ""):
            self._clock.sleep(self._defaults.burst_wait_seconds)
        else:
            self._clock.sleep(self._bucket_wait() or self._defaults.bucket_wait_seconds)

    def _bucket_wait(self) -> float:
        if self._bucket is None:
            return 0
        excess = self._bucket.level + self._cost - self._bucket.size
        if excess <= 0:
            return 0
        return max(_in_seconds(excess / self._drip) - self._since(self._bucket), 0)

    def _burst_wait(self) -> float:
        if self._burst is None or self._burst.level < self._burst.size * BURST_SHARE:
            return 0
        return max(1 - self._since(self._burst), 0)

    def _since(self, gauge: _Gauge) -> float:
        return self._clock.monotonic() - gauge.read_at


def _gauge(text: str, read_at: float) -> _Gauge | None:
    level, _, size = text.partition("/")
    try:
        gauge = _Gauge(Decimal(level), Decimal(size), read_at)
    except InvalidOperation:
        return None
    return gauge if gauge.level.is_finite() and gauge.size.is_finite() and gauge.size > 0 else None


def _positive(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > 0 else None


def _in_seconds(amount: Decimal) -> float:
    return min(int(amount * 1000), LONGEST_WAIT_SECONDS * 1000) / 1000
