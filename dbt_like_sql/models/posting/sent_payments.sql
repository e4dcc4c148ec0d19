-- One row is a payment row of a Prima document as it was sent; amounts are positive always.
-- Key: document_number, payment_no. Source: posting.journal_documents.
{{ config(materialized='table') }}

with payments as (
    select
        document_number,
        document_type,
        sale_key,
        state,
        unnest(from_json(document -> '$.payments', '[{
            "payment_no": "INTEGER", "pay_method": "VARCHAR", "sub_pay_method": "VARCHAR", "amount": "VARCHAR",
            "kind": "VARCHAR", "payment_type_id": "VARCHAR", "exchange_credit_number": "VARCHAR"
        }]')) as payment
    from {{ source('posting', 'journal_documents') }}
)

select
    document_number,
    payment.payment_no as payment_no,
    document_type,
    sale_key,
    state,
    payment.pay_method as pay_method,
    payment.sub_pay_method as sub_pay_method,
    cast(payment.amount as decimal(18, 2)) as amount,
    payment.kind as kind,
    payment.payment_type_id as payment_type_id,
    payment.exchange_credit_number as exchange_credit_number
from payments
