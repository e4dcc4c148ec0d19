-- Every planned document of a posted sale is confirmed or exported, and none of an excluded sale is.

select sales.sale_key, sales.disposition, documents.document_number, documents.state
from {{ ref('sales') }} as sales
inner join {{ ref('documents') }} as documents using (sale_key)
where (sales.disposition = 'posted' and documents.is_planned and documents.state not in ('confirmed', 'exported'))
   or (sales.disposition = 'excluded' and documents.state in ('sending', 'uncertain', 'confirmed', 'exported'))
