"""A warehouse on disk, the mappings of three shops, and a way to ring sales and build the models."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima.warehouse.models import ModelProject
from lightspeed_prima_tests.models.till import Rung
from lightspeed_prima_tests.models.x_till import XRung

NOW = "2026-11-23 06:00:00+00"
PROJECT = ModelProject.load()

SHOPS = [
    {"shopID": "1", "name": "Dublin", "timeZone": "Europe/Dublin"},
    {"shopID": "2", "name": "New York", "timeZone": "US/Eastern"},
    {"shopID": "3", "name": "Trade", "timeZone": "Europe/Dublin"},
]

MAPPINGS = """
insert into ops.accounts values ('uk', 'R', '701', date '2026-11-01');
insert into mapping.shops values
    ('uk', '1', 'Dublin', 'DUB', 'SHOP01', true, 'transaction', 'none', date '0001-01-01', date '9999-12-31', 2),
    ('uk', '2', 'New York', 'NYC', 'SHOP02', true, 'transaction', 'none', date '0001-01-01', date '9999-12-31', 3),
    ('uk', '3', 'Trade', 'TRD', 'SHOP03', false, 'transaction', 'none', date '0001-01-01', date '9999-12-31', 4),
    ('uk', '4', 'Not in Lightspeed', 'DUB', 'SHOP01', true, 'transaction', 'none', date '0001-01-01', date '9999-12-31', 5);
insert into mapping.skus
select 'uk', sku, product, width, size, '', '', date '0001-01-01', date '9999-12-31', 2
from (values ('BROGUE-F-075', 'BROGUE', 'F', '075'), ('BROGUE-F-080', 'BROGUE', 'F', '080'), ('LACES', 'LACES', 'NONE', 'ONE'),
      ('KIDS-025', 'KIDS', 'F', '025')) as skus (sku, product, width, size);
insert into mapping.taxes values
    ('uk', '1/1', 0.23, 'S', date '0001-01-01', date '9999-12-31', 2),
    ('uk', '*/2', 0, 'Z', date '0001-01-01', date '9999-12-31', 3);
insert into mapping.non_stock values
    ('uk', 'misc_charge', 'SERVICE', 'NONE', 'ONE', '', '', '4100', 'S', date '0001-01-01', date '9999-12-31', 2),
    ('uk', 'gift_card', 'GIFTCARD', 'NONE', 'ONE', '', '', '2200', 'N', date '0001-01-01', date '9999-12-31', 3),
    ('uk', 'tip', 'TIP', 'NONE', 'ONE', '', '', '2300', 'N', date '0001-01-01', date '9999-12-31', 4),
    ('uk', 'sku:RESOLE', 'RESOLE', 'NONE', 'ONE', '', '', '4200', 'S', date '0001-01-01', date '9999-12-31', 5);
insert into mapping.tenders values
    ('uk', '1', 'CSH', '', '1000', 'cash', date '0001-01-01', date '9999-12-31', 2),
    ('uk', '3', 'CRD', 'VISA', '1010', 'card', date '0001-01-01', date '9999-12-31', 3),
    ('uk', '5', 'GFT', '', '2200', 'gift_card', date '0001-01-01', date '9999-12-31', 4);
"""


X_REFERENCE = [
    ("retailer", "nz", {"currency": {"code": "NZD"}, "discount_product_id": "discount"}),
    ("outlet", "akl", {"name": "Auckland", "time_zone": "Pacific/Auckland"}),
    ("outlet", "syd", {"name": "Sydney", "time_zone": "Australia/Sydney"}),
    ("tax", "tax", {"rates": [{"id": "gst", "rate": 0.15}, {"id": "none", "rate": 0}]}),
    ("product", "shoe", {"sku": "BROGUE-F-075", "has_inventory": True}),
    ("product", "laces", {"sku": "LACES", "has_inventory": True}),
    ("product", "resole", {"sku": "RESOLE", "has_inventory": False}),
    ("product", "card", {"sku": "GIFT", "has_inventory": False}),
    ("product", "discount", {"sku": "vend-discount", "has_inventory": False}),
    ("product", "loyalty", {"sku": "POINTS", "has_inventory": False}),
]

X_MAPPINGS = """
insert into ops.accounts values ('nz', 'X', '702', date '2026-11-01');
insert into mapping.shops values
    ('nz', 'akl', 'Auckland', 'AKL', 'SHOP11', true, 'transaction', 'none', date '0001-01-01', date '9999-12-31', 2),
    ('nz', 'syd', 'Sydney', 'SYD', 'SHOP12', true, 'transaction', 'none', date '0001-01-01', date '9999-12-31', 3);
insert into mapping.skus
select 'nz', lightspeed_sku, product, mtrx1, mtrx2, mtrx3, mtrx4, effective_from, effective_to, line_no
from mapping.skus where account = 'uk';
insert into mapping.taxes values
    ('nz', 'gst', 0.15, 'G', date '0001-01-01', date '9999-12-31', 2),
    ('nz', 'none', 0, 'N', date '0001-01-01', date '9999-12-31', 3);
insert into mapping.non_stock
select 'nz', match, product, mtrx1, mtrx2, mtrx3, mtrx4, gl_account, vat_code, effective_from, effective_to, line_no
from mapping.non_stock where account = 'uk';
insert into mapping.non_stock values
    ('nz', 'fee', 'FEE', 'NONE', 'ONE', '', '', '4400', 'N', date '0001-01-01', date '9999-12-31', 9);
insert into mapping.tenders values
    ('nz', 'cash', 'CSH', '', '1000', 'cash', date '0001-01-01', date '9999-12-31', 2),
    ('nz', 'card', 'CRD', '', '1010', 'card', date '0001-01-01', date '9999-12-31', 3);
"""


class Books:
    """Sales rung into raw, models built over them, rows to look at."""

    def __init__(self, path: Path) -> None:
        self.warehouse = Warehouse(path, environment="sandbox")
        self.versions: dict[str, int] = {}
        self.variables: dict[str, object] = {"now": NOW}
        with self.warehouse.transaction() as con:
            con.execute(MAPPINGS)
            for shop in SHOPS:
                self._land(con, "shop", shop["shopID"], shop)
            self._land(con, "account", "1", {"defaultCurrency": {"code": "EUR"}})

    @staticmethod
    def _land(
        con: Any,
        entity: str,
        entity_id: str,
        payload: Mapping[str, object],
        account: str = "uk",
        series: str = "R",
    ) -> None:
        con.execute(
            "insert into raw.lightspeed_reference (account, series, entity, entity_id, payload, payload_sha256,"
            " fetched_at, run_id) values (?, ?, ?, ?, ?, '', now(), 'test')",
            [account, series, entity, entity_id, json.dumps(payload)],
        )

    def open_x_account(self) -> None:
        """A second account, of the X-Series, beside the first."""
        with self.warehouse.transaction() as con:
            con.execute(X_MAPPINGS)
            for entity, entity_id, payload in X_REFERENCE:
                self._land(con, entity, entity_id, payload, "nz", "X")

    def ring_x(self, *sales: XRung) -> None:
        """Lands each X-Series sale as its next version."""
        with self.warehouse.transaction() as con:
            for sale in sales:
                self.versions[sale.sale_id] = self.versions.get(sale.sale_id, 0) + 1
                con.execute(
                    "insert into raw.lightspeed_sales (account, series, sale_id, version, source_updated_at, payload,"
                    " payload_sha256, fetched_at, run_id) values ('nz', 'X', ?, ?, ?, ?, '', ?, 'test')",
                    [
                        sale.sale_id,
                        self.versions[sale.sale_id],
                        sale.date,
                        json.dumps(sale.payload()),
                        datetime(2026, 11, 4, tzinfo=UTC),
                    ],
                )

    def ring(self, *sales: Rung, problem: tuple[str, str] | None = None) -> None:
        """Lands each sale as its next version."""
        with self.warehouse.transaction() as con:
            for sale in sales:
                payload = json.dumps(sale.payload())
                sale_id = str(sale.sale_id)
                self.versions[sale_id] = self.versions.get(sale_id, 0) + 1
                con.execute(
                    "insert into raw.lightspeed_sales (account, series, sale_id, version, source_updated_at, payload,"
                    " payload_sha256, fetched_at, run_id, problem_path, problem)"
                    " values ('uk', 'R', ?, ?, ?, ?, ?, ?, 'test', ?, ?)",
                    [
                        sale_id,
                        self.versions[sale_id],
                        sale.completed,
                        payload,
                        hashlib.sha256(payload.encode()).hexdigest(),
                        datetime(2026, 11, 4, tzinfo=UTC),
                        *(problem or (None, None)),
                    ],
                )

    def execute(self, sql: str) -> None:
        with self.warehouse.transaction() as con:
            con.execute(sql)

    def build(self, **variables: object) -> None:
        """Builds every model once, in order."""
        with self.warehouse.transaction() as con:
            for model in PROJECT.models:
                PROJECT.run(con, model, {**self.variables, **variables})

    def post(self, *numbers: str) -> None:
        """Lets the journal say that these documents (all free ones by default) are confirmed."""
        chosen = f"and document_number in {numbers!r}".replace(",)", ")") if numbers else ""
        self.execute(f"""
            insert into posting.journal_documents
            select document_number, document_type, account, sale_key, original_document_number, business_date, depot,
                prima_customer, currency, net, tax, gross, reason, source_digest, 'confirmed', '', 1, '', '', '', '',
                timestamptz '2026-11-05 00:00:00+00', timestamptz '2026-11-05 00:00:00+00',
                timestamptz '2026-11-05 00:00:01+00', json_object(
                    'lines', (
                        select json_group_array(json_object(
                            'order_line', order_line, 'line_id', line_id, 'line_kind', line_kind,
                            'lightspeed_sku', lightspeed_sku, 'product', product, 'mtrx', [mtrx1, mtrx2, mtrx3, mtrx4],
                            'quantity', quantity, 'price', cast(price as varchar), 'net', cast(net as varchar),
                            'tax', cast(tax as varchar), 'gross', cast(gross as varchar), 'vat_code', vat_code,
                            'depot', depot))
                        from posting.document_lines as lines
                        where lines.document_number = planned_documents.document_number),
                    'payments', (
                        select json_group_array(json_object(
                            'payment_no', payment_no, 'pay_method', pay_method, 'sub_pay_method', sub_pay_method,
                            'amount', cast(amount as varchar), 'kind', kind, 'payment_type_id', payment_type_id,
                            'exchange_credit_number', exchange_credit_number))
                        from posting.document_payments as payments
                        where payments.document_number = planned_documents.document_number))
            from posting.planned_documents
            where hold_code is null {chosen}
              and document_number not in (select document_number from posting.journal_documents);
            delete from posting.sent_documents;
            insert into posting.sent_documents
            select document_number, sale_key, source_digest, state from posting.journal_documents;
        """)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.warehouse.connect() as con:
            return con.execute(sql).fetchall()

    def documents(self) -> list[tuple[Any, ...]]:
        """number, type, original, depot, gross, hold of every planned document, in posting order."""
        return self.rows(
            "select document_number, document_type, original_document_number, depot, cast(gross as varchar),"
            " hold_code from posting.planned_documents order by sequence"
        )

    def lines(self, number: str) -> list[tuple[Any, ...]]:
        """line no, product, size, quantity, price, tax, original line no of one document."""
        return self.rows(
            "select order_line, product, mtrx2, quantity, cast(price as varchar), cast(tax as varchar),"
            f" original_order_line from posting.document_lines where document_number = '{number}' order by 1"
        )

    def payments(self, number: str) -> list[tuple[Any, ...]]:
        """pay method, amount, exchange credit number of one document."""
        return self.rows(
            "select pay_method, cast(amount as varchar), exchange_credit_number from posting.document_payments"
            f" where document_number = '{number}' order by payment_no"
        )

    def dispositions(self) -> dict[str, str]:
        return dict(self.rows("select sale_key, disposition from recon.sales"))

    def codes(self) -> set[tuple[str, str]]:
        """(sale_key, code) of every open exception."""
        return set(self.rows("select sale_key, code from recon.exceptions where status = 'open'"))

    def failed_tests(self) -> Iterable[str]:
        """Names of the YAML and singular tests that do not hold."""
        with self.warehouse.connect() as con:
            results = [
                result for model in PROJECT.models for result in PROJECT.test(con, model, self.variables)
            ]
        return [result.name for result in results if not result.passed]


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path / "warehouse.duckdb")
