-- One row is a line of a Lightspeed sale, to the cent, with the Prima product and depot it maps to on its trading day.
-- Key: sale_key, line_id. Source: staging.normal_lines and the mappings in force on the trading day.
{{ config(materialized='table') }}

with lines_in_their_shop as (
    select
        sales.account,
        sales.business_date,
        lines.*,
        shops.depot
    from {{ ref('normal_lines') }} as lines
    inner join {{ ref('normal_sales') }} as sales using (sale_key)
    left join {{ source('mapping', 'shops') }} as shops
        on shops.account = sales.account
        and shops.shop_id = sales.shop_id
        and sales.business_date between shops.effective_from and shops.effective_to
),

tax_rows_that_fit as (
    -- an exact row wins over one with a star
    select
        keys.account,
        keys.tax_key,
        keys.business_date,
        arg_min(taxes.rate, len(taxes.lightspeed_tax) - len(replace(taxes.lightspeed_tax, '*', ''))) as rate,
        arg_min(taxes.vat_code, len(taxes.lightspeed_tax) - len(replace(taxes.lightspeed_tax, '*', ''))) as vat_code
    from (select distinct account, tax_key, business_date from lines_in_their_shop where tax_key is not null) as keys
    inner join {{ source('mapping', 'taxes') }} as taxes
        on taxes.account = keys.account
        and taxes.lightspeed_tax in (
            keys.tax_key,
            split_part(keys.tax_key, '/', 1) || '/*',
            '*/' || split_part(keys.tax_key, '/', 2),
            '*/*'
        )
        and keys.business_date between taxes.effective_from and taxes.effective_to
    group by keys.account, keys.tax_key, keys.business_date
),

lines_with_targets as (
    select
        lines.*,
        case
            when lines.line_kind = 'stock' and skus.product is not null then 'skus'
            when by_sku.product is not null then 'sku_row'
            when lines.line_kind <> 'stock' and by_kind.product is not null then 'kind_row'
            when skus.product is not null then 'skus'
        end as target,
        {% for column in ['product', 'mtrx1', 'mtrx2', 'mtrx3', 'mtrx4'] %}
        skus.{{ column }} as skus_{{ column }},
        by_sku.{{ column }} as sku_row_{{ column }},
        by_kind.{{ column }} as kind_row_{{ column }},
        {% endfor %}
        coalesce(by_sku.vat_code, by_kind.vat_code) as non_stock_vat_code,
        coalesce(by_sku.gl_account, by_kind.gl_account) as non_stock_gl_account,
        taxes.rate as mapped_rate,
        taxes.vat_code as mapped_vat_code
    from lines_in_their_shop as lines
    left join {{ source('mapping', 'skus') }} as skus
        on lines.line_kind in ('stock', 'service')
        and skus.account = lines.account
        and skus.lightspeed_sku = lines.lightspeed_sku
        and lines.business_date between skus.effective_from and skus.effective_to
    left join {{ source('mapping', 'non_stock') }} as by_sku
        on lines.line_kind in ('stock', 'service')
        and by_sku.account = lines.account
        and by_sku.match = 'sku:' || lines.lightspeed_sku
        and lines.business_date between by_sku.effective_from and by_sku.effective_to
    left join {{ source('mapping', 'non_stock') }} as by_kind
        on by_kind.account = lines.account
        and by_kind.match = lines.line_kind
        and lines.business_date between by_kind.effective_from and by_kind.effective_to
    left join tax_rows_that_fit as taxes
        on taxes.account = lines.account
        and taxes.tax_key = lines.tax_key
        and taxes.business_date = lines.business_date
),

lines_with_rates as (
    select
        *,
        -- a non-stock line is taxed as the till taxed it: its VAT code is the mapping's word, not a rate to check
        case when target in ('sku_row', 'kind_row') then lightspeed_rate else coalesce(mapped_rate, lightspeed_rate) end
            as rate
    from lines_with_targets
)

select
    lines.sale_key,
    lines.line_id,
    lines.line_no,
    lines.line_kind,
    lines.lightspeed_sku,
    {% for column in ['product', 'mtrx1', 'mtrx2', 'mtrx3', 'mtrx4'] %}
    case lines.target
        when 'skus' then lines.skus_{{ column }}
        when 'sku_row' then lines.sku_row_{{ column }}
        when 'kind_row' then lines.kind_row_{{ column }}
    end as {{ column }},
    {% endfor %}
    lines.quantity,
    cast(lines.net as decimal(18, 2)) as net,
    cast(lines.tax as decimal(18, 2)) as tax,
    cast(lines.gross as decimal(18, 2)) as gross,
    cast(lines.discount as decimal(18, 2)) as discount,
    lines.tax_key,
    cast(lines.rate as decimal(9, 6)) as rate,
    cast(lines.tax_unrounded as decimal(18, 8)) as tax_unrounded,
    cast(
        case
            when lines.tax_key is null or lines.rate = 0 then 0
            when lines.is_tax_inclusive then {{ tax_included_in('lines.base_unrounded', 'lines.rate') }}
            else round(lines.base_unrounded * lines.rate, 8)
        end as decimal(18, 8)
    ) as tax_recomputed,
    case
        when lines.target in ('sku_row', 'kind_row') then coalesce(nullif(lines.non_stock_vat_code, ''), lines.mapped_vat_code)
        else lines.mapped_vat_code
    end as vat_code,
    case when lines.target in ('sku_row', 'kind_row') then lines.non_stock_gl_account end as gl_account,
    lines.original_sale_key,
    lines.original_line_id,
    lines.is_outside,
    lines.depot
from lines_with_rates as lines
