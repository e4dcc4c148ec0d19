"""The twin's memory: one SQLite file, so that what was booked survives a restart or a kill.

Rules about what may be booked are not here; the primary key on the number is the last line of defence only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import cast

from lightspeed_prima.twins.prima.documents import Document, DocumentType, Line, Payment

_SCHEMA = """
create table if not exists documents (
    number text primary key, document_type text not null, customer text not null,
    original_number text not null, tpguid text not null, vat_inclusive integer not null,
    on_hold integer not null, reason text not null, received_at text not null
) without rowid;
create table if not exists lines (
    number text not null, line_number integer not null, order_line integer,
    product text not null, mtrx1 text not null, mtrx2 text not null, mtrx3 text not null, mtrx4 text not null,
    quantity integer not null, price text not null, net text not null, tax text not null, gross text not null,
    gl_account text not null, vat_code text not null, depot text not null, reference text not null,
    stocked integer not null, primary key (number, line_number)
) without rowid;
create table if not exists payments (
    number text not null, payment_number integer not null, pay_method text not null,
    sub_pay_method text not null, amount text not null, exchange_credit text not null,
    reference text not null, primary key (number, payment_number)
) without rowid;
create index if not exists documents_by_original on documents (original_number);
create index if not exists payments_by_credit on payments (exchange_credit);
create table if not exists submissions (
    id integer primary key, number text not null, document_type text not null, accepted integer not null,
    error_text text not null, payload_sha256 text not null, received_at text not null
);
create table if not exists customers (code text primary key, vat_inclusive integer not null) without rowid;
create table if not exists counters (name text primary key, value integer not null) without rowid;
"""
_TABLES = ("documents", "lines", "payments", "submissions", "customers", "counters")


@dataclass(frozen=True)
class Submission:
    """One time a document was sent to Prima, whatever became of it."""

    number: str
    document_type: DocumentType
    accepted: bool
    error_text: str
    payload_sha256: str
    received_at: str


class Store:
    """Belongs to the thread that opened it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=normal")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def reset(self) -> None:
        """Forget everything."""
        with self.transaction():
            for table in _TABLES:
                self._db.execute(f"delete from {table}")

    def document(self, number: str) -> Document | None:
        """The document of that number, order or credit note."""
        found = list(self._documents("where number = ?", (number,)))
        return found[0] if found else None

    def credit_notes_for(self, order_number: str) -> list[Document]:
        """The credit notes that name this order as their original."""
        return list(self._documents("where original_number = ?", (order_number,)))

    def documents(self) -> Iterator[Document]:
        """All of them, oldest first."""
        return self._documents("order by received_at, number", ())

    def exchange_credit_used(self, credit_note: str, pay_method: str) -> Decimal:
        """How much of a credit note has already paid for orders by this method."""
        rows = self._db.execute(
            "select amount from payments where exchange_credit = ? and pay_method = ?",
            (credit_note, pay_method),
        )
        return sum((Decimal(amount) for (amount,) in rows), Decimal(0))

    def add_document(self, document: Document) -> None:
        """Book it; the caller holds the transaction."""
        self._db.execute(
            "insert into documents values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(document.number, document.document_type, document.customer, document.original_number),
                *(document.tpguid, document.vat_inclusive, document.on_hold, document.reason),
                document.received_at.isoformat(),
            ),
        )
        self._db.executemany(
            f"insert into lines values ({', '.join('?' * 18)})",
            [_line_row(document.number, line) for line in document.lines],
        )
        self._db.executemany(
            "insert into payments values (?, ?, ?, ?, ?, ?, ?)",
            [_payment_row(document.number, *numbered) for numbered in enumerate(document.payments, start=1)],
        )

    def add_submission(self, submission: Submission) -> None:
        """Remember that something was sent."""
        self._db.execute(
            "insert into submissions"
            " (number, document_type, accepted, error_text, payload_sha256, received_at)"
            " values (?, ?, ?, ?, ?, ?)",
            (
                *(submission.number, submission.document_type, submission.accepted, submission.error_text),
                *(submission.payload_sha256, submission.received_at),
            ),
        )

    def submissions(self) -> list[Submission]:
        """Every one, oldest first."""
        rows = self._db.execute(
            "select number, document_type, accepted, error_text, payload_sha256, received_at"
            " from submissions order by id"
        )
        return [Submission(n, kind, bool(accepted), *rest) for n, kind, accepted, *rest in rows]

    def count(self, name: str, first: int = 1) -> int:
        """The next value of a counter: `first`, then one more each time."""
        row = self._db.execute(
            "insert into counters values (?, ?)"
            " on conflict (name) do update set value = value + 1 returning value",
            (name, first),
        ).fetchone()
        return cast(int, row[0])

    def counters(self) -> dict[str, int]:
        """All counters by name."""
        return dict(self._db.execute("select name, value from counters order by name"))

    def add_customer(self, code: str, vat_inclusive: bool) -> None:
        """Open a customer account."""
        self._db.execute("insert into customers values (?, ?)", (code, vat_inclusive))

    def customers(self) -> dict[str, bool]:
        """The accounts that orders without a customer opened, with their price book's VAT flag."""
        return {code: bool(flag) for code, flag in self._db.execute("select * from customers order by code")}

    def _documents(self, where: str, parameters: tuple[str, ...]) -> Iterator[Document]:
        for row in self._db.execute(f"select * from documents {where}", parameters).fetchall():
            number, kind, customer, original, tpguid, vat_inclusive, on_hold, reason, received_at = row
            yield Document(
                *(number, kind, customer, original, tpguid, bool(vat_inclusive), bool(on_hold), reason),
                lines=tuple(self._lines(number)),
                payments=tuple(self._payments(number)),
                received_at=datetime.fromisoformat(received_at),
            )

    def _lines(self, number: str) -> Iterator[Line]:
        for row in self._db.execute("select * from lines where number = ? order by line_number", (number,)):
            _, line_number, order_line, product, m1, m2, m3, m4, quantity = row[:9]
            price, net, tax, gross = (Decimal(amount) for amount in row[9:13])
            gl_account, vat_code, depot, reference, stocked = row[13:]
            yield Line(
                *(line_number, order_line, (product, m1, m2, m3, m4), quantity, price, net, tax, gross),
                *(gl_account, vat_code, depot, reference, bool(stocked)),
            )

    def _payments(self, number: str) -> Iterator[Payment]:
        rows = self._db.execute("select * from payments where number = ? order by payment_number", (number,))
        for _, _, pay_method, sub_pay_method, amount, exchange_credit, reference in rows:
            yield Payment(pay_method, sub_pay_method, Decimal(amount), exchange_credit, reference)


def _line_row(number: str, line: Line) -> tuple[object, ...]:
    return (
        *(number, line.line_number, line.order_line, *line.key, line.quantity),
        *(str(line.price), str(line.net), str(line.tax), str(line.gross)),
        *(line.gl_account, line.vat_code, line.depot, line.reference, line.stocked),
    )


def _payment_row(number: str, position: int, payment: Payment) -> tuple[object, ...]:
    return (
        *(number, position, payment.pay_method, payment.sub_pay_method, str(payment.amount)),
        *(payment.exchange_credit, payment.reference),
    )
