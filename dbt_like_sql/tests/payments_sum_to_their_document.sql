-- The payments of a document that may go add up to its gross, and each is positive.

with payment_totals as (
    select document_number, sum(amount) as paid, min(amount) as smallest
    from {{ ref('document_payments') }}
    group by document_number
)

select document_number, documents.gross, payments.paid, payments.smallest
from {{ ref('planned_documents') }} as documents
left join payment_totals as payments using (document_number)
where documents.hold_code is null
  and (documents.gross <> coalesce(payments.paid, 0) or payments.smallest <= 0)
