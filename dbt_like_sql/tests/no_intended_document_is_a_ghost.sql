-- A document that was never sent and that no sale asks for any more is not shown as planned.
{{ config(severity='warn') }}

select document_number, sale_key, state, gross
from {{ ref('documents') }}
where not is_planned and state in ('planned', 'held')
