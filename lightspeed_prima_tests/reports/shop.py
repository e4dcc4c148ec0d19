"""Small published snapshots for the report tests: sales rung, models built, published; no figure is typed in.

What does not belong here: what is expected of a report.
"""

from __future__ import annotations

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
        select * exclude (ingest_seq) replace ('us' as account, replace(payload, 'EUR', 'USD') as payload)
        from raw.lightspeed_reference where account = 'uk';
    insert into raw.lightspeed_sales by name
        select * exclude (ingest_seq) replace ('us' as account) from raw.lightspeed_sales where account = 'uk' and sale_id = '1';
"""
"""An account in dollars that nobody has mapped: its one sale is held."""


def publish_stages(folder: Path) -> dict[str, Path]:
    """One set of books, published after each stage of its life.

    `nothing`: the first day. `quiet`: all is in Prima and its ledger. `troubled`: what can be wrong with sales;
    one exception is acknowledged. `two_currencies`: an account in dollars joins.
    """
    books = Books(folder / "warehouse.duckdb")
    books.build()
    stages = {"nothing": publish_books(books, folder / "nothing")}
    books.ring(*QUIET)
    books.build()
    books.post()
    read_tills_and_ledger(books)
    books.build()
    stages["quiet"] = publish_books(books, folder / "quiet")
    books.ring(*TROUBLE)
    books.build()
    books.execute("update recon.exceptions set status = 'acknowledged' where code = 'REFUND_UNLINKED'")
    books.build()
    stages["troubled"] = publish_books(books, folder / "troubled")
    books.execute(SECOND_ACCOUNT)
    books.build()
    stages["two_currencies"] = publish_books(books, folder / "two_currencies")
    return stages


def publish_books(books: Books, folder: Path) -> Path:
    """What analysts would see of these books now."""
    return publish(books.warehouse, folder / "reconciliation.duckdb").path
