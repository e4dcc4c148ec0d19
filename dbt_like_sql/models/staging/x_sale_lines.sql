-- One row is a line of an X-Series sale in its newest version, figures without tax at five decimals as the till keeps them.
-- Key: sale_key, line_id. Source: staging.x_sales, staging.x_tax_rates. The tax of a line is its own figure, not that of its
-- tax components: those carry the rounding of the whole sale on the last line, which is no tax of that line. A component of
-- a parked return may also carry the wrong sign, so where only components are given the sign is that of the line.
{{ config(materialized='table') }}

with lines as (
    select
        sales.sale_key,
        sales.account,
        unnested.position as line_no,
        unnested.line,
        coalesce(line -> '$._metadata.tax_components', line -> '$.tax_components', '[]') as tax_components
    from {{ ref('x_sales') }} as sales,
        lateral (
            select unnest(from_json(sales.sale_lines, '["JSON"]')) as line,
                generate_subscripts(from_json(sales.sale_lines, '["JSON"]'), 1) as position
        ) as unnested
),

component_rows as (
    select
        sale_key,
        account,
        line_no,
        part ->> '$.rate_id' as rate_id,
        abs(try_cast(part ->> '$.total_tax' as decimal(18, 8))) as tax
    from (select sale_key, account, line_no, unnest(from_json(tax_components, '["JSON"]')) as part from lines)
),

components as (
    select
        parts.sale_key,
        parts.line_no,
        string_agg(parts.rate_id, '+' order by parts.rate_id) as rate_ids,
        sum(parts.tax) as tax,
        sum(rates.rate) as rate
    from component_rows as parts
    left join {{ ref('x_tax_rates') }} as rates using (account, rate_id)
    group by parts.sale_key, parts.line_no
),

typed as (
    select
        lines.sale_key,
        lines.account,
        lines.line_no,
        line ->> '$.id' as line_id,
        coalesce(line ->> '$.product.id', line ->> '$.product_id') as product_id,
        coalesce(try_cast(line ->> '$.quantity' as decimal(18, 3)), 0) as quantity,
        coalesce(try_cast(coalesce(line ->> '$.pricing.total', line ->> '$.price_total', line ->> '$.total_price')
            as decimal(18, 8)), 0) as total_unrounded,
        coalesce(try_cast(coalesce(line ->> '$.pricing.discount_total', line ->> '$.discount_total',
            line ->> '$.total_discount') as decimal(18, 5)), 0) as discount,
        try_cast(coalesce(line ->> '$.tax.total', line ->> '$.tax_total', line ->> '$.total_tax')
            as decimal(18, 8)) as stated_tax,
        coalesce(line ->> '$.tax.id', line ->> '$.tax_id') as tax_id,
        nullif(line ->> '$.gift_card_number', '') is not null as is_gift_card,
        coalesce(line ->> '$.return.is_return', line ->> '$.is_return') = 'true' as is_return,
        upper(coalesce(line ->> '$.status', '')) = 'VOIDED' as is_voided,
        components.rate_ids,
        components.tax as component_tax,
        components.rate
    from lines
    left join components using (sale_key, line_no)
)

select
    sale_key,
    account,
    line_no,
    line_id,
    product_id,
    quantity,
    cast(total_unrounded as decimal(18, 8)) as total_unrounded,
    cast(round(discount, 2) as decimal(18, 2)) as discount,
    cast(coalesce(
        stated_tax, case when total_unrounded < 0 then -component_tax else component_tax end, 0
    ) as decimal(18, 8)) as tax_unrounded,
    coalesce(rate_ids, tax_id) as tax_key,
    cast(coalesce(rate, 0) as decimal(9, 6)) as lightspeed_rate,
    is_gift_card,
    coalesce(is_return, false) as is_return
from typed
where not is_voided
