-- One row is a line rung on an R-Series sale: its kind, what it gives back, and its figures before any cent is dealt out.
-- Key: sale_key, line_id. Source: staging.r_sale_lines, staging.r_credits_sold. `base` is the side of the amount the till
-- keeps exact: with tax where prices include it, else without.
{{ config(materialized='table') }}

with credits_on_lines as (
    select sale_key, credit_line_id, min(line_kind) as line_kind, sum(gross) as gross
    from {{ ref('r_credits_sold') }}
    where credit_line_id is not null
    group by sale_key, credit_line_id
),

originals as (
    select account, line_id, min(sale_key) as sale_key
    from {{ ref('r_sale_lines') }}
    where line_id is not null
    group by account, line_id
),

fee_refunds as (
    -- the refund of an item fee hangs on the returned line beside it; the fee it gives back hangs on the line sold
    select fees.sale_key, fees.line_id, sold.sale_key as sale_sold, min(fees_sold.line_id) as fee_line_sold
    from {{ ref('r_sale_lines') }} as fees
    inner join {{ ref('r_sale_lines') }} as returned
        on returned.sale_key = fees.sale_key and returned.line_id = fees.parent_line_id
    inner join originals as sold
        on sold.account = returned.account and sold.line_id = returned.parent_line_id
    left join {{ ref('r_sale_lines') }} as fees_sold
        on fees_sold.sale_key = sold.sale_key
        and fees_sold.parent_line_id = returned.parent_line_id
        and fees_sold.line_type = 'item_fee'
    where fees.line_type = 'item_fee_refund'
    group by fees.sale_key, fees.line_id, sold.sale_key
)

select
    lines.sale_key,
    lines.line_id,
    lines.line_no,
    case
        when credits.line_kind is not null then credits.line_kind
        when lines.line_type in ('item_fee', 'item_fee_refund') then 'fee'
        when lines.item_id is null and lines.unit_price < 0 and lines.quantity > 0 then 'discount'
        when lines.item_id is null then 'misc_charge'
        when lines.item_type = 'non_inventory' then 'service'
        else 'stock'
    end as line_kind,
    lines.lightspeed_sku,
    lines.quantity,
    cast(
        case when sales.is_tax_inclusive then lines.total_unrounded else lines.total_unrounded - lines.tax_unrounded end
        as decimal(18, 8)
    ) as base_unrounded,
    lines.tax_unrounded,
    cast(
        case when sales.is_tax_inclusive then sales.sale_total else sales.sale_total - sales.sale_tax end
        as decimal(18, 2)
    ) as sale_base,
    sales.sale_tax,
    cast(coalesce(credits.gross, 0) as decimal(18, 2)) as credit_gross,
    lines.discount,
    lines.tax_key,
    lines.lightspeed_rate,
    sales.is_tax_inclusive,
    coalesce(sold.sale_key, fee_refunds.sale_sold) as original_sale_key,
    case
        when lines.quantity < 0 and lines.line_type not in ('item_fee', 'item_fee_refund') then lines.parent_line_id
        else fee_refunds.fee_line_sold
    end as original_line_id
from {{ ref('r_sale_lines') }} as lines
inner join {{ ref('r_sales') }} as sales using (sale_key)
left join credits_on_lines as credits
    on credits.sale_key = lines.sale_key and credits.credit_line_id = lines.line_id
left join originals as sold
    on lines.quantity < 0
    and lines.line_type not in ('item_fee', 'item_fee_refund')
    and sold.account = lines.account
    and sold.line_id = lines.parent_line_id
left join fee_refunds
    on fee_refunds.sale_key = lines.sale_key and fee_refunds.line_id = lines.line_id
