-- Per shop and day, the tax report has all the tax the till took on sales that belong in Prima.

with taken as (
    select sales.business_date, sales.account, coalesce(sales.shop_id, '') as shop_id, sum(sales.tax) as tax
    from {{ ref('transactions') }} as sales
    inner join {{ ref('sales') }} as dispositions using (sale_key)
    where dispositions.disposition <> 'excluded'
    group by 1, 2, 3
),

reported as (
    select business_date, account, coalesce(shop_id, '') as shop_id, sum(lightspeed_tax) as tax
    from {{ ref('tax') }}
    group by 1, 2, 3
)

select business_date, account, shop_id, taken.tax, reported.tax as reported_tax
from taken
full outer join reported using (business_date, account, shop_id)
where coalesce(taken.tax, 0) <> coalesce(reported.tax, 0)
