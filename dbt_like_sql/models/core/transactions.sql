-- One row is a Lightspeed sale: what was sold, taken back and paid, signed as the customer sees it.
-- Key: sale_key. Source: staging.normal_sales, core.transaction_lines, core.transaction_payments. Money is the sum of its lines,
-- gift cards sold and tips included, so that gross = tendered for a sale that balances.
{{ config(materialized='table') }}

with line_totals as (
    select
        sale_key,
        sum(net) as net,
        sum(tax) as tax,
        sum(gross) as gross,
        bool_or(quantity > 0 and not is_outside and line_kind <> 'discount' and (gross <> 0 or line_kind = 'stock'))
            as has_goods_out,
        bool_or(quantity < 0) as has_goods_back,
        bool_or(gross <> 0) as has_value,
        string_agg(
            concat_ws('|', line_id, line_kind, lightspeed_sku, quantity, net, tax, original_line_id), ';' order by line_id
        ) as facts
    from {{ ref('transaction_lines') }}
    group by sale_key
),

payment_totals as (
    select
        sale_key,
        sum(amount) as tendered,
        sum(tip) as tips,
        string_agg(concat_ws('|', payment_type_id, amount), ';' order by payment_id) as facts
    from {{ ref('transaction_payments') }}
    group by sale_key
)

select
    sales.sale_key,
    sales.account,
    sales.series,
    sales.sale_id,
    sales.shop_id,
    sales.register_id,
    sales.receipt_number,
    sales.business_date,
    sales.completed_at,
    sales.status,
    case
        when coalesce(lines.has_goods_back, false) and coalesce(lines.has_goods_out, false) then 'exchange'
        when coalesce(lines.has_goods_back, false) then 'refund'
        else 'sale'
    end as kind,
    sales.currency,
    cast(coalesce(lines.net, 0) as decimal(18, 2)) as net,
    cast(coalesce(lines.tax, 0) as decimal(18, 2)) as tax,
    cast(coalesce(lines.gross, 0) as decimal(18, 2)) as gross,
    cast(coalesce(payments.tendered, 0) as decimal(18, 2)) as tendered,
    cast(coalesce(payments.tips, 0) as decimal(18, 2)) as tips,
    sales.cash_rounding,
    sales.sale_total,
    sales.customer_id,
    sales.is_tax_inclusive,
    coalesce(completed_days.completed_at < sales.first_seen_at, false) as is_late,
    coalesce(lines.has_value, false) or payments.sale_key is not null as has_value,
    sales.is_known_shop,
    sales.time_zone,
    sales.source_version,
    sales.first_seen_at,
    sales.problem_path,
    sales.problem,
    -- what was rung, without any mapping: changes exactly when the sale itself was edited
    md5(concat_ws('#', sales.status, sales.shop_id, lines.facts, payments.facts)) as source_digest
from {{ ref('normal_sales') }} as sales
left join line_totals as lines using (sale_key)
left join payment_totals as payments using (sale_key)
left join {{ source('ops', 'completed_days') }} as completed_days
    on completed_days.account = sales.account
    and completed_days.shop_id = sales.shop_id
    and completed_days.business_date = sales.business_date
