-- Per shop and day, the posted tax of the tax report is the tax of the documents confirmed or exported.
{{ config(severity='warn') }}

with posted as (
    select documents.business_date, documents.account, coalesce(sales.shop_id, '') as shop_id,
        sum(case documents.document_type when 'credit_note' then -documents.tax else documents.tax end) as tax
    from {{ ref('documents') }} as documents
    left join {{ ref('transactions') }} as sales using (sale_key)
    where documents.state in ('confirmed', 'exported')
    group by 1, 2, 3
),

reported as (
    select business_date, account, coalesce(shop_id, '') as shop_id, sum(posted_tax) as tax
    from {{ ref('tax') }}
    group by 1, 2, 3
)

select business_date, account, shop_id, posted.tax, reported.tax as reported_tax
from posted
full outer join reported using (business_date, account, shop_id)
where coalesce(posted.tax, 0) <> coalesce(reported.tax, 0)
