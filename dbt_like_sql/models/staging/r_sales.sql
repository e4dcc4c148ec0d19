-- One row is an R-Series sale in its newest version, typed but not yet judged.
-- Key: sale_key. Source: raw.lightspeed_sales. Fields that do not parse become null; `problem` says which.
{{ config(materialized='incremental', unique_key='sale_key') }}

with touched_sales as (
    select distinct account, sale_id
    from {{ source('raw', 'lightspeed_sales') }}
    where series = 'R'
      {% if is_incremental() %}
      and ingest_seq > {{ watermark('last_ingest_seq') }}
      {% endif %}
),

newest_versions as (
    select
        versions.account,
        versions.sale_id,
        max(versions.version) as source_version,
        arg_max(versions.payload, versions.version) as payload,
        min(versions.fetched_at) as first_seen_at,
        max(versions.ingest_seq) as last_ingest_seq
    from {{ source('raw', 'lightspeed_sales') }} as versions
    inner join touched_sales using (account, sale_id)
    where versions.series = 'R'
    group by versions.account, versions.sale_id
),

with_problems as (
    -- not by arg_max: it skips nulls, so the problem of an older version would stick to a newer, sound one
    select
        newest_versions.*,
        newest.problem_path,
        newest.problem
    from newest_versions
    inner join {{ source('raw', 'lightspeed_sales') }} as newest
        on newest.account = newest_versions.account
        and newest.sale_id = newest_versions.sale_id
        and newest.version = newest_versions.source_version
        and newest.series = 'R'
),

decoded as (
    select
        *,
        from_json(payload, '{
            "saleID": "VARCHAR", "ticketNumber": "VARCHAR", "shopID": "VARCHAR", "registerID": "VARCHAR",
            "customerID": "VARCHAR", "completed": "VARCHAR", "voided": "VARCHAR", "archived": "VARCHAR",
            "isTaxInclusive": "VARCHAR", "createTime": "VARCHAR", "updateTime": "VARCHAR", "completeTime": "VARCHAR",
            "calcTotal": "VARCHAR", "calcTax1": "VARCHAR", "calcTax2": "VARCHAR", "taxCategoryID": "VARCHAR",
            "calcTips": "VARCHAR", "cashRoundingDelta": "VARCHAR"
        }') as sale,
        payload -> '$.SaleLines.SaleLine' as sale_lines,
        payload -> '$.SalePayments.SalePayment' as sale_payments
    from with_problems
)

select
    account || ':' || sale_id as sale_key,
    account,
    'R' as series,
    sale_id,
    source_version,
    first_seen_at,
    last_ingest_seq,
    problem_path,
    problem,
    sale.ticketNumber as receipt_number,
    sale.shopID as shop_id,
    sale.registerID as register_id,
    nullif(sale.customerID, '0') as customer_id,
    coalesce(sale.completed = 'true', false) as is_completed,
    coalesce(sale.voided = 'true', false) as is_voided,
    coalesce(sale.archived = 'true', false) as is_archived,
    coalesce(sale.isTaxInclusive = 'true', false) as is_tax_inclusive,
    try_cast(sale.createTime as timestamptz) as created_at,
    try_cast(sale.completeTime as timestamptz) as completed_at,
    try_cast(sale.updateTime as timestamptz) as updated_at,
    try_cast(sale.calcTotal as decimal(18, 2)) as sale_total,
    cast(
        try_cast(sale.calcTax1 as decimal(18, 2)) + try_cast(coalesce(sale.calcTax2, '0') as decimal(18, 2))
        as decimal(18, 2)
    ) as sale_tax,
    coalesce(sale.taxCategoryID, '0') as tax_category_id,
    coalesce(try_cast(sale.cashRoundingDelta as decimal(18, 2)), 0) as cash_rounding,
    {{ as_json_array('sale_lines') }} as sale_lines,
    {{ as_json_array('sale_payments') }} as sale_payments
from decoded
