-- The exchange credit that leaves the credit notes of a sale is what arrives on its order.

with credit as (
    select
        documents.sale_key,
        coalesce(sum(payments.amount) filter (where documents.document_type = 'credit_note'), 0) as leaves,
        coalesce(sum(payments.amount) filter (where documents.document_type = 'sales_order'), 0) as arrives
    from {{ ref('document_payments') }} as payments
    inner join {{ ref('document_values') }} as documents using (document_number)
    where payments.kind = 'exchange'
    group by documents.sale_key
)

select sale_key, leaves, arrives
from credit
where leaves <> arrives
