-- One row is an R-Series item as last read.
-- Key: account, item_id. Source: raw.lightspeed_reference, entity item.
{{ config(materialized='table') }}

with newest_versions as (
    select account, entity_id, arg_max(payload, ingest_seq) as payload
    from {{ source('raw', 'lightspeed_reference') }}
    where series = 'R' and entity = 'item'
    group by account, entity_id
)

select
    account,
    entity_id as item_id,
    payload ->> '$.customSku' as custom_sku,
    payload ->> '$.manufacturerSku' as manufacturer_sku,
    payload ->> '$.itemType' as item_type,
    payload ->> '$.description' as description,
    nullif(payload ->> '$.itemMatrixID', '0') as item_matrix_id,
    coalesce((payload ->> '$.archived') = 'true', false) as is_archived
from newest_versions
