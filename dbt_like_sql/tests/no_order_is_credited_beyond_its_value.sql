-- No order is taken back by credit notes worth more than it.
{{ config(severity='warn') }}

with credited as (
    select original_document_number, sum(gross) as gross
    from {{ ref('documents') }}
    where document_type = 'credit_note' and original_document_number <> '' and state <> 'held'
    group by original_document_number
)

select orders.document_number, orders.sale_key, orders.gross, credited.gross as credited
from credited
inner join {{ ref('documents') }} as orders on orders.document_number = credited.original_document_number
where credited.gross > orders.gross
