-- One row is a Lightspeed sale of any series with its trading day and its life so far.
-- Key: sale_key. Source: staging.r_sales, staging.r_shops. The trading day is the day of completion (of opening while
-- open) in the shop's own time zone; UTC where the shop is not known, such a sale is held anyway.
{{ config(materialized='table') }}

select
    sales.sale_key,
    sales.account,
    sales.series,
    sales.sale_id,
    sales.shop_id,
    sales.register_id,
    sales.receipt_number,
    sales.customer_id,
    cast(
        coalesce(sales.completed_at, sales.created_at, sales.updated_at, sales.first_seen_at)
        at time zone coalesce(shops.time_zone, 'UTC') as date
    ) as business_date,
    sales.completed_at,
    case
        when sales.problem is not null then 'unreadable'
        when sales.is_voided then 'voided'
        when sales.is_completed then 'completed'
        when sales.is_archived then 'deleted'
        else 'open'
    end as status,
    shops.currency,
    shops.time_zone,
    shops.shop_id is not null as is_known_shop,
    sales.sale_total,
    sales.sale_tax,
    sales.cash_rounding,
    sales.is_tax_inclusive,
    sales.source_version,
    sales.first_seen_at,
    sales.problem_path,
    sales.problem
from {{ ref('r_sales') }} as sales
left join {{ ref('r_shops') }} as shops using (account, shop_id)
