-- One row is a SKU in a shop: what Prima can sell, what Lightspeed has on hand, and what is on its way to Prima.
-- Key: account, shop_id, lightspeed_sku. Source: raw.prima_stock, raw.lightspeed_stock, posting.document_lines. Only for
-- shops whose stock_source says which Prima figure is theirs; Prima's figure is company-wide.
{{ config(materialized='table') }}

with shops as (
    select account, shop_id, depot, stock_source
    from {{ source('mapping', 'shops') }}
    where stock_source <> 'none'
      and cast(timestamptz '{{ var("now") }}' as date) between effective_from and effective_to
),

skus as (
    select account, lightspeed_sku, product, mtrx1, mtrx2, mtrx3, mtrx4
    from {{ source('mapping', 'skus') }}
    where cast(timestamptz '{{ var("now") }}' as date) between effective_from and effective_to
),

on_hand as (
    select figures.account, figures.shop_id,
        coalesce(nullif(items.custom_sku, ''), nullif(items.manufacturer_sku, '')) as lightspeed_sku,
        sum(figures.on_hand) as on_hand
    from {{ source('raw', 'lightspeed_stock') }} as figures
    inner join {{ ref('r_items') }} as items using (account, item_id)
    group by 1, 2, 3
),

unposted as (
    select lines.sale_key, documents.account, documents.shop_id, lines.lightspeed_sku,
        sum(case documents.document_type when 'credit_note' then -lines.quantity else lines.quantity end) as quantity
    from {{ ref('document_lines') }} as lines
    inner join {{ ref('documents') }} as documents using (document_number)
    where documents.state not in ('confirmed', 'exported')
    group by all
)

select
    shops.account,
    shops.shop_id,
    shops.depot,
    skus.lightspeed_sku,
    any_value(prima.available_quantity) as prima_available,
    coalesce(any_value(on_hand.on_hand), 0) as lightspeed_on_hand,
    coalesce(sum(unposted.quantity), 0) as unposted_quantity,
    coalesce(any_value(on_hand.on_hand), 0) + coalesce(sum(unposted.quantity), 0)
        - coalesce(any_value(prima.available_quantity), 0) as drift
from shops
inner join skus on skus.account = shops.account
-- what was never read is not zero
inner join (select distinct account, shop_id from on_hand) as shops_read
    on shops_read.account = shops.account and shops_read.shop_id = shops.shop_id
inner join (select count(*) as skus_read from {{ source('raw', 'prima_stock') }}) as catalogue
    on catalogue.skus_read > 0
left join on_hand
    on on_hand.account = shops.account and on_hand.shop_id = shops.shop_id and on_hand.lightspeed_sku = skus.lightspeed_sku
left join {{ source('raw', 'prima_stock') }} as prima
    on prima.product = skus.product and prima.mtrx1 = skus.mtrx1 and prima.mtrx2 = skus.mtrx2
    and prima.mtrx3 = skus.mtrx3 and prima.mtrx4 = skus.mtrx4
left join unposted
    on unposted.account = shops.account and unposted.shop_id = shops.shop_id and unposted.lightspeed_sku = skus.lightspeed_sku
group by shops.account, shops.shop_id, shops.depot, skus.lightspeed_sku
