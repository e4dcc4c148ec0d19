-- Per shop and day, the posted amounts of the tender report are worth the documents confirmed or exported, orders
-- minus credit notes; exchange credit cancels out within its sale.
{{ config(severity='warn') }}

with posted as (
    select documents.business_date, documents.account, coalesce(sales.shop_id, '') as shop_id,
        sum(case documents.document_type when 'credit_note' then -documents.gross else documents.gross end) as amount
    from {{ ref('documents') }} as documents
    left join {{ ref('transactions') }} as sales using (sale_key)
    where documents.state in ('confirmed', 'exported')
    group by 1, 2, 3
),

reported as (
    select business_date, account, coalesce(shop_id, '') as shop_id, sum(posted_amount) as amount
    from {{ ref('tenders') }}
    group by 1, 2, 3
)

select business_date, account, shop_id, posted.amount, reported.amount as reported_amount
from posted
full outer join reported using (business_date, account, shop_id)
where coalesce(posted.amount, 0) <> coalesce(reported.amount, 0)
