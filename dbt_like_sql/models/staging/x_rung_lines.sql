-- One row is a line rung on an X-Series sale: its kind, what it gives back, and its figures before any cent is dealt out.
-- Key: sale_key, line_id. Source: staging.x_sale_lines, staging.x_products, staging.x_outside_lines. A return names its
-- original sale, not its lines: over time, returned units of a product take back the units sold of it line by line.
{{ config(materialized='table') }}

with outside as (
    select sale_key, sum(net) as net, sum(tax) as tax
    from {{ ref('x_outside_lines') }}
    where line_kind <> 'rounding'
    group by sale_key
),

lines_with_product as (
    select
        lines.*,
        products.sku,
        case
            when lines.is_gift_card then 'gift_card'
            when coalesce(products.is_discount, false) then 'discount'
            -- loyalty programmes ring money off as a line of a product without stock
            when lines.total_unrounded < 0 and not lines.is_return and products.has_inventory = false then 'discount'
            when products.has_inventory = false then 'service'
            else 'stock'
        end as line_kind
    from {{ ref('x_sale_lines') }} as lines
    left join {{ ref('x_products') }} as products using (account, product_id)
),

lines_sold as (
    select
        sales.account,
        sales.sale_id,
        lines.sale_key,
        lines.line_id,
        lines.product_id,
        sum(lines.quantity) over product_lines - lines.quantity as units_before,
        sum(lines.quantity) over product_lines as units_until,
        row_number() over (partition by lines.sale_key, lines.product_id order by lines.line_no desc) = 1 as is_last
    from lines_with_product as lines
    inner join {{ ref('x_sales') }} as sales using (sale_key)
    where lines.quantity > 0 and lines.line_kind <> 'discount'
    window product_lines as (partition by lines.sale_key, lines.product_id order by lines.line_no)
),

lines_given_back as (
    select
        sales.account,
        sales.original_sale_id,
        lines.sale_key,
        lines.line_id,
        lines.product_id,
        sum(case when sales.is_completed and not sales.is_voided and not sales.is_deleted then -lines.quantity else 0 end)
            over (
                partition by sales.account, sales.original_sale_id, lines.product_id
                order by sales.completed_at nulls last, lines.sale_key, lines.line_no
            ) as units_back
    from lines_with_product as lines
    inner join {{ ref('x_sales') }} as sales using (sale_key)
    where lines.quantity < 0 and lines.line_kind <> 'discount'
),

links as (
    select back.sale_key, back.line_id, min(sold.sale_key) as original_sale_key, min(sold.line_id) as original_line_id
    from lines_given_back as back
    inner join lines_sold as sold
        on sold.account = back.account
        and sold.sale_id = back.original_sale_id
        and sold.product_id = back.product_id
        and back.units_back > sold.units_before
        and (back.units_back <= sold.units_until or sold.is_last)
    group by back.sale_key, back.line_id
)

select
    lines.sale_key,
    lines.line_id,
    lines.line_no,
    lines.line_kind,
    lines.sku as lightspeed_sku,
    case when lines.line_kind = 'discount' then cast(1 as decimal(18, 3)) else lines.quantity end as quantity,
    lines.total_unrounded as base_unrounded,
    lines.tax_unrounded,
    cast(sales.sale_total - sales.sale_tax - coalesce(outside.net, 0) as decimal(18, 2)) as sale_base,
    cast(sales.sale_tax - coalesce(outside.tax, 0) as decimal(18, 2)) as sale_tax,
    cast(0 as decimal(18, 2)) as credit_gross,
    lines.discount,
    lines.tax_key,
    lines.lightspeed_rate,
    false as is_tax_inclusive,
    case when lines.quantity < 0 and lines.line_kind <> 'discount' then originals.sale_key end as original_sale_key,
    links.original_line_id
from lines_with_product as lines
inner join {{ ref('x_sales') }} as sales using (sale_key)
left join outside using (sale_key)
left join {{ ref('x_sales') }} as originals
    on originals.account = sales.account and originals.sale_id = sales.original_sale_id
left join links using (sale_key, line_id)
