-- One row is an R-Series shop as last read.
-- Key: account, shop_id. Source: raw.lightspeed_reference, entities shop and account (for the currency).
{{ config(materialized='table') }}

with newest_versions as (
    select account, entity, entity_id, arg_max(payload, ingest_seq) as payload
    from {{ source('raw', 'lightspeed_reference') }}
    where series = 'R' and entity in ('shop', 'account')
    group by account, entity, entity_id
),

currencies as (
    select account, max(coalesce(payload ->> '$.defaultCurrency.code', payload ->> '$.Account.defaultCurrency.code')) as currency
    from newest_versions
    where entity = 'account'
    group by account
)

select
    shops.account,
    shops.entity_id as shop_id,
    shops.payload ->> '$.name' as shop_name,
    zones.name as time_zone,
    shops.payload ->> '$.timeZone' as reported_time_zone,
    coalesce((shops.payload ->> '$.archived') = 'true', false) as is_archived,
    currencies.currency
from newest_versions as shops
left join currencies using (account)
left join (select distinct name from pg_timezone_names()) as zones
    on zones.name = (shops.payload ->> '$.timeZone')
where shops.entity = 'shop'
