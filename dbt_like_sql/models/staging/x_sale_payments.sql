-- One row is a payment row of an X-Series sale in its newest version, live or not.
-- Key: sale_key, payment_id. Source: staging.x_sales. The payment type is the retailer's own (config) id: the global id is
-- shared by several.
{{ config(materialized='table') }}

select
    sales.sale_key,
    payment ->> '$.id' as payment_id,
    coalesce(payment ->> '$.type.config_id', payment ->> '$.retailer_payment_type_id') as payment_type_id,
    case coalesce(payment ->> '$.type.id', payment ->> '$.payment_type_id')
        when '1' then 'cash'
        when '118' then 'gift card'
        else lower(coalesce(payment ->> '$.type.name', payment ->> '$.name', ''))
    end as payment_type,
    coalesce(try_cast(payment ->> '$.amount' as decimal(18, 2)), 0) as amount,
    (payment ->> '$.deleted_at') is not null as is_deleted
from {{ ref('x_sales') }} as sales,
    lateral (select unnest(from_json(sales.sale_payments, '["JSON"]')) as payment) as unnested
