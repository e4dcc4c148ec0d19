-- One row is a shop and trading day: how many sales, where they are, and the money nobody can explain.
-- Key: business_date, account, shop_id. Source: recon.sales, recon.sources. `unexplained` is Lightspeed minus Prima minus
-- what exclusions and open exceptions explain; `complete` = the day is over in the shop's time zone, its sources have been
-- read past its end, nothing is held or pending.
{{ config(materialized='table') }}

with days as (
    select
        business_date,
        account,
        shop_id,
        count(*) as sales,
        count(*) filter (where disposition = 'posted') as posted,
        count(*) filter (where disposition = 'excluded') as excluded,
        count(*) filter (where disposition = 'held') as held,
        count(*) filter (where disposition = 'pending') as pending,
        sum(lightspeed_gross) as lightspeed_gross,
        sum(prima_gross) as prima_gross,
        sum(difference) filter (where disposition in ('excluded', 'held') or (disposition = 'posted' and cause <> ''))
            as explained
    from {{ ref('sales') }}
    group by business_date, account, shop_id
),

day_ends as (
    select
        days.*,
        zones.time_zone,
        cast(days.business_date + 1 as timestamp) at time zone coalesce(zones.time_zone, 'UTC') as ends_at
    from days
    left join (
        select account, shop_id, any_value(time_zone) as time_zone
        from {{ ref('normal_sales') }}
        group by account, shop_id
    ) as zones using (account, shop_id)
)

select
    days.business_date,
    days.account,
    days.shop_id,
    days.sales,
    days.posted,
    days.excluded,
    days.held,
    days.pending,
    cast(days.lightspeed_gross as decimal(18, 2)) as lightspeed_gross,
    cast(days.prima_gross as decimal(18, 2)) as prima_gross,
    cast(days.lightspeed_gross - days.prima_gross - coalesce(days.explained, 0) as decimal(18, 2)) as unexplained,
    days.time_zone is not null
        and days.ends_at <= timestamptz '{{ var("now") }}'
        and coalesce(tills.is_fresh and tills.read_up_to >= days.ends_at, false)
        and coalesce((select bool_and(is_fresh) from {{ ref('sources') }} where source = 'ledger'), true)
        and days.held = 0
        and days.pending = 0 as complete
from day_ends as days
left join {{ ref('sources') }} as tills on tills.source = 'lightspeed' and tills.account = days.account
