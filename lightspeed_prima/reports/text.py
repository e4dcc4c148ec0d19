"""Exceptions as plain text for a terminal, a mail or a pipe: nothing is cut off or wrapped.

What does not belong here: colours, and the choice of exceptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lightspeed_prima.reports.figures import age, money, totals_in_words, words
from lightspeed_prima.reports.rows import OpenException
from lightspeed_prima.reports.worklist import by_owner


def worklist_lines(exceptions: Sequence[OpenException], currencies: Mapping[str, str]) -> list[str]:
    """The exceptions by owner and code, each code with its next step once."""
    return list(_lines(exceptions, currencies))


def _lines(exceptions: Sequence[OpenException], currencies: Mapping[str, str]) -> Iterator[str]:
    for number, owner in enumerate(by_owner(exceptions, currencies)):
        if number:
            yield ""
        total = f", {totals_in_words(owner.totals)}" if owner.totals else ""
        yield f"{words(owner.owner)}: {owner.count}{total}"
        for group in owner.codes:
            yield f"  {group.code}: {group.next_step}"
            for row in group.exceptions:
                yield f"    {_case(row)}"


def _case(row: OpenException) -> str:
    facts = [
        row.sale_key or row.document_number or row.account,
        f"shop {row.shop_id}" if row.shop_id else "",
        f"{row.business_date:%Y-%m-%d}" if row.business_date else "",
        money(row.amount),
        age(row.age_hours),
        "" if row.status == "open" else row.status,
    ]
    return f"{', '.join(fact for fact in facts if fact)}: {' '.join(row.detail.split())}"
