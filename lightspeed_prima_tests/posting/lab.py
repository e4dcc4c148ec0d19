"""A bench for the posting engine: a real warehouse, a real journal, Prima's twin over TCP, and hands on the clock.

What does not belong here: tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from lightspeed_prima.posting import PostingResult, post_due
from lightspeed_prima.posting.entry import Attempt, Entry
from lightspeed_prima.posting.journal import Journal
from lightspeed_prima.prima.documents import PlannedDocument
from lightspeed_prima.settings import Settings, load_settings
from lightspeed_prima.warehouse.database import Warehouse

PLAN_TABLES = """
create or replace table posting.planned_documents (
    document_number varchar, document_type varchar, sale_key varchar, account varchar, original_sale_key varchar,
    original_document_number varchar, business_date date, completed_at timestamptz, shop_id varchar, depot varchar,
    prima_customer varchar, vat_inclusive boolean, currency varchar, net decimal(18,2), tax decimal(18,2),
    gross decimal(18,2), reason varchar, source_digest varchar, depends_on varchar[], sequence bigint,
    hold_code varchar
);
create or replace table posting.document_lines (
    document_number varchar, order_line integer, line_id varchar, line_kind varchar, lightspeed_sku varchar,
    product varchar, mtrx1 varchar, mtrx2 varchar, mtrx3 varchar, mtrx4 varchar, quantity integer,
    price decimal(18,2), net decimal(18,2), tax decimal(18,2), gross decimal(18,2), ext_tax decimal(18,2),
    vat_code varchar, depot varchar, original_line_id varchar, original_order_line integer, line_reference varchar
);
create or replace table posting.document_payments (
    document_number varchar, payment_no integer, pay_method varchar, sub_pay_method varchar, amount decimal(18,2),
    kind varchar, payment_type_id varchar, exchange_credit_number varchar, payment_reference varchar
);
"""
DOCUMENT = [
    "document_number",
    "document_type",
    "sale_key",
    "account",
    "original_sale_key",
    "original_document_number",
    "business_date",
    "completed_at",
    "shop_id",
    "depot",
    "prima_customer",
    "vat_inclusive",
    "currency",
    "net",
    "tax",
    "gross",
    "reason",
    "source_digest",
]
LINE = [
    "order_line",
    "line_id",
    "line_kind",
    "lightspeed_sku",
    "product",
    "quantity",
    "price",
    "net",
    "tax",
    "gross",
    "ext_tax",
    "vat_code",
    "depot",
    "original_line_id",
    "original_order_line",
    "line_reference",
]
PAYMENT = [
    "payment_no",
    "pay_method",
    "sub_pay_method",
    "amount",
    "kind",
    "payment_type_id",
    "exchange_credit_number",
    "payment_reference",
]

SECRETS = {"ID": "i", "SECRET": "s", "TOKEN": "t"}
CONFIG = """
[warehouse]
path = "data/warehouse.duckdb"
published = "data/reconciliation.duckdb"

[[lightspeed]]
account = "uk"
series = "R"
order_prefix = "701"
start_from = "2026-11-01"
client_id_env = "ID"
client_secret_env = "SECRET"
refresh_token_env = "TOKEN"

[prima]
endpoint = "{endpoint}"
wsdl = "{endpoint}/wsdl?targetURI=urn:omlink"
timeout_seconds = {timeout_seconds}
ledger_extract = "{base}/extracts/ledger.csv"
{prima}

[posting]
journal = "sqlite:///data/journal.db"
{posting}
"""


class Lab:
    """Everything one posting test needs, in one folder."""

    def __init__(self, home: Path, base: str) -> None:
        self.home = home
        self.base = base
        self.time = datetime(2026, 11, 9, 8, tzinfo=UTC)
        self.settings = self.configure()
        self.warehouse = Warehouse(self.settings.warehouse.path)
        self._planned: dict[str, tuple[PlannedDocument, str | None]] = {}
        self.runs = 0

    def configure(
        self, prima: str = "", posting: str = "", base: str | None = None, timeout_seconds: int = 5
    ) -> Settings:
        """Settings as a site would write them."""
        base = base or self.base
        text = CONFIG.format(
            base=base,
            endpoint=f"{base}/wsalive/wsalive",
            timeout_seconds=timeout_seconds,
            prima=prima,
            posting=posting,
        )
        path = self.home / "config.toml"
        path.write_text(text, encoding="utf-8")
        self.settings = load_settings(path, SECRETS)
        return self.settings

    def plan(self, *documents: PlannedDocument, hold: str | None = None) -> None:
        """Plan these, over what was planned under their numbers."""
        self._planned.update({document.document_number: (document, hold) for document in documents})
        self._write_plan()

    def unplan(self, number: str) -> None:
        """The models do not want it any more."""
        del self._planned[number]
        self._write_plan()

    def post(self, **options: Any) -> PostingResult:
        """One run of the real engine."""
        self.runs += 1
        options.setdefault("now", lambda: self.time)
        return post_due(self.settings, self.warehouse, f"run-{self.runs}", **options)

    def pass_time(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def fault(self, kind: str, request_type: str = "MultiNewOrder", **options: Any) -> None:
        """Something goes wrong with the next calls of this type."""
        order = {"faults": [{"kind": kind, "request_type": request_type, **options}]}
        httpx.post(f"{self.base}/_twin/faults", json=order).raise_for_status()

    def no_more_faults(self) -> None:
        httpx.delete(f"{self.base}/_twin/faults").raise_for_status()

    def break_endpoint(self) -> None:
        """The WSDL is still served, but nobody listens where the documents go."""
        self._edit(f'endpoint = "{self.base}', 'endpoint = "http://127.0.0.1:9')

    def hide_ledger(self) -> None:
        """Prima's nightly extract is not served."""
        self._edit("/extracts/ledger.csv", "/extracts/none.csv")

    def _edit(self, old: str, new: str) -> None:
        path = self.home / "config.toml"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        self.settings = load_settings(path, SECRETS)

    def in_prima(self) -> dict[str, dict[str, Any]]:
        """What the twin has booked, by number."""
        return {row["number"]: row for row in httpx.get(f"{self.base}/_twin/documents").json()}

    def stats(self) -> dict[str, Any]:
        stats: dict[str, Any] = httpx.get(f"{self.base}/_twin/stats").json()
        return stats

    def entry(self, number: str) -> Entry:
        """What the journal knows of a document."""
        with Journal.open(self.settings.posting.journal) as journal:
            return journal.entries([number])[number]

    def attempts(self, number: str) -> list[Attempt]:
        """The calls made for a document, in order."""
        with Journal.open(self.settings.posting.journal) as journal:
            calls = [call for batch in journal.all_attempts() for call in batch]
        return sorted(
            (call for call in calls if call.document_number == number), key=lambda call: call.attempt
        )

    def lose_journal(self) -> None:
        """The disk with the journal is gone."""
        for path in (self.home / "data").glob("journal.db*"):
            path.unlink()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What an analyst would see."""
        with self.warehouse.connect() as con:
            return con.execute(sql).fetchall()

    def _write_plan(self) -> None:
        with self.warehouse.transaction() as con:
            con.execute(PLAN_TABLES)
            for document, hold in self._planned.values():
                _insert(
                    con,
                    "planned_documents",
                    [*DOCUMENT, "depends_on", "sequence", "hold_code"],
                    [*_values(document, DOCUMENT), list(document.depends_on), document.sequence, hold],
                )
                for line in document.lines:
                    names = ["document_number", *LINE, "mtrx1", "mtrx2", "mtrx3", "mtrx4"]
                    _insert(
                        con,
                        "document_lines",
                        names,
                        [document.document_number, *_values(line, LINE), *line.mtrx],
                    )
                for payment in document.payments:
                    _insert(
                        con,
                        "document_payments",
                        ["document_number", *PAYMENT],
                        [document.document_number, *_values(payment, PAYMENT)],
                    )


def _values(thing: object, names: Iterable[str]) -> list[Any]:
    return [getattr(thing, name) for name in names]


def _insert(con: Any, table: str, names: list[str], values: list[Any]) -> None:
    marks = ", ".join("?" for _ in names)
    con.execute(f"insert into posting.{table} ({', '.join(names)}) values ({marks})", values)
