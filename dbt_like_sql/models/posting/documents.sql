-- One row is a Prima document: intended, sent or confirmed. What the journal holds is never overwritten by a later plan.
-- Key: document_number. Source: posting.planned_documents, posting.journal_documents. Money is positive whatever the type.
{{ config(materialized='table') }}

with journal as (
    select
        *,
        -- what was never sent, or refused for certain, may still change with the plan
        state in ('planned', 'rejected') as may_change
    from {{ source('posting', 'journal_documents') }}
)

select
    coalesce(journal.document_number, planned.document_number) as document_number,
    coalesce(journal.document_type, planned.document_type) as document_type,
    coalesce(journal.account, planned.account) as account,
    coalesce(journal.sale_key, planned.sale_key) as sale_key,
    case when journal.may_change then coalesce(planned.original_document_number, journal.original_document_number) else coalesce(journal.original_document_number, planned.original_document_number) end
        as original_document_number,
    case when journal.may_change then coalesce(planned.business_date, journal.business_date) else coalesce(journal.business_date, planned.business_date) end
        as business_date,
    planned.shop_id,
    case when journal.may_change then coalesce(planned.depot, journal.depot) else coalesce(journal.depot, planned.depot) end
        as depot,
    case when journal.may_change then coalesce(planned.prima_customer, journal.prima_customer) else coalesce(journal.prima_customer, planned.prima_customer) end
        as prima_customer,
    case when journal.may_change then coalesce(planned.currency, journal.currency) else coalesce(journal.currency, planned.currency) end
        as currency,
    case when journal.may_change then coalesce(planned.net, journal.net) else coalesce(journal.net, planned.net) end
        as net,
    case when journal.may_change then coalesce(planned.tax, journal.tax) else coalesce(journal.tax, planned.tax) end
        as tax,
    case when journal.may_change then coalesce(planned.gross, journal.gross) else coalesce(journal.gross, planned.gross) end
        as gross,
    case when journal.may_change then coalesce(planned.reason, journal.reason) else coalesce(journal.reason, planned.reason) end
        as reason,
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
    case when journal.may_change then coalesce(planned.source_digest, journal.source_digest) else coalesce(journal.source_digest, planned.source_digest) end
        as source_digest,
    journal.posted_at,
    journal.confirmed_at
from {{ ref('planned_documents') }} as planned
full outer join journal on journal.document_number = planned.document_number
-- a document that was planned, never sent, and is not planned any more is nothing
where planned.document_number is not null or journal.state <> 'planned'
