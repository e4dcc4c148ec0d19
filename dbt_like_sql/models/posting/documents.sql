-- One row is a Prima document: intended, sent or confirmed. What the journal holds is never overwritten by a later plan.
-- Key: document_number. Source: posting.planned_documents, posting.journal_documents. Money is positive whatever the type.
{{ config(materialized='table') }}

select
    coalesce(journal.document_number, planned.document_number) as document_number,
    coalesce(journal.document_type, planned.document_type) as document_type,
    coalesce(journal.account, planned.account) as account,
    coalesce(journal.sale_key, planned.sale_key) as sale_key,
    coalesce(journal.original_document_number, planned.original_document_number) as original_document_number,
    coalesce(journal.business_date, planned.business_date) as business_date,
    planned.shop_id,
    coalesce(journal.depot, planned.depot) as depot,
    coalesce(journal.prima_customer, planned.prima_customer) as prima_customer,
    coalesce(journal.currency, planned.currency) as currency,
    coalesce(journal.net, planned.net) as net,
    coalesce(journal.tax, planned.tax) as tax,
    coalesce(journal.gross, planned.gross) as gross,
    coalesce(journal.reason, planned.reason) as reason,
    case
        when journal.document_number is null or journal.state = 'planned'
            then case when planned.hold_code is not null then 'held' else 'planned' end
        else journal.state
    end as state,
    planned.hold_code,
    planned.document_number is not null as is_planned,
    coalesce(journal.prima_reference, '') as prima_reference,
    coalesce(journal.error_code, '') as error_code,
    coalesce(journal.error_text, '') as error_text,
    coalesce(journal.alarm, '') as alarm,
    coalesce(journal.attempts, 0) as attempts,
    coalesce(journal.source_digest, planned.source_digest) as source_digest,
    journal.posted_at,
    journal.confirmed_at
from {{ ref('planned_documents') }} as planned
full outer join {{ source('posting', 'journal_documents') }} as journal
    on journal.document_number = planned.document_number
