-- A document that was sent is worth what would be sent now, unless its sale was edited since.
{{ config(severity='warn') }}

select journal.document_number, journal.sale_key, journal.gross, planned.gross as planned_gross,
    journal.tax, planned.tax as planned_tax
from {{ source('posting', 'journal_documents') }} as journal
inner join {{ ref('planned_documents') }} as planned using (document_number)
inner join {{ ref('documents') }} as documents using (document_number)
where journal.state in ('sending', 'uncertain', 'confirmed', 'exported')
  and journal.source_digest = planned.source_digest
  and (journal.gross <> planned.gross or journal.tax <> planned.tax or journal.depot <> planned.depot)
