-- A document in the ledger extract has the gross, depot and type there that it has here.
{{ config(severity='warn') }}

with booked as (
    select
        document_number,
        sum(gross) as gross,
        any_value(document_type) as document_type,
        min(depot) as first_depot,
        max(depot) as last_depot
    from {{ source('raw', 'prima_ledger') }}
    group by document_number
)

select document_number, documents.sale_key, documents.gross, booked.gross as ledger_gross,
    documents.document_type, booked.document_type as ledger_type, documents.depot, booked.first_depot as ledger_depot
from booked
inner join {{ ref('documents') }} as documents using (document_number)
where booked.gross <> case documents.document_type when 'credit_note' then -documents.gross else documents.gross end
   or booked.document_type <> documents.document_type
   or booked.first_depot <> documents.depot
   or booked.last_depot <> documents.depot
