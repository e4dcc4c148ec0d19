-- One row is a payment row that sells a gift card or takes a deposit: value the customer now holds, not a tender.
-- Key: sale_key, payment_id. Source: staging.r_sale_payments. A negative gift-card or credit-account payment is one
-- when it is linked to a line of the sale, or when the sale takes nothing back; else it is a refund onto the card.
{{ config(materialized='table') }}

with sales_with_returns as (
    select distinct sale_key
    from {{ ref('r_sale_lines') }}
    where quantity < 0
)

select
    payments.sale_key,
    payments.payment_id,
    payments.credit_line_id,
    case when payments.payment_type = 'gift card' then 'gift_card' else 'deposit' end as line_kind,
    -payments.amount as gross
from {{ ref('r_sale_payments') }} as payments
left join sales_with_returns using (sale_key)
where not payments.is_archived
  and payments.amount < 0
  and payments.payment_type in ('gift card', 'credit account')
  and (payments.credit_line_id is not null or sales_with_returns.sale_key is null)
