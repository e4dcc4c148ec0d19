-- Every credit note is one row of recon.refunds, so no money given back is out of sight.

select document_number, documents.sale_key, documents.state
from {{ ref('documents') }} as documents
left join {{ ref('refunds') }} as refunds using (document_number)
where documents.document_type = 'credit_note' and refunds.document_number is null
