-- One row is a refund or a group of returned lines of one original sale, and the credit note that gives it back.
-- Key: document_number. Source: posting.documents, posting.document_values.
{{ config(materialized='table') }}

select
    documents.sale_key,
    intended.original_sale_key,
    documents.account,
    documents.shop_id,
    documents.business_date,
    documents.gross,
    documents.document_number,
    documents.state,
    documents.hold_code,
    datediff('hour', sales.completed_at, timestamptz '{{ var("now") }}') as age_hours
from {{ ref('documents') }} as documents
inner join {{ ref('transactions') }} as sales using (sale_key)
left join {{ ref('document_values') }} as intended using (document_number)
where documents.document_type = 'credit_note'
