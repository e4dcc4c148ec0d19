"""How the text of one cell becomes a value, with the sentence for what is wrong with it.

What does not belong here: which column holds which kind of value (files.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

Parse = Callable[[str], object]

NON_STOCK_KINDS = (
    "misc_charge", "service", "gift_card", "tip", "fee", "surcharge", "rounding", "deposit",
)  # fmt: skip
TENDER_KINDS = ("cash", "card", "gift_card", "store_credit", "on_account", "other")

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FRACTION = re.compile(r"\d(\.\d{1,6})?")


def text(cell: str) -> str:
    """Any text that Prima can be sent: line breaks and control characters come from damaged files."""
    if any(not character.isprintable() for character in cell):
        raise ValueError("should not hold line breaks or control characters")
    return cell


def one_of(*allowed: str) -> Parse:
    """One of a fixed set of words, written exactly so."""

    def parse(cell: str) -> str:
        if cell not in allowed:
            raise ValueError(f"should be one of {', '.join(allowed)}, not {cell!r}")
        return cell

    return parse


def yes_no(cell: str) -> bool:
    """`yes` or `no`."""
    if cell.lower() not in ("yes", "no"):
        raise ValueError(f"should be yes or no, not {cell!r}")
    return cell.lower() == "yes"


def iso_date(cell: str) -> date:
    """A trading day, like 2026-11-01."""
    if not _ISO_DATE.fullmatch(cell):
        raise ValueError(f"should be a date like 2026-11-01, not {cell!r}")
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"there is no day {cell}") from None


def rate(cell: str) -> Decimal:
    """A tax rate as a fraction of the net price: 0.2, not 20."""
    if not _FRACTION.fullmatch(cell) or Decimal(cell) > 1:
        raise ValueError(f"should be a fraction between 0 and 1, like 0.2 for 20 %, not {cell!r}")
    return Decimal(cell)


def non_stock_match(cell: str) -> str:
    """A kind of line, or one SKU."""
    if cell.startswith("sku:"):
        if not cell.removeprefix("sku:").strip():
            raise ValueError("should name the SKU after sku:")
        return text(cell)
    if cell not in NON_STOCK_KINDS:
        raise ValueError(f"should be one of {', '.join(NON_STOCK_KINDS)}, or sku:VALUE, not {cell!r}")
    return cell


def lightspeed_tax(cell: str) -> str:
    """R-Series: taxCategoryID/taxClassID, either may be *; X-Series: the id of the rate."""
    parts = cell.split("/")
    if len(parts) > 2 or not all(part.strip() == part and part for part in parts):
        raise ValueError(
            f"should be taxCategoryID/taxClassID (either may be *) or the id of a rate, not {cell!r}"
        )
    return text(cell)
