-- Of a sale that may go, order minus credit notes is its net, tax and gross, and what was paid.

with document_totals as (
    select
        sale_key,
        sum(case document_type when 'credit_note' then -net else net end) as net,
        sum(case document_type when 'credit_note' then -tax else tax end) as tax,
        sum(case document_type when 'credit_note' then -gross else gross end) as gross
    from {{ ref('planned_documents') }}
    where hold_code is null
    group by sale_key
)

select sale_key, sales.gross, sales.tendered, documents.gross as documents_gross, sales.tax, documents.tax as documents_tax
from document_totals as documents
inner join {{ ref('transactions') }} as sales using (sale_key)
where documents.net <> sales.net
   or documents.tax <> sales.tax
   or documents.gross <> sales.gross
   or documents.gross <> sales.tendered
