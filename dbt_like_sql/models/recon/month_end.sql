-- One row is an account and month: is it ready to close, and if not, how much is in the way.
-- Key: month, account. Source: recon.shop_days, recon.sales, recon.exceptions, core.transactions.
{{ config(materialized='table') }}

with days as (
    select
        cast(date_trunc('month', business_date) as date) as month,
        account,
        bool_and(complete) as all_complete,
        sum(sales) as sales,
        sum(posted) as posted,
        sum(unexplained) as unexplained
    from {{ ref('shop_days') }}
    group by all
),

open_exceptions as (
    select cast(date_trunc('month', coalesce(sales.business_date, cast(exceptions.opened_at as date))) as date) as month,
        exceptions.account, count(*) as open_exceptions
    from {{ ref('exceptions') }} as exceptions
    left join {{ ref('sales') }} as sales using (sale_key)
    where exceptions.status in ('open', 'acknowledged')
    group by all
),

late as (
    select cast(date_trunc('month', business_date) as date) as month, account, count(*) as late_items
    from {{ ref('transactions') }}
    where is_late
    group by all
)

select
    strftime(days.month, '%Y-%m') as month,
    days.account,
    days.all_complete
        and days.unexplained = 0
        and coalesce(open_exceptions.open_exceptions, 0) = 0
        and days.month + interval 1 month <= cast(timestamptz '{{ var("now") }}' as timestamp) as ready,
    cast(days.sales as bigint) as sales,
    cast(days.posted as bigint) as posted,
    coalesce(open_exceptions.open_exceptions, 0) as open_exceptions,
    cast(days.unexplained as decimal(18, 2)) as unexplained,
    coalesce(late.late_items, 0) as late_items
from days
left join open_exceptions using (month, account)
left join late using (month, account)
