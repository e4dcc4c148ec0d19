-- One row is a credit note and how its value leaves it: as credit that pays the order of an exchange, the rest by tender.
-- Key: document_number. Source: posting.document_values, core.transaction_payments. Oldest original first.
{{ config(materialized='table') }}

with tenders_by_type as (
    select sale_key, payment_type_id, sum(amount) as amount
    from {{ ref('transaction_payments') }}
    group by sale_key, payment_type_id
),

taken as (
    select sale_key, coalesce(sum(amount) filter (where amount > 0), 0) as paid_in
    from tenders_by_type
    group by sale_key
),

sides as (
    select
        documents.sale_key,
        coalesce(sum(documents.gross) filter (where documents.document_type = 'sales_order'), 0) as order_gross,
        coalesce(any_value(taken.paid_in), 0) as paid_in
    from {{ ref('document_values') }} as documents
    left join taken using (sale_key)
    group by documents.sale_key
),

in_turn as (
    select
        documents.*,
        -- what the order still owes after the tenders is what the credit pays
        greatest(sides.order_gross - sides.paid_in, 0) as owed_by_credit,
        coalesce(
            sum(documents.gross) over (
                partition by documents.sale_key order by documents.place rows between unbounded preceding and 1 preceding
            ), 0
        ) as credit_before
    from {{ ref('document_values') }} as documents
    inner join sides using (sale_key)
    where documents.document_type = 'credit_note'
)

select
    document_number,
    sale_key,
    place,
    gross,
    cast(greatest(least(owed_by_credit - credit_before, gross), 0) as decimal(18, 2)) as pays_the_order,
    cast(gross - greatest(least(owed_by_credit - credit_before, gross), 0) as decimal(18, 2)) as left_for_tenders
from in_turn
