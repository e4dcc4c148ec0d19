"""Reads how long a server wants to be left alone: Retry-After, in seconds or as a date.

What does not belong here: what to do when it says nothing; each limiter has its own default.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_SECONDS = 600


def seconds_told(headers: Mapping[str, str], now: datetime) -> float | None:
    """The wait in seconds, ten minutes at most; None when nothing usable is said.

    A date is held against the server's own Date first, since our clock may be wrong; where that makes no
    sense (a proxy's Date), against ours.
    """
    named = {name.lower(): value.strip() for name, value in headers.items()}
    text = named.get("retry-after", "")
    if text.isascii() and text.isdecimal():
        return min(int(text), LONGEST_SECONDS)
    until = _http_date(text)
    if until is None:
        return None
    for present in (_http_date(named.get("date", "")), now):
        wait = None if present is None else (until - present).total_seconds()
        if wait is not None and 0 <= wait <= LONGEST_SECONDS:
            return wait
    return None


def _http_date(text: str) -> datetime | None:
    try:
        value = parsedate_to_datetime(text)
    except ValueError:
        return None
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
