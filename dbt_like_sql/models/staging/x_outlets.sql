-- One row is an X-Series outlet as last read.
-- Key: account, shop_id. Source: raw.lightspeed_reference, entities outlet and retailer (for the currency).
{{ config(materialized='table') }}

with newest_versions as (
    select account, entity, entity_id, arg_max(payload, ingest_seq) as payload
    from {{ source('raw', 'lightspeed_reference') }}
    where series = 'X' and entity in ('outlet', 'retailer')
    group by account, entity, entity_id
),

currencies as (
    select account, max(payload ->> '$.currency.code') as currency
    from newest_versions
    where entity = 'retailer'
    group by account
)

select
    outlets.account,
    outlets.entity_id as shop_id,
    outlets.payload ->> '$.name' as shop_name,
    zones.name as time_zone,
    outlets.payload ->> '$.time_zone' as reported_time_zone,
    coalesce(outlets.payload ->> '$.currency', currencies.currency) as currency
from newest_versions as outlets
left join currencies using (account)
left join (select distinct name from pg_timezone_names()) as zones
    on zones.name = (outlets.payload ->> '$.time_zone')
where outlets.entity = 'outlet'
