"""Paces requests by a window: so many in five minutes, as the headers of the answers count them.

What does not belong here: leaky buckets (throttle.py) and retries after an answer (client.py).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime

from lightspeed_prima.lightspeed.clock import Clock
from lightspeed_prima.lightspeed.retry_after import seconds_told
from lightspeed_prima.lightspeed.x_series.assumptions import UNTOLD_WAIT_SECONDS, WINDOW_SECONDS


class WindowThrottle:
    """Fits `Pace`. Full speed while anything remains; then until our own oldest request counts no more.

    What remains is told by the server, so that other processes on the same allowance are counted too.
    """

    def __init__(self, clock: Clock, now: Callable[[], datetime]) -> None:
        self._clock = clock
        self._now = now
        self._remaining: int | None = None
        self._sent: deque[float] = deque()

    def wait(self) -> None:
        """Returns when one more request fits into the window, and counts it."""
        self._forget_what_counts_no_more()
        if self._remaining == 0 and self._sent:
            self._clock.sleep(self._sent[0] + WINDOW_SECONDS - self._clock.monotonic())
            self._forget_what_counts_no_more()
        self._sent.append(self._clock.monotonic())

    def note(self, headers: Mapping[str, str]) -> None:
        """Takes in the headers of an answer, whatever its status."""
        named = {name.lower(): value.strip() for name, value in headers.items()}
        limit = _count(named.get("x-ratelimit-limit", ""))
        # A missing or unreadable figure tells nothing, and the one before is out of date.
        self._remaining = _count(named.get("x-ratelimit-remaining", ""))
        if limit is not None and self._remaining is not None:
            self._forget_all_but(limit - self._remaining)

    def back_off(self, headers: Mapping[str, str]) -> None:
        """After a 429: until the date in Retry-After, and a second more, as it has no fractions."""
        told = seconds_told(headers, self._now())
        self._clock.sleep(UNTOLD_WAIT_SECONDS if told is None else told + 1)
        self._remaining = None

    def _forget_what_counts_no_more(self) -> None:
        horizon = self._clock.monotonic() - WINDOW_SECONDS
        while self._sent and self._sent[0] <= horizon:
            self._sent.popleft()

    def _forget_all_but(self, counted: int) -> None:
        """Where a window has begun anew, fewer count than were sent: only the newest can be among them."""
        while len(self._sent) > max(counted, 0):
            self._sent.popleft()


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None
