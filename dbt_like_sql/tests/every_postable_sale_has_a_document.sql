-- Every sale that belongs in Prima has a document or a hold; one with neither would wait for ever.
{{ config(severity='warn') }}

select sales.sale_key, sales.gross, sales.tendered
from {{ ref('postable_sales') }} as sales
left join {{ ref('document_values') }} as documents using (sale_key)
left join {{ ref('holds') }} as holds using (sale_key)
where documents.sale_key is null and holds.sale_key is null
