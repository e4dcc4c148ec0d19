-- Every line of a document that may go has a product, a VAT code and a depot, every payment a method.

select documents.document_number, lines.line_id, 'product' as missing
from {{ ref('planned_documents') }} as documents
inner join {{ ref('document_lines') }} as lines using (document_number)
where documents.hold_code is null and coalesce(lines.product, '') = ''

union all

select documents.document_number, lines.line_id, 'vat_code' as missing
from {{ ref('planned_documents') }} as documents
inner join {{ ref('document_lines') }} as lines using (document_number)
where documents.hold_code is null and coalesce(lines.vat_code, '') = ''

union all

select documents.document_number, payments.payment_type_id as line_id, 'pay_method' as missing
from {{ ref('planned_documents') }} as documents
inner join {{ ref('document_payments') }} as payments using (document_number)
where documents.hold_code is null and coalesce(payments.pay_method, '') = ''
