-- One row is a line of a sale of any series, to the cent.
-- Key: sale_key, line_id. Source: the rung and outside lines of each series. Both tills keep the figures of a line finer than
-- a cent and round the sale, so the sale's cents are dealt out to its lines by largest remainder: the lines then sum to the
-- sale. Lines that cannot sum to it keep their own rounding, and the sale is found out of balance.
{{ config(materialized='table') }}

with rung_lines as (
    select * from {{ ref('r_rung_lines') }}
    union all by name
    select * from {{ ref('x_rung_lines') }}
),

outside_lines as (
    select * from {{ ref('r_outside_lines') }}
    union all by name
    select * from {{ ref('x_outside_lines') }}
),

cents_before_the_rest as (
    select
        *,
        {{ whole_cents('base_unrounded') }} as base_cents,
        {{ whole_cents('tax_unrounded') }} as tax_cents,
        base_unrounded * 100 - floor(base_unrounded * 100) as base_remainder,
        tax_unrounded * 100 - floor(tax_unrounded * 100) as tax_remainder
    from rung_lines
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
)

select
    sale_key,
    line_id,
    line_no,
    line_kind,
    lightspeed_sku,
    quantity,
    cast(case when is_tax_inclusive then base - tax else base end + credit_gross as decimal(18, 2)) as net,
    tax,
    cast(case when is_tax_inclusive then base else base + tax end + credit_gross as decimal(18, 2)) as gross,
    discount,
    tax_key,
    tax_unrounded,
    base_unrounded,
    is_tax_inclusive,
    lightspeed_rate,
    original_sale_key,
    original_line_id,
    false as is_outside
from to_the_cent

union all

select
    sale_key,
    line_id,
    1000000 + row_number() over (partition by sale_key order by line_kind, line_id) as line_no,
    line_kind,
    null as lightspeed_sku,
    cast(1 as decimal(18, 3)) as quantity,
    cast(net as decimal(18, 2)) as net,
    cast(tax as decimal(18, 2)) as tax,
    cast(net + tax as decimal(18, 2)) as gross,
    cast(0 as decimal(18, 2)) as discount,
    null as tax_key,
    cast(tax as decimal(18, 8)) as tax_unrounded,
    cast(net as decimal(18, 8)) as base_unrounded,
    false as is_tax_inclusive,
    cast(0 as decimal(9, 6)) as lightspeed_rate,
    null as original_sale_key,
    null as original_line_id,
    true as is_outside
from outside_lines
