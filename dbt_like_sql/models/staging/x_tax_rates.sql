-- One row is a rate of an X-Series tax; a tax is a group of one or more rates.
-- Key: account, rate_id. Source: raw.lightspeed_reference, entity tax.
{{ config(materialized='table') }}

with newest_versions as (
    select account, entity_id as tax_id, arg_max(payload, ingest_seq) as payload
    from {{ source('raw', 'lightspeed_reference') }}
    where series = 'X' and entity = 'tax'
    group by account, entity_id
)

select
    taxes.account,
    taxes.tax_id,
    rates.rate ->> '$.id' as rate_id,
    try_cast(rates.rate ->> '$.rate' as decimal(9, 6)) as rate
from newest_versions as taxes,
    lateral (select unnest(from_json(coalesce(taxes.payload -> '$.rates', '[]'), '["JSON"]')) as rate) as rates
