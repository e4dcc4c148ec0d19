-- One row is a live tender of a Lightspeed sale: what the customer really gave (positive) or got back (negative).
-- Key: sale_key, payment_id. Source: staging.r_sale_payments. Left out: voided tenders, rows of 0.00, and the rows
-- that sell a gift card or take a deposit (they are lines). Cash is net of change given, a tip is inside the amount.
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
from {{ ref('r_sale_payments') }} as payments
inner join {{ ref('normal_sales') }} as sales using (sale_key)
left join {{ ref('r_credits_sold') }} as credits
    on credits.sale_key = payments.sale_key and credits.payment_id = payments.payment_id
left join {{ source('mapping', 'tenders') }} as tenders
    on tenders.account = sales.account
    and tenders.payment_type_id = payments.payment_type_id
    and sales.business_date between tenders.effective_from and tenders.effective_to
where not payments.is_archived
  and payments.amount <> 0
  and credits.payment_id is null
