-- One row is a live tender of a sale of any series: money that came or went.
-- Key: sale_key, payment_id. Source: the payment rows of each series. Left out: voided and deleted rows, rows of 0.00, and
-- R-Series rows that sell a gift card or take a deposit (they are lines).
{{ config(materialized='table') }}

select
    payments.sale_key,
    payments.payment_id,
    payments.payment_type_id,
    payments.payment_type,
    payments.amount,
    payments.tip
from {{ ref('r_sale_payments') }} as payments
left join {{ ref('r_credits_sold') }} as credits
    on credits.sale_key = payments.sale_key and credits.payment_id = payments.payment_id
where not payments.is_archived and payments.amount <> 0 and credits.payment_id is null

union all

select sale_key, payment_id, payment_type_id, payment_type, amount, cast(0 as decimal(18, 2)) as tip
from {{ ref('x_sale_payments') }}
where not is_deleted and amount <> 0
