"""The documents the SQL models have planned and nothing holds, read from the warehouse as plain data.

What does not belong here: what the journal says about them (work), or the plan itself (dbt_like_sql).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from lightspeed_prima.errors import PipelineError
from lightspeed_prima.prima.documents import PlannedDocument, PlannedLine, PlannedPayment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import duckdb

_DOCUMENTS = """
    select
        document_number, document_type, sale_key, account, original_sale_key, original_document_number,
        business_date, completed_at, shop_id, depot, prima_customer, vat_inclusive, currency, net, tax, gross,
        reason, source_digest, depends_on, sequence
    from posting.planned_documents
    where document_number in (select unnest(?))
    order by sequence, document_number
"""
_LINES = """
    select
        document_number, order_line, line_id, line_kind, lightspeed_sku, product, mtrx1, mtrx2, mtrx3, mtrx4,
        quantity, price, net, tax, gross, ext_tax, vat_code, depot, original_line_id, original_order_line,
        line_reference
    from posting.document_lines
    where document_number in (select unnest(?))
    order by document_number, order_line
"""
_PAYMENTS = """
    select
        document_number, payment_no, pay_method, sub_pay_method, amount, kind, payment_type_id,
        exchange_credit_number, payment_reference
    from posting.document_payments
    where document_number in (select unnest(?))
    order by document_number, payment_no
"""


class PlanError(PipelineError):
    """The plan is not there."""


def free_numbers(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Every planned document that nothing holds, in the order of posting."""
    tables = con.execute(
        "select count(*) from information_schema.tables where table_schema = 'posting' and table_name in "
        "('planned_documents', 'document_lines', 'document_payments')"
    ).fetchone()
    if tables is None or tables[0] < 3:
        raise PlanError(
            "PLAN_MISSING",
            "no documents have been planned in this warehouse yet",
            next_step="materialise the posting models first; the daily_cycle job does it in order",
        )
    rows = con.execute(
        "select document_number from posting.planned_documents where hold_code is null "
        "order by sequence, document_number"
    ).fetchall()
    return [row[0] for row in rows]


def read_documents(con: duckdb.DuckDBPyConnection, numbers: Collection[str]) -> tuple[PlannedDocument, ...]:
    """These documents with their lines and payments, in the order of posting."""
    wanted = list(numbers)
    lines: defaultdict[str, list[PlannedLine]] = defaultdict(list)
    for record in _records(con, _LINES, wanted):
        lines[record.pop("document_number")].append(_line(record))
    payments: defaultdict[str, list[PlannedPayment]] = defaultdict(list)
    for record in _records(con, _PAYMENTS, wanted):
        payments[record.pop("document_number")].append(PlannedPayment(**_without_nulls(record)))
    return tuple(
        _document(record, lines[record["document_number"]], payments[record["document_number"]])
        for record in _records(con, _DOCUMENTS, wanted)
    )


def _document(
    record: dict[str, Any], lines: list[PlannedLine], payments: list[PlannedPayment]
) -> PlannedDocument:
    depends_on = tuple(record.pop("depends_on") or ())
    return PlannedDocument(
        **_without_nulls(record), depends_on=depends_on, lines=tuple(lines), payments=tuple(payments)
    )


def _line(record: dict[str, Any]) -> PlannedLine:
    nullable = {name: record.pop(name) for name in ("ext_tax", "original_order_line")}
    mtrx = tuple(record.pop(f"mtrx{level}") or "" for level in (1, 2, 3, 4))
    return PlannedLine(**_without_nulls(record), **nullable, mtrx=(mtrx[0], mtrx[1], mtrx[2], mtrx[3]))


def _without_nulls(record: dict[str, Any]) -> dict[str, Any]:
    """What the plan leaves null is text that goes out blank."""
    return {name: "" if value is None else value for name, value in record.items()}


def _records(con: duckdb.DuckDBPyConnection, sql: str, numbers: list[str]) -> Iterable[dict[str, Any]]:
    cursor = con.execute(sql, [numbers])
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
