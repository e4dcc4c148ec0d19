-- One row is a shop, trading day and payment type: what Lightspeed took and what the posted documents carry.
-- Key: business_date, account, shop_id, payment_type_id. Source: core.transaction_payments, posting.sent_payments.
-- Exchange credit is no tender: it leaves one document and pays another.
{{ config(materialized='table') }}

with taken as (
    select sales.business_date, sales.account, sales.shop_id, payments.payment_type_id, payments.kind,
        sum(payments.amount) as lightspeed_amount
    from {{ ref('transaction_payments') }} as payments
    inner join {{ ref('sales') }} as sales using (sale_key)
    where sales.disposition <> 'excluded'
    group by all
),

posted as (
    select sales.business_date, sales.account, sales.shop_id, sent.payment_type_id, sent.kind,
        sum(case sent.document_type when 'credit_note' then -sent.amount else sent.amount end) as posted_amount
    from {{ ref('sent_payments') }} as sent
    inner join {{ ref('sales') }} as sales using (sale_key)
    where sent.state in ('confirmed', 'exported') and sent.kind <> 'exchange'
    group by all
)

select
    coalesce(taken.business_date, posted.business_date) as business_date,
    coalesce(taken.account, posted.account) as account,
    coalesce(taken.shop_id, posted.shop_id) as shop_id,
    coalesce(taken.payment_type_id, posted.payment_type_id) as payment_type_id,
    coalesce(taken.kind, posted.kind) as kind,
    cast(coalesce(taken.lightspeed_amount, 0) as decimal(18, 2)) as lightspeed_amount,
    cast(coalesce(posted.posted_amount, 0) as decimal(18, 2)) as posted_amount,
    cast(coalesce(taken.lightspeed_amount, 0) - coalesce(posted.posted_amount, 0) as decimal(18, 2)) as difference
from taken
full outer join posted
    on posted.business_date = taken.business_date and posted.account = taken.account
    and posted.shop_id is not distinct from taken.shop_id and posted.payment_type_id = taken.payment_type_id
    and posted.kind = taken.kind
