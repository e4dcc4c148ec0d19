-- One row is something that is wrong right now and needs a person.
-- Key: code, account, sale_key, document_number, subject. Source: posting.holds, posting.documents, core.transactions,
-- the walks, the ledger extract, the stock figures. Its history is recon.exceptions.
{{ config(materialized='table') }}

with held_sales as (
    select code, sales.account, sales.shop_id, holds.sale_key, '' as document_number, subject, holds.amount, detail
    from {{ ref('holds') }} as holds
    inner join {{ ref('transactions') }} as sales using (sale_key)
),

unreadable_sales as (
    select 'BAD_PAYLOAD' as code, account, shop_id, sale_key, '' as document_number, problem_path as subject,
        gross as amount, 'field ' || problem_path || ': ' || problem as detail
    from {{ ref('transactions') }}
    where status = 'unreadable'
),

voided_after_posting as (
    select 'VOIDED_AFTER_POST' as code, sales.account, sales.shop_id, sales.sale_key, '' as document_number,
        '' as subject,
        cast(sum(case documents.document_type when 'credit_note' then -documents.gross else documents.gross end) as decimal(18, 2))
            as amount,
        'the sale is ' || sales.status || ' in Lightspeed, document ' || min(documents.document_number) || ' is in Prima' as detail
    from {{ ref('transactions') }} as sales
    inner join {{ ref('documents') }} as documents using (sale_key)
    where sales.status in ('voided', 'deleted', 'open')
      and documents.state in ('sending', 'uncertain', 'confirmed', 'exported')
    group by sales.account, sales.shop_id, sales.sale_key, sales.status
),

edited_out_of_scope as (
    -- a posted sale that no longer belongs in Prima at all: emptied, or moved to a day before start_from
    select 'EDITED_AFTER_POST' as code, sales.account, sales.shop_id, sales.sale_key, '' as document_number,
        '' as subject, sales.gross as amount,
        'the sale was changed until nothing of it belongs in Prima, document ' || min(documents.document_number) || ' is there'
            as detail
    from {{ ref('transactions') }} as sales
    inner join {{ ref('documents') }} as documents using (sale_key)
    where sales.status = 'completed'
      and sales.sale_key not in (select sale_key from {{ ref('postable_sales') }})
      and documents.state in ('sending', 'uncertain', 'confirmed', 'exported')
    group by sales.account, sales.shop_id, sales.sale_key, sales.gross
),

documents_in_trouble as (
    select
        case
            when documents.alarm <> '' then documents.alarm
            when documents.state = 'rejected' then 'REJECTED_BY_PRIMA'
            else 'UNCERTAIN_OUTCOME'
        end as code,
        documents.account, sales.shop_id, documents.sale_key, documents.document_number, '' as subject,
        documents.gross as amount,
        concat_ws(' ', nullif(documents.error_code, ''), documents.error_text) as detail
    from {{ ref('documents') }} as documents
    left join {{ ref('transactions') }} as sales using (sale_key)
    where documents.state = 'uncertain' or documents.alarm <> '' or (documents.state = 'rejected' and documents.is_planned)
),

refunds_waiting as (
    select 'WAITING_FOR_ORIGINAL' as code, refunds.account, sales.shop_id, refunds.sale_key, refunds.document_number,
        refunds.original_document_number as subject, refunds.gross as amount,
        'its order ' || refunds.original_document_number || ' is ' || originals.state as detail
    from {{ ref('documents') }} as refunds
    inner join {{ ref('documents') }} as originals
        on originals.document_number = refunds.original_document_number
    left join {{ ref('transactions') }} as sales on sales.sale_key = refunds.sale_key
    where refunds.document_type = 'credit_note'
      and refunds.state = 'planned'
      and originals.state in ('rejected', 'uncertain')
),

newest_extract as (
    select arg_max(extract_id, fetched_at) as extract_id, arg_max(last_modified, fetched_at) as last_modified
    from {{ source('raw', 'prima_ledger_extracts') }}
    where outcome = 'ok'
),

missing_in_ledger as (
    select 'LEDGER_MISSING' as code, documents.account, sales.shop_id, documents.sale_key, documents.document_number,
        '' as subject, documents.gross as amount,
        'confirmed ' || strftime(documents.confirmed_at, '%Y-%m-%d %H:%M') || ', not in the extract of '
            || strftime(newest_extract.last_modified, '%Y-%m-%d %H:%M') as detail
    from {{ ref('documents') }} as documents
    cross join newest_extract
    left join {{ ref('transactions') }} as sales using (sale_key)
    where documents.state = 'confirmed'
      and newest_extract.last_modified > documents.confirmed_at
      and not exists (
          select 1 from {{ source('raw', 'prima_ledger') }} as ledger
          where ledger.document_number = documents.document_number
            and ledger.extract_id = newest_extract.extract_id
      )
),

newest_walks as (
    select account, arg_max(outcome, finished_at) as outcome, arg_max(error_code, finished_at) as error_code,
        arg_max(error_text, finished_at) as error_text
    from {{ source('raw', 'walks') }}
    group by account
),

accounts_in_trouble as (
    select error_code as code, account, null as shop_id, null as sale_key, '' as document_number, '' as subject,
        null as amount, error_text as detail
    from newest_walks
    where outcome = 'failed' and error_code in ('AUTH_FAILED', 'API_CHANGED')
),

trade_per_day as (
    select account, shop_id, business_date, count(*) as sales
    from {{ ref('transactions') }}
    where status = 'completed'
    group by account, shop_id, business_date
),

silent_shops as (
    -- a shop that traded on this weekday in each of the four weeks before, and not on a day that is over and that the
    -- account is known to be read past
    select 'SHOP_SILENT' as code, shops.account, shops.shop_id, null as sale_key, '' as document_number,
        cast(days.day as varchar) as subject, null as amount, 'no sale on ' || days.day as detail
    from {{ source('mapping', 'shops') }} as shops
    inner join (
        select distinct account, cast(business_date + 7 as date) as day
        from trade_per_day
    ) as days on days.account = shops.account and days.day between shops.effective_from and shops.effective_to
    left join trade_per_day as today
        on today.account = shops.account and today.shop_id = shops.shop_id and today.business_date = days.day
    where today.sales is null
      and days.day < cast(timestamptz '{{ var("now") }}' as date) - 1
      and days.day <= (select max(business_date) from trade_per_day as latest where latest.account = shops.account)
      and 4 = (
          select count(*) from trade_per_day as before
          where before.account = shops.account and before.shop_id = shops.shop_id
            and before.business_date in (days.day - 7, days.day - 14, days.day - 21, days.day - 28)
      )
),

stock_in_trouble as (
    select case when lightspeed_on_hand < 0 then 'STOCK_NEGATIVE' else 'STOCK_DRIFT' end as code,
        account, shop_id, null as sale_key, '' as document_number, lightspeed_sku as subject, null as amount,
        lightspeed_sku || ': Lightspeed ' || lightspeed_on_hand || ', Prima ' || coalesce(prima_available, 0)
            || ', unposted ' || unposted_quantity as detail
    from {{ ref('stock') }}
    where lightspeed_on_hand < 0 or drift <> 0
)

select * from held_sales
union all select * from unreadable_sales
union all select * from voided_after_posting
union all select * from edited_out_of_scope
union all select * from documents_in_trouble
union all select * from refunds_waiting
union all select * from missing_in_ledger
union all select * from accounts_in_trouble
union all select * from silent_shops
union all select * from stock_in_trouble
