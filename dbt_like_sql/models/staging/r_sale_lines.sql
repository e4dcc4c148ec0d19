-- One row is a line of an R-Series sale in its newest version.
-- Key: sale_key, line_id. Source: staging.r_sales; the item's own figures fall back to the item list.
{{ config(materialized='table') }}

with decoded as (
    select
        sales.sale_key,
        sales.account,
        sales.shop_id as sale_shop_id,
        sales.tax_category_id as sale_tax_category_id,
        unnested.position as line_no,
        from_json(unnested.line, '{
            "saleLineID": "VARCHAR", "unitQuantity": "VARCHAR", "unitPrice": "VARCHAR",
            "calcLineDiscount": "VARCHAR", "calcTransactionDiscount": "VARCHAR",
            "calcTotal": "VARCHAR", "calcTax1": "VARCHAR", "calcTax2": "VARCHAR",
            "tax1Rate": "VARCHAR", "tax2Rate": "VARCHAR", "tax": "VARCHAR", "lineType": "VARCHAR",
            "itemID": "VARCHAR", "parentSaleLineID": "VARCHAR", "taxClassID": "VARCHAR",
            "taxCategoryID": "VARCHAR",
            "Item": {"customSku": "VARCHAR", "manufacturerSku": "VARCHAR", "itemType": "VARCHAR"},
            "Note": {"note": "VARCHAR"}
        }') as line
    from {{ ref('r_sales') }} as sales,
        lateral (
            select unnest(from_json(sales.sale_lines, '["JSON"]')) as line,
                generate_subscripts(from_json(sales.sale_lines, '["JSON"]'), 1) as position
        ) as unnested
)

select
    decoded.sale_key,
    decoded.account,
    line.saleLineID as line_id,
    decoded.line_no,
    nullif(line.itemID, '0') as item_id,
    coalesce(
        nullif(line.Item.customSku, ''), nullif(line.Item.manufacturerSku, ''),
        nullif(items.custom_sku, ''), nullif(items.manufacturer_sku, '')
    ) as lightspeed_sku,
    coalesce(line.Item.itemType, items.item_type, '') as item_type,
    coalesce(line.lineType, '') as line_type,
    coalesce(line.Note.note, '') as note,
    coalesce(try_cast(line.unitQuantity as decimal(18, 3)), 0) as quantity,
    coalesce(try_cast(line.unitPrice as decimal(18, 8)), 0) as unit_price,
    cast(
        coalesce(try_cast(line.calcLineDiscount as decimal(18, 2)), 0)
        + coalesce(try_cast(line.calcTransactionDiscount as decimal(18, 2)), 0) as decimal(18, 2)
    ) as discount,
    coalesce(try_cast(line.calcTotal as decimal(18, 8)), 0) as total_unrounded,
    cast(
        coalesce(try_cast(line.calcTax1 as decimal(18, 8)), 0)
        + coalesce(try_cast(line.calcTax2 as decimal(18, 8)), 0) as decimal(18, 8)
    ) as tax_unrounded,
    cast(
        case when line.tax = 'false' then 0 else
            coalesce(try_cast(line.tax1Rate as decimal(9, 6)), 0) + coalesce(try_cast(line.tax2Rate as decimal(9, 6)), 0)
        end as decimal(9, 6)
    ) as lightspeed_rate,
    case
        when coalesce(line.taxCategoryID, '0') = '0' then decoded.sale_tax_category_id else line.taxCategoryID
    end || '/' || coalesce(line.taxClassID, '0') as tax_key,
    nullif(line.parentSaleLineID, '0') as parent_line_id
from decoded
left join {{ ref('r_items') }} as items
    on items.account = decoded.account and items.item_id = decoded.line.itemID
