-- One row is an X-Series product as last read; a parent of variants is a sellable variant itself.
-- Key: account, product_id. Source: raw.lightspeed_reference, entities product and retailer (for the discount product).
{{ config(materialized='table') }}

with newest_versions as (
    select account, entity, entity_id, arg_max(payload, ingest_seq) as payload
    from {{ source('raw', 'lightspeed_reference') }}
    where series = 'X' and entity in ('product', 'retailer')
    group by account, entity, entity_id
),

discount_products as (
    select account, max(payload ->> '$.discount_product_id') as product_id
    from newest_versions
    where entity = 'retailer'
    group by account
)

select
    products.account,
    products.entity_id as product_id,
    nullif(products.payload ->> '$.sku', '') as sku,
    coalesce((products.payload ->> '$.has_inventory') = 'true', false) as has_inventory,
    coalesce(discounts.product_id = products.entity_id, false)
        or coalesce((products.payload ->> '$.sku') = 'vend-discount', false) as is_discount,
    products.payload ->> '$.name' as product_name,
    products.payload ->> '$.variant_parent_id' as variant_parent_id,
    (products.payload ->> '$.deleted_at') is not null as is_deleted
from newest_versions as products
left join discount_products as discounts using (account)
where products.entity = 'product'
