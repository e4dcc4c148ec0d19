-- Per shop and day, the tender report has all that was taken for sales that belong in Prima.

with taken as (
    select sales.business_date, sales.account, coalesce(sales.shop_id, '') as shop_id, sum(sales.tendered) as amount
    from {{ ref('transactions') }} as sales
    inner join {{ ref('sales') }} as dispositions using (sale_key)
    where dispositions.disposition <> 'excluded'
    group by 1, 2, 3
),

reported as (
    select business_date, account, coalesce(shop_id, '') as shop_id, sum(lightspeed_amount) as amount
    from {{ ref('tenders') }}
    group by 1, 2, 3
)

select business_date, account, shop_id, taken.amount, reported.amount as reported_amount
from taken
full outer join reported using (business_date, account, shop_id)
where coalesce(taken.amount, 0) <> coalesce(reported.amount, 0)
