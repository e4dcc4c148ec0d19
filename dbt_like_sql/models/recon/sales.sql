-- One row is a Lightspeed sale and what became of it in Prima and in the ledger.
-- Key: sale_key. Source: core.transactions, posting.documents, recon.exceptions, the ledger extract. Signed as the customer
-- sees it; `difference` is Lightspeed minus Prima and `cause` says why it is not 0.00.
{{ config(materialized='table') }}

with documents_per_sale as (
    select
        sale_key,
        count(*) filter (where is_planned) as intended,
        count(*) filter (where is_planned and state in ('confirmed', 'exported')) as done,
        count(*) filter (where state in ('sending', 'uncertain', 'confirmed', 'exported')) as sent,
        sum(case document_type when 'credit_note' then -gross else gross end)
            filter (where state in ('confirmed', 'exported')) as prima_gross
    from {{ ref('documents') }}
    group by sale_key
),

ledger_per_sale as (
    select documents.sale_key, sum(ledger.gross) as ledger_gross
    from {{ source('raw', 'prima_ledger') }} as ledger
    inner join {{ ref('documents') }} as documents using (document_number)
    group by documents.sale_key
),

open_exceptions as (
    select
        sale_key,
        bool_or(holds_sale) as holds_sale,
        string_agg(distinct code, ', ' order by code) as codes
    from {{ ref('exceptions') }}
    where status in ('open', 'acknowledged', 'waived') and sale_key is not null
    group by sale_key
),

judged as (
    select
        sales.sale_key,
        sales.account,
        sales.shop_id,
        sales.business_date,
        sales.kind,
        sales.status,
        case
            when coalesce(exceptions.holds_sale, false) then 'held'
            when coalesce(documents.sent, 0) = 0 and sales.status in ('open', 'voided', 'deleted') then 'excluded'
            when coalesce(documents.sent, 0) = 0 and not sales.has_value then 'excluded'
            when coalesce(documents.sent, 0) = 0 and sales.business_date < accounts.start_from then 'excluded'
            when documents.intended > 0 and documents.done = documents.intended then 'posted'
            else 'pending'
        end as disposition,
        case
            when sales.status in ('open', 'voided', 'deleted') then sales.status
            when sales.business_date < accounts.start_from then 'before start_from'
            when not sales.has_value then 'no value'
        end as exclusion,
        exceptions.codes,
        -- Lightspeed's own reports leave out what is voided, deleted or still open, whatever totals it keeps
        case when sales.status in ('open', 'voided', 'deleted') then 0.00 else sales.gross end as lightspeed_gross,
        coalesce(documents.prima_gross, 0) as prima_gross,
        coalesce(ledger.ledger_gross, 0) as ledger_gross
    from {{ ref('transactions') }} as sales
    left join {{ source('ops', 'accounts') }} as accounts using (account)
    left join documents_per_sale as documents using (sale_key)
    left join ledger_per_sale as ledger using (sale_key)
    left join open_exceptions as exceptions using (sale_key)
)

select
    sale_key,
    account,
    shop_id,
    business_date,
    kind,
    disposition,
    cast(lightspeed_gross as decimal(18, 2)) as lightspeed_gross,
    cast(prima_gross as decimal(18, 2)) as prima_gross,
    cast(ledger_gross as decimal(18, 2)) as ledger_gross,
    cast(lightspeed_gross - prima_gross as decimal(18, 2)) as difference,
    case
        when codes is not null then codes
        when disposition = 'excluded' then exclusion
        when disposition = 'pending' then 'not posted yet'
        else ''
    end as cause
from judged
