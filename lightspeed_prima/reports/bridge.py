"""Leads from what the tills rang to what Prima and its ledger have, one account at a time.

What does not belong here: the judgement of a single sale; recon.sales has made it. The steps add up exactly:
rung - held - left out - differing - unexplained = in Prima.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from lightspeed_prima.reports.rows import SalesTotal

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Bridge:
    """An account over the period. `pending` is the part of `unexplained` that was not posted yet."""

    account: str
    rung: Decimal
    held: Decimal
    left_out: Decimal
    differing: Decimal
    unexplained: Decimal
    pending: Decimal
    in_prima: Decimal
    in_ledger: Decimal

    @property
    def not_in_ledger(self) -> Decimal:
        return self.in_prima - self.in_ledger


def bridges(totals: Iterable[SalesTotal]) -> list[Bridge]:
    """One bridge per account, by name."""
    ordered = sorted(totals, key=lambda row: row.account)
    return [_bridge(account, list(rows)) for account, rows in groupby(ordered, key=lambda row: row.account)]


def _bridge(account: str, rows: Sequence[SalesTotal]) -> Bridge:
    def differences(disposition: str, *, has_cause: bool | None = None) -> Decimal:
        return sum(
            (
                row.difference
                for row in rows
                if row.disposition == disposition and has_cause in (None, row.has_cause)
            ),
            ZERO,
        )

    pending = differences("pending")
    return Bridge(
        account=account,
        rung=sum((row.lightspeed_gross for row in rows), ZERO),
        held=differences("held"),
        left_out=differences("excluded"),
        differing=differences("posted", has_cause=True),
        unexplained=pending + differences("posted", has_cause=False),
        pending=pending,
        in_prima=sum((row.prima_gross for row in rows), ZERO),
        in_ledger=sum((row.ledger_gross for row in rows), ZERO),
    )
