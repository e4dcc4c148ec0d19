-- One row is a live tender of a Lightspeed sale: what the customer really gave (positive) or got back (negative).
-- Key: sale_key, payment_id. Source: staging.normal_payments, the tender mapping in force on the trading day. Cash is net of change given, a tip is inside the amount.
{{ config(materialized='table') }}

select
    payments.sale_key,
    payments.payment_id,
    payments.payment_type_id,
    coalesce(
        tenders.kind,
        case payments.payment_type
            when 'cash' then 'cash'
            when 'credit card' then 'card'
            when 'gift card' then 'gift_card'
            when 'credit account' then 'store_credit'
            else 'other'
        end
    ) as kind,
    payments.amount,
    payments.tip,
    tenders.pay_method,
    tenders.sub_pay_method,
    tenders.gl_account
from {{ ref('normal_payments') }} as payments
inner join {{ ref('normal_sales') }} as sales using (sale_key)
left join {{ source('mapping', 'tenders') }} as tenders
    on tenders.account = sales.account
    and tenders.payment_type_id = payments.payment_type_id
    and sales.business_date between tenders.effective_from and tenders.effective_to
