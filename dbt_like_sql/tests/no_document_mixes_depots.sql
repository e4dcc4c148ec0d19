-- Every line of a document that may go is in the depot of the document.

select document_number, documents.depot, lines.depot as line_depot
from {{ ref('planned_documents') }} as documents
inner join {{ ref('document_lines') }} as lines using (document_number)
where documents.hold_code is null
  and lines.depot is distinct from documents.depot
