"""Figures as people read them: money with its pennies, days with their name.

What does not belong here: where a figure comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal


def money(amount: Decimal | None) -> str:
    """1234.5 -> 1,234.50; nothing for no amount. Figures are copied: the minus is plain."""
    return "" if amount is None else f"{amount:,.2f}"


def totals_in_words(totals: Mapping[str, Decimal]) -> str:
    """{'EUR': 1, 'GBP': 2} -> 1.00 EUR, 2.00 GBP."""
    return ", ".join(f"{money(amount)} {currency}".rstrip() for currency, amount in totals.items())


def percent(rate: Decimal | None) -> str:
    """0.23 -> 23 %; nothing for no rate."""
    if rate is None:
        return ""
    hundredfold = (rate * 100).normalize()
    return f"{hundredfold:f}\N{NO-BREAK SPACE}%"


def day(when: date) -> str:
    """Mon 02 Nov 2026."""
    return f"{when:%a %d %b %Y}"


def moment(when: datetime) -> str:
    """02 Nov 2026 04:30 UTC."""
    return f"{when:%d %b %Y %H:%M} UTC"


def age(hours: int) -> str:
    """Hours below two days, then days."""
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def words(name: str) -> str:
    """retail_ops -> retail ops."""
    return name.replace("_", " ")
