-- One row is a Lightspeed sale of any series with its trading day and its life so far.
-- Key: sale_key. Source: staging.r_sales, staging.x_sales, staging.normal_shops. The trading day is the day of completion (of
-- opening while open) in the shop's own time zone; UTC where the shop is not known, such a sale is held anyway.
{{ config(materialized='table') }}

with sales_of_any_series as (
    select
        sale_key, account, series, sale_id, shop_id, register_id, receipt_number, customer_id,
        completed_at,
        coalesce(completed_at, created_at, updated_at, first_seen_at) as traded_at,
        case
            when problem is not null then 'unreadable'
            when is_voided then 'voided'
            when is_completed then 'completed'
            when is_archived then 'deleted'
            else 'open'
        end as status,
        sale_total, sale_tax, cash_rounding, is_tax_inclusive, source_version, first_seen_at, problem_path, problem
    from {{ ref('r_sales') }}

    union all

    select
        sale_key, account, series, sale_id, shop_id, register_id, receipt_number, customer_id,
        completed_at,
        coalesce(completed_at, traded_at, created_at, updated_at, first_seen_at) as traded_at,
        case
            when problem is not null then 'unreadable'
            when is_deleted then 'deleted'
            when is_voided then 'voided'
            when is_completed then 'completed'
            else 'open'
        end as status,
        sale_total, sale_tax, 0 as cash_rounding, false as is_tax_inclusive, source_version, first_seen_at, problem_path,
        problem
    from {{ ref('x_sales') }}
)

select
    sales.sale_key,
    sales.account,
    sales.series,
    sales.sale_id,
    sales.shop_id,
    sales.register_id,
    sales.receipt_number,
    sales.customer_id,
    cast(sales.traded_at at time zone coalesce(shops.time_zone, 'UTC') as date) as business_date,
    sales.completed_at,
    sales.status,
    shops.currency,
    shops.time_zone,
    shops.shop_id is not null as is_known_shop,
    cast(sales.sale_total as decimal(18, 2)) as sale_total,
    cast(sales.sale_tax as decimal(18, 2)) as sale_tax,
    cast(sales.cash_rounding as decimal(18, 2)) as cash_rounding,
    sales.is_tax_inclusive,
    sales.source_version,
    sales.first_seen_at,
    sales.problem_path,
    sales.problem
from sales_of_any_series as sales
left join {{ ref('normal_shops') }} as shops using (account, shop_id)
