"""Sorts exceptions into the lists people work through: by owner, then by code, with totals.

What does not belong here: what is done about them; the next step comes with each exception. Totals are per
account's currency, because a sum over currencies is no sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from lightspeed_prima.reports.rows import OpenException


@dataclass(frozen=True)
class CodeList:
    """The exceptions of one code; they share severity and next step."""

    code: str
    severity: str
    next_step: str
    totals: Mapping[str, Decimal]
    exceptions: Sequence[OpenException]


@dataclass(frozen=True)
class OwnerList:
    """What one group of people has to do."""

    owner: str
    count: int
    totals: Mapping[str, Decimal]
    codes: Sequence[CodeList]


def by_owner(exceptions: Iterable[OpenException], currencies: Mapping[str, str]) -> list[OwnerList]:
    """Owners by name; their codes errors first; the exceptions of a code oldest first."""
    ordered = sorted(
        exceptions,
        key=lambda row: (
            row.owner,
            row.severity,
            row.code,
            row.opened_at,
            row.sale_key or "",
            row.exception_id,
        ),
    )
    lists = []
    for owner, rows in groupby(ordered, key=lambda row: row.owner):
        owned = list(rows)
        codes = [_code_list(list(same), currencies) for _, same in groupby(owned, key=lambda row: row.code)]
        lists.append(OwnerList(owner, len(owned), totals(owned, currencies), codes))
    return lists


def totals(exceptions: Iterable[OpenException], currencies: Mapping[str, str]) -> dict[str, Decimal]:
    """The sum of the amounts by currency; empty when none has an amount."""
    sums: dict[str, Decimal] = {}
    for row in exceptions:
        if row.amount is not None:
            currency = currencies.get(row.account, "")
            sums[currency] = sums.get(currency, Decimal(0)) + row.amount
    return dict(sorted(sums.items()))


def _code_list(rows: Sequence[OpenException], currencies: Mapping[str, str]) -> CodeList:
    first = rows[0]
    return CodeList(first.code, first.severity, first.next_step, totals(rows, currencies), rows)
