"""What the UI shows about a model: its columns and SQL, and after each run its rows, money and a small table.

What does not belong here: how a model is run (sql_models.py).
"""

from typing import TYPE_CHECKING

import dagster as dg

from lightspeed_prima.defs.reading import Shown, money, query_table
from lightspeed_prima.warehouse.models import Column, Model, ModelResult

if TYPE_CHECKING:
    import duckdb

_ORDERS = "sum(gross) filter (where document_type = 'sales_order'"
_CREDIT_NOTES = "sum(gross) filter (where document_type = 'credit_note'"

# The money a person looks for first, by table: label and expression.
TOTALS: dict[str, dict[str, str]] = {
    "core.transactions": {
        "gross of completed sales": "sum(gross) filter (where status = 'completed')",
        "tax of completed sales": "sum(tax) filter (where status = 'completed')",
        "tendered in completed sales": "sum(tendered) filter (where status = 'completed')",
    },
    "core.transaction_lines": {"net": "sum(net)", "tax": "sum(tax)", "gross": "sum(gross)"},
    "core.transaction_payments": {"amount": "sum(amount)"},
    "posting.planned_documents": {
        "orders free to post": f"{_ORDERS} and hold_code is null)",
        "credit notes free to post": f"{_CREDIT_NOTES} and hold_code is null)",
        "held": "sum(gross) filter (where hold_code is not null)",
    },
    "posting.documents": {
        "orders in Prima": f"{_ORDERS} and state in ('confirmed', 'exported'))",
        "credit notes in Prima": f"{_CREDIT_NOTES} and state in ('confirmed', 'exported'))",
        "not in Prima yet": "sum(gross) filter (where state not in ('confirmed', 'exported'))",
    },
    "recon.sales": {
        "Lightspeed gross": "sum(lightspeed_gross)",
        "Prima gross": "sum(prima_gross)",
        "ledger gross": "sum(ledger_gross)",
        "difference": "sum(difference)",
    },
    "recon.shop_days": {
        "Lightspeed gross": "sum(lightspeed_gross)",
        "Prima gross": "sum(prima_gross)",
        "unexplained": "sum(unexplained)",
    },
    "recon.refunds": {"gross": "sum(gross)"},
    "recon.tax": {
        "Lightspeed tax": "sum(lightspeed_tax)",
        "posted tax": "sum(posted_tax)",
        "ledger tax": "sum(ledger_tax)",
        "difference": "sum(difference)",
    },
    "recon.tenders": {
        "Lightspeed amount": "sum(lightspeed_amount)",
        "posted amount": "sum(posted_amount)",
        "difference": "sum(difference)",
    },
    "recon.exceptions": {"open amount": "sum(amount) filter (where status in ('open', 'acknowledged'))"},
}

# The small table a person would otherwise query for.
SUMMARIES: dict[str, str] = {
    "core.transactions": """
        select business_date, account, shop_id, count(*) as sales, sum(gross) as gross from core.transactions
        where status = 'completed' group by all order by business_date desc, account, shop_id limit 15""",
    "core.transaction_lines": """
        select line_kind, count(*) as lines, sum(quantity) as quantity, sum(gross) as gross
        from core.transaction_lines group by all order by lines desc""",
    "core.transaction_payments": """
        select kind, count(*) as payments, sum(amount) as amount
        from core.transaction_payments group by all order by payments desc""",
    "posting.holds": """
        select code, count(distinct sale_key) as sales, sum(amount) as amount
        from posting.holds group by all order by sales desc""",
    "posting.planned_documents": """
        select document_type, coalesce(hold_code, 'free to post') as standing, count(*) as documents,
            sum(gross) as gross
        from posting.planned_documents group by all order by documents desc""",
    "posting.documents": """
        select document_type, state, count(*) as documents, sum(gross) as gross
        from posting.documents group by all order by documents desc""",
    "recon.sales": """
        select disposition, count(*) as sales, sum(lightspeed_gross) as lightspeed_gross,
            sum(prima_gross) as prima_gross, sum(difference) as difference
        from recon.sales group by all order by sales desc""",
    "recon.shop_days": """
        select business_date, account, shop_id, sales, posted, held, pending, lightspeed_gross, prima_gross,
            unexplained, complete
        from recon.shop_days order by business_date desc, account, shop_id limit 15""",
    "recon.refunds": """
        select state, count(*) as refunds, sum(gross) as gross, max(age_hours) as oldest_hours
        from recon.refunds group by all order by refunds desc""",
    "recon.tax": """
        select tax_key, rate, sum(lightspeed_tax) as lightspeed_tax, sum(posted_tax) as posted_tax,
            sum(ledger_tax) as ledger_tax, sum(difference) as difference
        from recon.tax group by all order by tax_key, rate""",
    "recon.tenders": """
        select kind, sum(lightspeed_amount) as lightspeed_amount, sum(posted_amount) as posted_amount,
            sum(difference) as difference
        from recon.tenders group by all order by kind""",
    "recon.exceptions": """
        select code, owner, status, count(*) as exceptions, sum(amount) as amount,
            max(age_hours) as oldest_hours
        from recon.exceptions where status <> 'resolved' group by all order by exceptions desc""",
    "recon.sources": "select source, account, read_up_to, is_fresh, problem from recon.sources order by all",
    "recon.month_end": """
        select month, account, ready, sales, posted, open_exceptions, unexplained
        from recon.month_end order by month desc, account limit 12""",
    "recon.stock": """
        select account, shop_id, lightspeed_sku, prima_available, lightspeed_on_hand, unposted_quantity, drift
        from recon.stock where drift <> 0 order by abs(drift) desc limit 15""",
}


def definition_metadata(model: Model) -> Shown:
    """What is known before any run."""
    metadata: Shown = {
        "dagster/table_name": str(model.relation),
        "materialized": model.materialized,
        "file": f"dbt_like_sql/models/{model.schema}/{model.path.name}",
        "sql": dg.MetadataValue.md(f"```sql\n{model.sql}\n```"),
    }
    if model.unique_key:
        metadata["key"] = ", ".join(model.unique_key)
    if model.columns:
        metadata["dagster/column_schema"] = dg.TableSchema([_column(column) for column in model.columns])
    return metadata


def run_metadata(con: "duckdb.DuckDBPyConnection", model: Model, result: ModelResult) -> Shown:
    """What this run made of it: first what a person asks for, last what an engineer does."""
    metadata: Shown = dict(_totals(con, str(model.relation)))
    if summary := SUMMARIES.get(model.relation):
        metadata["summary"] = dg.MetadataValue.md(query_table(con, summary))
    if result.rows is not None:
        metadata["dagster/row_count"] = result.rows
    if result.incremental and result.rows_written is not None:
        metadata["rows written"] = result.rows_written
    metadata["dagster/column_schema"] = _real_columns(model, result)
    metadata["seconds"] = round(result.seconds, 3)
    return metadata


def _totals(con: "duckdb.DuckDBPyConnection", table: str) -> dict[str, str]:
    totals = TOTALS.get(table)
    if not totals:
        return {}
    sums = con.execute(f"select {', '.join(totals.values())} from {table}").fetchall()[0]
    return {label: money(value) for label, value in zip(totals, sums, strict=True)}


def _column(column: Column) -> dg.TableColumn:
    unique = any(test.kind == "unique" for test in column.tests)
    required = any(test.kind == "not_null" for test in column.tests)
    return dg.TableColumn(
        column.name,
        type=column.data_type or "?",
        description=column.description or None,
        constraints=dg.TableColumnConstraints(nullable=not required, unique=unique),
    )


def _real_columns(model: Model, result: ModelResult) -> dg.TableSchema:
    """The table's own columns and types, with what the YAML says about them."""
    documented = {column.name: _column(column) for column in model.columns}
    columns = []
    for name, data_type in result.columns:
        known = documented.get(name)
        columns.append(
            dg.TableColumn(
                name,
                type=data_type,
                description=known.description if known else None,
                constraints=known.constraints if known else None,
            )
        )
    return dg.TableSchema(columns)
