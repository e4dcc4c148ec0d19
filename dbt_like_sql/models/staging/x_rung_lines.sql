-- One row is a line rung on an X-Series sale: its kind, what it gives back, and its figures before any cent is dealt out.
-- Key: sale_key, line_id. Source: staging.x_sale_lines, staging.x_products, staging.x_outside_lines. A return names its
-- original sale, not its lines: the n-th returned line of a product takes back the n-th line sold of it.
{{ config(materialized='table') }}

with outside as (
    select sale_key, sum(net) as net, sum(tax) as tax
    from {{ ref('x_outside_lines') }}
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

numbered as (
    select
        lines.*,
        lines.quantity < 0 and lines.line_kind <> 'discount' as gives_back,
        row_number() over (
            partition by lines.sale_key, lines.product_id, lines.quantity < 0 order by lines.line_no
        ) as nth_of_product
    from lines_with_product as lines
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
    case when lines.gives_back then originals.sale_key end as original_sale_key,
    case when lines.gives_back then sold.line_id end as original_line_id
from numbered as lines
inner join {{ ref('x_sales') }} as sales using (sale_key)
left join outside using (sale_key)
left join {{ ref('x_sales') }} as originals
    on originals.account = sales.account and originals.sale_id = sales.original_sale_id
left join numbered as sold
    on sold.sale_key = originals.sale_key
    and sold.product_id = lines.product_id
    and sold.quantity > 0
    and sold.nth_of_product = lines.nth_of_product
