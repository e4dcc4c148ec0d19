-- No document that may go waits for one that is held or not planned at all; it would wait without saying so.
{{ config(severity='warn') }}

with waiting as (
    select document_number, sale_key, unnest(depends_on) as waits_for
    from {{ ref('planned_documents') }}
    where hold_code is null
)

select waiting.document_number, waiting.sale_key, waiting.waits_for, documents.hold_code
from waiting
left join {{ ref('planned_documents') }} as documents on documents.document_number = waiting.waits_for
where (documents.document_number is null or documents.hold_code is not null)
  and waiting.waits_for not in (select document_number from {{ source('posting', 'sent_documents') }})
