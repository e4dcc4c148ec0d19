"""The one protocol that every Lightspeed series is read through, and the plain rows it hands over.

What does not belong here: anything that only one series knows. A second series is a new folder with a class
that fits `SeriesReader`, and its opening in opening.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

# The feed whose place is told as that of the account.
SALES_FEED = "sales"


@dataclass(frozen=True)
class SaleRow:
    """One sale as received. `clock` is the source's own version; landing makes it rise where it stands.

    `numbered`: the source counts its versions itself, so a number that is in raw is not stored again, and no
    other number is ever given to it.
    """

    sale_id: str
    clock: int | None
    source_updated_at: datetime | None
    payload: str
    payload_sha256: str
    problem_path: str | None = None
    problem: str | None = None
    numbered: bool = False


@dataclass(frozen=True)
class ReferenceRow:
    """One reference object as received."""

    entity: str
    entity_id: str
    payload: str
    payload_sha256: str


@dataclass(frozen=True)
class StockRow:
    """What one shop has of one item, as last reported."""

    shop_id: str
    item_id: str
    on_hand: int


@dataclass(frozen=True)
class Batch:
    """Rows of one feed that are written in one transaction, with the place the feed has been read to."""

    feed: str
    sales: Sequence[SaleRow] = ()
    references: Sequence[ReferenceRow] = ()
    stock: Sequence[StockRow] = ()
    cursors: Sequence[tuple[str, str]] = ()


class RawFacts(Protocol):
    """What a reader may ask about what has been landed, its own batches included."""

    account: str
    series: str

    def cursor(self, feed: str) -> str | None:
        """The place a feed has been read to; None before its first batch."""
        ...

    def known_sales(self, sale_ids: Sequence[str]) -> set[str]:
        """Those of the sales that are in raw, in any version."""
        ...

    def known_references(self, entity: str, entity_ids: Sequence[str]) -> set[str]:
        """Those of the reference objects that are in raw, in any version."""
        ...

    def ask(self, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        """A question that only one series has, in its own words."""
        ...


class SeriesReader(Protocol):
    """Reads one account to the present. What it yields is landed in that order, each batch as a whole."""

    series: str

    @property
    def requests(self) -> int:
        """How many API requests have been made so far."""
        ...

    def batches(self, raw: RawFacts) -> Iterator[Batch]:
        """Everything that has changed since the cursors in `raw`, reference data first."""
        ...
