-- The lines of a document add up to its net, tax and gross, and there is no document without lines.

with line_totals as (
    select document_number, sum(net) as net, sum(tax) as tax, sum(gross) as gross
    from {{ ref('document_lines') }}
    group by document_number
)

select document_number, documents.gross, lines.gross as lines_gross
from {{ ref('planned_documents') }} as documents
full outer join line_totals as lines using (document_number)
where documents.net is distinct from lines.net
   or documents.tax is distinct from lines.tax
   or documents.gross is distinct from lines.gross
