-- One row is an X-Series sale in its newest version, typed but not yet judged; the nested (2026-07) and the flat (2.0)
-- shape alike, told apart by their keys. Key: sale_key. Source: raw.lightspeed_sales.
{{ config(materialized='incremental', unique_key='sale_key') }}

with touched_sales as (
    select distinct account, sale_id
    from {{ source('raw', 'lightspeed_sales') }}
    where series = 'X'
      {% if is_incremental() %}
      and ingest_seq > {{ watermark('last_ingest_seq') }}
      {% endif %}
),

newest_versions as (
    select
        versions.account,
        versions.sale_id,
        max(versions.version) as source_version,
        min(versions.fetched_at) as first_seen_at,
        max(versions.ingest_seq) as last_ingest_seq
    from {{ source('raw', 'lightspeed_sales') }} as versions
    inner join touched_sales using (account, sale_id)
    where versions.series = 'X'
    group by versions.account, versions.sale_id
),

decoded as (
    select
        newest_versions.*,
        versions.payload,
        versions.problem_path,
        versions.problem,
        upper(coalesce(payload ->> '$.status', '')) as status,
        lower(coalesce(payload ->> '$.state', '')) as state,
        coalesce(payload -> '$.attributes', '[]') as attributes,
        coalesce(payload -> '$.line_items', '[]') as sale_lines,
        coalesce(payload -> '$.payments', '[]') as sale_payments,
        coalesce(payload -> '$.adjustments', '[]') as adjustments,
        case json_type(payload -> '$.ecom_custom_charges')
            when 'ARRAY' then payload -> '$.ecom_custom_charges'
            else coalesce(payload -> '$.ecom_custom_charges.charges', '[]')
        end as custom_charges
    from newest_versions
    inner join {{ source('raw', 'lightspeed_sales') }} as versions
        on versions.account = newest_versions.account
        and versions.sale_id = newest_versions.sale_id
        and versions.version = newest_versions.source_version
        and versions.series = 'X'
),

with_clocks as (
    select
        *,
        try_cast(coalesce(payload ->> '$.date', payload ->> '$.sale_date') as timestamptz) as traded_at,
        -- a layby is turnover on the day of its closing payment
        list_max([
            try_cast(coalesce(payment ->> '$.date', payment ->> '$.payment_date') as timestamptz)
            for payment in from_json(sale_payments, '["JSON"]')
            if (payment ->> '$.deleted_at') is null
        ]) as last_paid_at,
        contains(cast(attributes as varchar), 'layby') or status like 'LAYBY%' as is_layby,
        state = 'closed' or status = 'CLOSED' or status like '%\_CLOSED' escape '\' as is_completed
    from decoded
)

select
    account || ':' || sale_id as sale_key,
    account,
    'X' as series,
    sale_id,
    source_version,
    first_seen_at,
    last_ingest_seq,
    problem_path,
    problem,
    coalesce(payload ->> '$.receipt_number', payload ->> '$.invoice_number') as receipt_number,
    coalesce(payload ->> '$.source.outlet_id', payload ->> '$.outlet_id') as shop_id,
    coalesce(payload ->> '$.source.register_id', payload ->> '$.register_id') as register_id,
    payload ->> '$.customer_id' as customer_id,
    is_completed,
    state = 'voided' or status = 'VOIDED' as is_voided,
    (payload ->> '$.deleted_at') is not null as is_deleted,
    traded_at,
    try_cast(payload ->> '$.created_at' as timestamptz) as created_at,
    try_cast(payload ->> '$.updated_at' as timestamptz) as updated_at,
    case when is_completed then case when is_layby then coalesce(last_paid_at, traded_at) else traded_at end end
        as completed_at,
    cast(
        try_cast(coalesce(payload ->> '$.totals.price', payload ->> '$.total_price')
            as decimal(18, 5))
        + try_cast(coalesce(payload ->> '$.totals.tax', payload ->> '$.total_tax')
            as decimal(18, 5)) as decimal(18, 2)
    ) as sale_total,
    try_cast(coalesce(payload ->> '$.totals.tax', payload ->> '$.total_tax')
        as decimal(18, 2)) as sale_tax,
    coalesce(payload ->> '$.return.original_sale_id', payload ->> '$.return_for') as original_sale_id,
    sale_lines,
    sale_payments,
    adjustments,
    custom_charges
from with_clocks
