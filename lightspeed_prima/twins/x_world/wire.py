"""How X-Series writes things down: numbers, times and ids.

What is written belongs to the modules that call.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from random import Random

_NODE = "0a11-11ee-f5a1-06f2e29c25cb"


def number(amount: Decimal) -> int | Decimal:
    """A JSON number as the vendor prints it: no trailing zeros, no exponent, no minus zero."""
    if amount == amount.to_integral_value():
        return int(amount)
    return Decimal(f"{amount:f}".rstrip("0"))


def utc_text(moment: datetime) -> str:
    """A moment as the dated versions print it."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def fixed_id(family: int, serial: int) -> str:
    """The id of a thing that is the same in every world: a UUID of version 1, as the vendor's are."""
    return f"{family:02x}{serial:06x}-{_NODE}"


def fresh_id(rng: Random) -> str:
    """The id of something that happened."""
    node = f"{rng.randrange(0x8000, 0xC000):04x}-{rng.getrandbits(48):012x}"
    return f"{rng.getrandbits(32):08x}-0a11-11ee-{node}"
