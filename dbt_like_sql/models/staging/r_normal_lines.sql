-- One row is a line of an R-Series sale to the cent: merchandise, charges, and the lines that live in payments
-- (gift cards and deposits sold, tips) or in the header (cash rounding).
-- Key: sale_key, line_id. Source: staging.r_sale_lines, staging.r_credits_sold, staging.r_sale_payments.
-- R-Series keeps line taxes unrounded and rounds the sale's tax half away from zero, so the sale's cents are dealt
-- out to the lines by largest remainder: the lines then sum to the sale. Lines that cannot sum to it keep their own
-- rounding, and the sale is found out of balance.
{{ config(materialized='table') }}

with lines_with_sale as (
    select
        lines.*,
        sales.is_tax_inclusive,
        cast(
            case when sales.is_tax_inclusive then sales.sale_total else sales.sale_total - sales.sale_tax end
            as decimal(18, 2)
        ) as sale_base,
        sales.sale_tax,
        cast(
            case
                when sales.is_tax_inclusive then lines.total_unrounded
                else lines.total_unrounded - lines.tax_unrounded
            end as decimal(18, 8)
        ) as base_unrounded
    from {{ ref('r_sale_lines') }} as lines
    inner join {{ ref('normal_sales') }} as sales using (sale_key)
),

cents_before_the_rest as (
    select
        *,
        {{ whole_cents('base_unrounded') }} as base_cents,
        {{ whole_cents('tax_unrounded') }} as tax_cents,
        base_unrounded * 100 - floor(base_unrounded * 100) as base_remainder,
        tax_unrounded * 100 - floor(tax_unrounded * 100) as tax_remainder
    from lines_with_sale
),

ranked_by_remainder as (
    select
        *,
        row_number() over (partition by sale_key order by base_remainder desc, line_no) as base_rank,
        row_number() over (partition by sale_key order by tax_remainder desc, line_no) as tax_rank,
        cast(sale_base * 100 as bigint) - sum(base_cents) over (partition by sale_key) as base_cents_left,
        cast(sale_tax * 100 as bigint) - sum(tax_cents) over (partition by sale_key) as tax_cents_left,
        count(*) filter (where base_remainder > 0) over (partition by sale_key) as lines_with_base_remainder,
        count(*) filter (where tax_remainder > 0) over (partition by sale_key) as lines_with_tax_remainder
    from cents_before_the_rest
),

to_the_cent as (
    select
        *,
        case
            when base_cents_left between 0 and lines_with_base_remainder
                then {{ cents_as_money('base_cents + case when base_rank <= base_cents_left then 1 else 0 end') }}
            else cast(round(base_unrounded, 2) as decimal(18, 2))
        end as base,
        case
            when tax_cents_left between 0 and lines_with_tax_remainder
                then {{ cents_as_money('tax_cents + case when tax_rank <= tax_cents_left then 1 else 0 end') }}
            else cast(round(tax_unrounded, 2) as decimal(18, 2))
        end as tax
    from ranked_by_remainder
),

rung_lines as (
    select
        lines.sale_key,
        lines.line_id,
        lines.line_no,
        case
            when credits.line_kind is not null then credits.line_kind
            when lines.line_type in ('item_fee', 'item_fee_refund') then 'fee'
            when lines.item_id is null and lines.unit_price < 0 and lines.quantity > 0 then 'discount'
            when lines.item_id is null then 'misc_charge'
            when lines.item_type = 'non_inventory' then 'service'
            else 'stock'
        end as line_kind,
        lines.lightspeed_sku,
        lines.quantity,
        cast(
            case when lines.is_tax_inclusive then lines.base - lines.tax else lines.base end
            + coalesce(credits.gross, 0) as decimal(18, 2)
        ) as net,
        lines.tax,
        cast(
            case when lines.is_tax_inclusive then lines.base else lines.base + lines.tax end
            + coalesce(credits.gross, 0) as decimal(18, 2)
        ) as gross,
        lines.discount,
        lines.tax_key,
        lines.tax_unrounded,
        lines.base_unrounded,
        lines.is_tax_inclusive,
        lines.lightspeed_rate,
        case when lines.quantity < 0 and lines.line_type not in ('item_fee', 'item_fee_refund') then lines.parent_line_id end
            as parent_line_id,
        lines.line_type = 'item_fee_refund' as is_fee_refund
    from to_the_cent as lines
    left join (
        select sale_key, credit_line_id, min(line_kind) as line_kind, sum(gross) as gross
        from {{ ref('r_credits_sold') }}
        where credit_line_id is not null
        group by sale_key, credit_line_id
    ) as credits
        on credits.sale_key = lines.sale_key and credits.credit_line_id = lines.line_id
),

lines_living_in_payments as (
    select credits.sale_key, 'payment:' || credits.payment_id as line_id, credits.line_kind, credits.gross
    from {{ ref('r_credits_sold') }} as credits
    left join rung_lines on rung_lines.sale_key = credits.sale_key and rung_lines.line_id = credits.credit_line_id
    where rung_lines.line_id is null

    union all

    select sale_key, 'tip:' || payment_id as line_id, 'tip' as line_kind, tip as gross
    from {{ ref('r_sale_payments') }}
    where not is_archived and tip <> 0

    union all

    select sale_key, 'rounding' as line_id, 'rounding' as line_kind, cash_rounding as gross
    from {{ ref('normal_sales') }}
    where series = 'R' and cash_rounding <> 0
)

select * from rung_lines

union all

select
    sale_key,
    line_id,
    1000000 + row_number() over (partition by sale_key order by line_kind, line_id) as line_no,
    line_kind,
    null as lightspeed_sku,
    1 as quantity,
    cast(gross as decimal(18, 2)) as net,
    0 as tax,
    cast(gross as decimal(18, 2)) as gross,
    0 as discount,
    null as tax_key,
    0 as tax_unrounded,
    gross as base_unrounded,
    false as is_tax_inclusive,
    cast(0 as decimal(9, 6)) as lightspeed_rate,
    null as parent_line_id,
    false as is_fee_refund
from lines_living_in_payments
