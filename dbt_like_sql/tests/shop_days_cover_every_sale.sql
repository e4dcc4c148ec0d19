-- The shop-days together have every sale and all of its money.

with days as (
    select coalesce(sum(sales), 0) as sales, coalesce(sum(lightspeed_gross), 0) as lightspeed_gross,
        coalesce(sum(prima_gross), 0) as prima_gross
    from {{ ref('shop_days') }}
),

all_sales as (
    select count(*) as sales, coalesce(sum(lightspeed_gross), 0) as lightspeed_gross, coalesce(sum(prima_gross), 0) as prima_gross
    from {{ ref('sales') }}
)

select days.sales, all_sales.sales as expected_sales, days.lightspeed_gross, all_sales.lightspeed_gross as expected_gross,
    days.prima_gross, all_sales.prima_gross as expected_prima_gross
from days
cross join all_sales
where days.sales <> all_sales.sales
   or days.lightspeed_gross <> all_sales.lightspeed_gross
   or days.prima_gross <> all_sales.prima_gross
