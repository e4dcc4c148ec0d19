-- One row is value of an X-Series sale that no line carries: fees, tips, surcharges, charges of the web shop, coins.
-- Key: sale_key, line_id. Source: staging.x_sales, staging.x_sale_payments. Kinds of adjustment that are not known yet count as misc charges.
{{ config(materialized='table') }}

with adjustments as (
    select
        sales.sale_key,
        unnested.position,
        unnested.adjustment,
        upper(coalesce(adjustment ->> '$.adjustment_type', adjustment ->> '$.type', '')) as adjustment_type,
        coalesce(try_cast(coalesce(adjustment ->> '$.total', adjustment ->> '$.value') as decimal(18, 5)), 0) as net
    from {{ ref('x_sales') }} as sales,
        lateral (
            select unnest(from_json(sales.adjustments, '["JSON"]')) as adjustment,
                generate_subscripts(from_json(sales.adjustments, '["JSON"]'), 1) as position
        ) as unnested
),

custom_charges as (
    select sales.sale_key, unnested.position, unnested.charge
    from {{ ref('x_sales') }} as sales,
        lateral (
            select unnest(from_json(sales.custom_charges, '["JSON"]')) as charge,
                generate_subscripts(from_json(sales.custom_charges, '["JSON"]'), 1) as position
        ) as unnested
)

select
    sale_key,
    'adjustment:' || position as line_id,
    case adjustment_type
        when 'NON_CASH_FEE' then 'fee'
        when 'TIP' then 'tip'
        when 'SURCHARGE' then 'surcharge'
        when 'DISCOUNT' then 'discount'
        when 'ECOM_CUSTOM_CHARGE' then 'fee'
        else 'misc_charge'
    end as line_kind,
    cast(round(net, 2) as decimal(18, 2)) as net,
    cast(round(coalesce(list_sum([
        coalesce(try_cast(part ->> '$.total_tax' as decimal(18, 5)), 0)
        for part in from_json(coalesce(adjustment -> '$.tax_components', '[]'), '["JSON"]')
    ]), 0), 2) as decimal(18, 2)) as tax
from adjustments
where net <> 0

union all

select
    sale_key,
    'charge:' || position as line_id,
    'fee' as line_kind,
    cast(round(coalesce(try_cast(coalesce(charge ->> '$.total', charge ->> '$.amount') as decimal(18, 5)), 0), 2)
        as decimal(18, 2)) as net,
    cast(round(coalesce(try_cast(coalesce(charge ->> '$.total_tax', charge ->> '$.tax') as decimal(18, 5)), 0), 2)
        as decimal(18, 2)) as tax
from custom_charges

union all

-- Coins that do not exist: how a till reports it is not documented. Assumed is that the cash taken is the rounded amount,
-- within the unit of x_cash_rounding; anything beyond it is no rounding and the sale is found out of balance.
select
    sales.sale_key,
    'rounding' as line_id,
    'rounding' as line_kind,
    cast(tenders.amount - sales.sale_total as decimal(18, 2)) as net,
    cast(0 as decimal(18, 2)) as tax
from {{ ref('x_sales') }} as sales
inner join (
    select sale_key, sum(amount) as amount, bool_or(payment_type = 'cash' and amount <> 0) as has_cash
    from {{ ref('x_sale_payments') }}
    where not is_deleted
    group by sale_key
) as tenders using (sale_key)
where sales.is_completed
  and tenders.has_cash
  and tenders.amount <> sales.sale_total
  and abs(tenders.amount - sales.sale_total) <= {{ var('x_cash_rounding') }}
