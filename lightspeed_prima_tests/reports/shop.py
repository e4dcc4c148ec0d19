"""Small published snapshots for the report tests: sales rung, models built, published; no figure is typed in.

What does not belong here: what is expected of a report.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lightspeed_prima.warehouse.publish import publish
from lightspeed_prima_tests.models.conftest import Books
from lightspeed_prima_tests.models.test_reconciliation import read_tills_and_ledger
from lightspeed_prima_tests.models.till import Line, Rung, Tender

SCRIPT = "<script>alert('x')</script>"
LONG = "SOLE-" + "X" * 400
UNMAPPED_TENDERS = 27

QUIET = (
    Rung(1, [Line(11, "BROGUE-F-075", "140.00")], [Tender("140.00")]),
    Rung(2, [Line(21, "LACES", "4.95")], [Tender("4.95", "3")], completed="2026-11-05T12:00:00+00:00"),
    Rung(
        3,
        [Line(31, "BROGUE-F-075", "140.00", quantity=-1, parent=11)],
        [Tender("-140.00")],
        completed="2026-11-04T12:00:00+00:00",
    ),
)
"""A day of one sale, a day of refunds only, a day of laces."""

TROUBLE = (
    Rung(4, [Line(41, SCRIPT, "20.00")], [Tender("20.00")]),
    Rung(5, [Line(51, LONG, "30.00")], [Tender("30.00")]),
    Rung(6, [Line(61, "LACES", "4.95", quantity=-1)], [Tender("-4.95")]),
    *(
        Rung(100 + number, [Line(1000 + number, "LACES", "4.95")], [Tender("4.95", "77", "coupon")])
        for number in range(UNMAPPED_TENDERS)
    ),
)

SECOND_ACCOUNT = """
    insert into ops.accounts values ('us', 'R', '702', date '2026-11-01');
    insert into raw.lightspeed_reference by name
        select * replace ('us' as account, replace(payload, 'EUR', 'USD') as payload)
        from raw.lightspeed_reference where account = 'uk';
    insert into raw.lightspeed_sales by name
        select * replace ('us' as account) from raw.lightspeed_sales where account = 'uk' and sale_id = '1';
"""
"""An account in dollars that nobody has mapped: its one sale is held."""


def publish_quiet(folder: Path) -> Path:
    """Everything is in Prima and in its ledger."""
    return _publish(folder, lambda books: books.ring(*QUIET))


def publish_troubled(folder: Path) -> Path:
    """The same, and what can be wrong with sales; one exception is acknowledged."""

    def ring(books: Books) -> None:
        books.ring(*QUIET, *TROUBLE)

    def acknowledge(books: Books) -> None:
        books.execute("update recon.exceptions set status = 'acknowledged' where code = 'REFUND_UNLINKED'")

    return _publish(folder, ring, acknowledge)


def publish_two_currencies(folder: Path) -> Path:
    """A quiet account in euros, one in dollars that is held."""

    def ring(books: Books) -> None:
        books.ring(*QUIET)
        books.execute(SECOND_ACCOUNT)

    return _publish(folder, ring)


def publish_nothing(folder: Path) -> Path:
    """An installation on its first day: nothing read, nothing rung."""
    books = Books(folder / "warehouse.duckdb")
    books.build()
    return _snapshot(books, folder)


def _publish(
    folder: Path, ring: Callable[[Books], None], between: Callable[[Books], None] | None = None
) -> Path:
    books = Books(folder / "warehouse.duckdb")
    ring(books)
    books.build()
    books.post()
    read_tills_and_ledger(books)
    if between is not None:
        between(books)
    books.build()
    return _snapshot(books, folder)


def _snapshot(books: Books, folder: Path) -> Path:
    target = folder / "reconciliation.duckdb"
    publish(books.warehouse, target)
    return target
