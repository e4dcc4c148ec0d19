"""The SQL that a report asks of the published snapshot, one question per constant.

What does not belong here: sums over accounts, whose currencies may differ. Where a question takes a parameter
it is the first trading day of the period, or None for no days at all.
"""

from __future__ import annotations

# A month of trading days. A till whose clock runs in the future must not push the present out of the report.
PERIOD = """
    select
        published_at,
        (
            select coalesce(
                max(business_date) filter (where business_date <= cast(published_at as date) + 1),
                max(business_date)
            ) - 30
            from recon.shop_days
        )
    from main.snapshot
"""

SHOP_DAYS = """
    select business_date, account, coalesce(shop_id, '?'), sales, posted, excluded, held, pending,
        lightspeed_gross, prima_gross, unexplained, complete
    from recon.shop_days
    order by business_date desc, account, length(shop_id), shop_id
"""

SOURCES = (
    "select source, account, read_up_to, is_fresh, problem from recon.sources order by source desc, account"
)

SALES = """
    select account, disposition, cause <> '', count(*), sum(lightspeed_gross), sum(prima_gross),
        sum(ledger_gross), sum(difference)
    from recon.sales
    where business_date >= ?
    group by all
    order by all
"""

DOCUMENTS = """
    select account, document_type, state, count(*), sum(gross)
    from posting.documents
    where business_date >= ? or state not in ('confirmed', 'exported')
    group by all
    order by account, document_type desc, state
"""

TAXES = """
    select
        account, tax_key, rate, sum(lightspeed_tax), sum(posted_tax), sum(ledger_tax),
        sum(lightspeed_tax - posted_tax), sum(difference - (lightspeed_tax - posted_tax)), sum(difference)
    from recon.tax
    where business_date >= ?
    group by all
    having sum(abs(lightspeed_tax) + abs(posted_tax) + abs(difference)) <> 0
    order by all
"""

TAX_DIFFERENCES = """
    select business_date, account, coalesce(shop_id, '?'), tax_key, rate, lightspeed_tax, posted_tax,
        ledger_tax, difference, cause
    from recon.tax
    where difference <> 0 and business_date >= ?
    order by business_date desc, account, length(shop_id), shop_id, tax_key
"""

TENDERS = """
    select account, kind, payment_type_id, sum(lightspeed_amount), sum(posted_amount), sum(difference)
    from recon.tenders
    where business_date >= ?
    group by all
    having sum(abs(lightspeed_amount) + abs(posted_amount)) <> 0
    order by all
"""

MONTHS = """
    select month, account, ready, sales, posted, open_exceptions, unexplained, late_items
    from recon.month_end
    where not ready or month in (select distinct month from recon.month_end order by month desc limit 3)
    order by month desc, account
"""

LATE_SALES = "select count(*) from core.transactions where is_late"

NEWEST_LATE_SALES = """
    select sale_key, transactions.account, coalesce(transactions.shop_id, '?'), receipt_number,
        transactions.business_date, first_seen_at, gross, sales.disposition
    from core.transactions as transactions
    inner join recon.sales as sales using (sale_key)
    where is_late
    order by first_seen_at desc, sale_key
    limit 20
"""

CURRENCIES = "select account, coalesce(max(currency), '') from core.transactions group by account"

# What Prima calls the shop; the newest word counts where it was moved.
DEPOTS = """
    select account, shop_id, arg_max(depot, business_date)
    from posting.documents
    where depot <> '' and shop_id is not null
    group by account, shop_id
"""

EXCEPTIONS = """
    select
        exceptions.exception_id, exceptions.code, exceptions.severity, exceptions.owner, exceptions.status,
        exceptions.account, exceptions.shop_id, exceptions.sale_key, transactions.receipt_number,
        transactions.business_date, exceptions.document_number, exceptions.amount, exceptions.opened_at,
        exceptions.age_hours, exceptions.detail, exceptions.next_step
    from recon.exceptions as exceptions
    left join core.transactions as transactions using (sale_key)
    where exceptions.status in (select unnest(?))
    order by exceptions.severity, exceptions.code, exceptions.opened_at, exceptions.sale_key,
        exceptions.exception_id
"""
