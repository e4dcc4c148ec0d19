"""What Prima's ledger says about a number that the journal never sent.

What does not belong here: reading the extract (prima.ledger), or what follows from it (transitions).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from lightspeed_prima.prima.ledger import LedgerExtract, LedgerRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from lightspeed_prima.posting.entry import Entry
    from lightspeed_prima.posting.transitions import Evidence


class LedgerEvidence:
    """Asks the ledger extract, which is read at most once per run and only when somebody asks."""

    def __init__(self, read: Callable[[], LedgerExtract]) -> None:
        self._read = read
        self._reading = asyncio.Lock()
        self._rows: dict[str, list[LedgerRow]] | None = None

    async def __call__(self, entry: Entry) -> Evidence:
        """Whether the ledger's rows of this number are this document. No row, no extract: no evidence."""
        async with self._reading:
            if self._rows is None:
                self._rows = _by_number(await asyncio.to_thread(self._read))
        return evidence_in(self._rows.get(entry.document_number, []), entry)


def evidence_in(rows: list[LedgerRow], entry: Entry) -> Evidence:
    """Same type, same sale, same total: it is ours. Anything else under this number is not."""
    if not rows:
        return "none"
    total = abs(sum((row.gross for row in rows), Decimal(0)))
    same = all(
        row.external_reference == entry.sale_key and row.document_type == entry.document_type for row in rows
    )
    return "match" if same and total == entry.gross else "contradiction"


def _by_number(extract: LedgerExtract) -> dict[str, list[LedgerRow]]:
    rows: defaultdict[str, list[LedgerRow]] = defaultdict(list)
    for row in extract.rows:
        rows[row.document_number].append(row)
    return dict(rows)
