-- One row is a completed Lightspeed sale in scope that has value: what belongs in Prima, held or not.
-- Key: sale_key. Source: core.transactions, the shop and customer mappings in force on the trading day.
{{ config(materialized='table') }}

select
    sales.sale_key,
    sales.account,
    sales.series,
    sales.sale_id,
    sales.shop_id,
    sales.business_date,
    sales.completed_at,
    sales.kind,
    sales.currency,
    sales.net,
    sales.tax,
    sales.gross,
    sales.tendered,
    sales.tips,
    sales.cash_rounding,
    sales.sale_total,
    sales.is_known_shop,
    sales.time_zone,
    sales.source_digest,
    accounts.order_prefix,
    -- numbers of X-Series sales are digests: should two ever meet, the later sale is held
    row_number() over (
        partition by {{ order_number('accounts.order_prefix', 'sales.sale_id', 'sales.series') }}
        order by sales.first_seen_at, sales.sale_key
    ) > 1 as number_is_taken,
    shops.depot,
    coalesce(customers.prima_customer, shops.prima_customer) as prima_customer,
    shops.vat_inclusive
from {{ ref('transactions') }} as sales
inner join {{ source('ops', 'accounts') }} as accounts using (account)
left join {{ source('mapping', 'shops') }} as shops
    on shops.account = sales.account
    and shops.shop_id = sales.shop_id
    and sales.business_date between shops.effective_from and shops.effective_to
left join {{ source('mapping', 'customers') }} as customers
    on customers.account = sales.account
    and customers.lightspeed_customer_id = sales.customer_id
    and sales.business_date between customers.effective_from and customers.effective_to
where sales.status = 'completed'
  and sales.has_value
  and sales.business_date >= accounts.start_from
