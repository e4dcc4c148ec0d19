-- One row is a payment row of an R-Series sale in its newest version, live or not.
-- Key: sale_key, payment_id. Source: staging.r_sales; the type falls back to the payment type list.
{{ config(materialized='table') }}

with payment_types as (
    select account, entity_id as payment_type_id, arg_max(payload, ingest_seq) ->> '$.type' as payment_type
    from {{ source('raw', 'lightspeed_reference') }}
    where series = 'R' and entity = 'payment_type'
    group by account, entity_id
),

decoded as (
    select
        sales.sale_key,
        sales.account,
        from_json(unnested.payment, '{
            "salePaymentID": "VARCHAR", "amount": "VARCHAR", "tipAmount": "VARCHAR", "archived": "VARCHAR",
            "paymentTypeID": "VARCHAR", "creditAccountID": "VARCHAR", "PaymentType": {"type": "VARCHAR"}
        }') as payment,
        {{ as_json_array("(unnested.payment -> '$.SaleAccounts.SaleAccount')") }} as sale_accounts
    from {{ ref('r_sales') }} as sales,
        lateral (select unnest(from_json(sales.sale_payments, '["JSON"]')) as payment) as unnested
)

select
    decoded.sale_key,
    decoded.account,
    payment.salePaymentID as payment_id,
    payment.paymentTypeID as payment_type_id,
    lower(coalesce(payment.PaymentType.type, payment_types.payment_type, '')) as payment_type,
    coalesce(try_cast(payment.amount as decimal(18, 2)), 0) as amount,
    coalesce(try_cast(payment.tipAmount as decimal(18, 2)), 0) as tip,
    coalesce(payment.archived = 'true', false) as is_archived,
    nullif(nullif(decoded.sale_accounts ->> '$[0].saleLineID', '0'), '') as credit_line_id
from decoded
left join payment_types
    on payment_types.account = decoded.account and payment_types.payment_type_id = decoded.payment.paymentTypeID
