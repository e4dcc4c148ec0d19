"""The figures a shop owner asks for first.

What does not belong here: money of several currencies in one sum; it is left out then.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lightspeed_prima.reports.days import add_up, in_period
from lightspeed_prima.reports.snapshot import Snapshot

DONE = ("confirmed", "exported")


@dataclass(frozen=True)
class Headline:
    """Counts of the period, and its money when there is one currency; what is open counts for all days."""

    sales: int
    posted: int
    excluded: int
    held: int
    pending: int
    lightspeed_gross: Decimal | None
    prima_gross: Decimal | None
    unexplained: Decimal | None
    unexplained_days: int
    days: int
    complete_days: int
    orders: int
    credit_notes: int
    open_exceptions: int


def headline(snapshot: Snapshot) -> Headline:
    """Adds the shop-days up. `unexplained` ignores signs: a plus does not mend a minus."""
    sums = add_up(in_period(snapshot.shop_days, snapshot.since))
    one_currency = len(set(snapshot.currencies.values())) <= 1
    off = [abs(row.unexplained) for row in snapshot.shop_days if row.unexplained]

    def documents(document_type: str) -> int:
        return sum(
            row.documents
            for row in snapshot.documents
            if row.document_type == document_type and row.state in DONE
        )

    return Headline(
        sales=sums.sales,
        posted=sums.posted,
        excluded=sums.excluded,
        held=sums.held,
        pending=sums.pending,
        lightspeed_gross=sums.lightspeed_gross if one_currency else None,
        prima_gross=sums.prima_gross if one_currency else None,
        unexplained=sum(off, Decimal("0.00")) if one_currency else None,
        unexplained_days=len(off),
        days=sums.shops,
        complete_days=sums.complete_shops,
        orders=documents("sales_order"),
        credit_notes=documents("credit_note"),
        open_exceptions=len(snapshot.exceptions),
    )
