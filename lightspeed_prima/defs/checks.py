"""The standing questions of the reconciliation: taxes, refunds, days, mappings, dispositions.

What does not belong here: tests of a single model; those are in its YAML.
"""

from dataclasses import dataclass
from typing import Any

import dagster as dg

from lightspeed_prima.defs.names import WAREHOUSE_POOL, key
from lightspeed_prima.defs.pipeline import Pipeline
from lightspeed_prima.defs.reading import failures_in_words, markdown_table, money

_SHOWN_ROWS = 25
# The first columns of each query say what was found: a code and its subject, a document, a shop-day.
_NAMING_COLUMNS = 2


@dataclass(frozen=True)
class StandingCheck:
    """A query for what is wrong. `amount`, when it selects such a column, is the money concerned."""

    name: str
    table: str
    description: str
    wrong: str
    warns: bool = False


CHECKS = (
    StandingCheck(
        "tax_mismatches",
        "recon.tax",
        "No sale is held because its tax does not fit the mapped rates; no difference is without a cause.",
        """
        select code as what, account, shop_id, sale_key as subject, amount, detail
        from recon.exceptions where code = 'TAX_MISMATCH' and status in ('open', 'acknowledged')
        union all
        select 'difference without a cause', account, shop_id, business_date || ' ' || tax_key, difference, ''
        from recon.tax where difference <> 0 and coalesce(cause, '') = ''
        order by all""",
    ),
    StandingCheck(
        "unposted_refunds",
        "recon.refunds",
        "The credit note of every refund is in Prima (confirmed) or in a file for import by hand (exported).",
        """
        select document_number, sale_key, original_sale_key, state, hold_code, gross as amount, age_hours
        from recon.refunds where state not in ('confirmed', 'exported')
        order by age_hours desc, document_number""",
    ),
    StandingCheck(
        "unexplained_is_zero",
        "recon.shop_days",
        "Lightspeed minus Prima is explained to the penny on every shop-day.",
        """
        select business_date, account, shop_id, lightspeed_gross, prima_gross, unexplained as amount
        from recon.shop_days where unexplained <> 0 order by abs(unexplained) desc""",
    ),
    StandingCheck(
        "shop_days_complete",
        "recon.shop_days",
        "Every day before today is complete: its sources are fresh, nothing is held or pending.",
        """
        select business_date, account, shop_id, sales, held, pending, lightspeed_gross - prima_gross as amount
        from recon.shop_days where not complete and business_date < cast($now as date)
        order by business_date desc, account, shop_id""",
        warns=True,
    ),
    StandingCheck(
        "unmapped_master_data",
        "posting.holds",
        "No sale waits for a row in the mapping files.",
        """
        select code, subject as missing, count(distinct sale_key) as sales, sum(amount) as amount,
            min(detail) as detail
        from posting.holds where code like '%\\_UNMAPPED' escape '\\'
        group by all order by sales desc, code, missing""",
    ),
    StandingCheck(
        "every_sale_has_one_disposition",
        "recon.sales",
        "Every sale is posted, pending, held or excluded, exactly once; a held one has an open exception.",
        """
        with counted as (
            select
                coalesce(sales.sale_key, transactions.sale_key) as sale_key,
                count(sales.sale_key) as dispositions,
                count(transactions.sale_key) as sales,
                min(sales.disposition) as disposition,
                any_value(transactions.gross) as amount
            from core.transactions as transactions
            full outer join recon.sales as sales on sales.sale_key = transactions.sale_key
            group by 1
        )

        select sale_key, dispositions, disposition, amount
        from counted
        where dispositions <> 1 or sales <> 1
            or coalesce(disposition, '') not in ('posted', 'pending', 'held', 'excluded')
            or (disposition = 'held' and sale_key not in (
                select sale_key from recon.exceptions where status <> 'resolved' and sale_key is not null
            ))
        order by all""",
    ),
)


def standing_checks() -> list[dg.AssetChecksDefinition]:
    """The checks as Dagster sees them."""
    return [_asset_check(check) for check in CHECKS]


def _asset_check(check: StandingCheck) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        name=check.name, asset=key(check.table), description=check.description, pool=WAREHOUSE_POOL
    )
    def standing_check(pipeline: dg.ResourceParam[Pipeline]) -> dg.AssetCheckResult:
        with failures_in_words(), pipeline.warehouse.connect() as con:
            arguments = {"now": pipeline.now} if "$now" in check.wrong else {}
            cursor = con.execute(check.wrong, arguments)
            columns = [column[0] for column in cursor.description or ()]
            rows = cursor.fetchall()
        total = sum(row[columns.index("amount")] or 0 for row in rows)
        more = f", {len(rows) - _SHOWN_ROWS} more are not shown" if len(rows) > _SHOWN_ROWS else ""
        return dg.AssetCheckResult(
            passed=not rows,
            severity=dg.AssetCheckSeverity.WARN if check.warns else dg.AssetCheckSeverity.ERROR,
            description=f"{len(rows)} found: {_named(rows)}{more}" if rows else "none found",
            metadata={
                "count": len(rows),
                "money": money(total),
                "found": dg.MetadataValue.md(markdown_table(columns, rows[:_SHOWN_ROWS])),
            },
        )

    return standing_check


def _named(rows: list[tuple[Any, ...]]) -> str:
    """The first few findings in a line: what stands in their first columns."""
    shown = ["/".join(str(value) for value in row[:_NAMING_COLUMNS] if value is not None) for row in rows[:3]]
    return ", ".join(shown) + (" ..." if len(rows) > len(shown) else "")
