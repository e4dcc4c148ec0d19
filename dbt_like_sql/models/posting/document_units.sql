-- One row is one unit of a line of a Prima document: its own price and tax to the cent.
-- Key: document_number, line_id, unit_no. Source: posting.postable_lines. A value that does not divide leaves its spare
-- cents on the last units. For a returned unit, `original_unit_no` is the unit of the original line it takes back.
{{ config(materialized='table') }}

with lines_in_cents as (
    select
        *,
        cast((case when vat_inclusive then gross else net end) * 100 as bigint) as value_cents,
        cast(tax * 100 as bigint) as total_tax_cents
    from {{ ref('postable_lines') }}
),

returned_before as (
    -- a line is taken back unit by unit in the order of the refunds
    select
        sale_key,
        line_id,
        coalesce(
            sum(units) over (
                partition by original_sale_key, original_line_id order by completed_at, sale_key, line_id
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as units_before
    from {{ ref('postable_lines') }}
    where original_line_id is not null
),

units as (
    select
        lines.*,
        units_of_line.unit_no,
        value_cents // lines.units
            + case when units_of_line.unit_no > lines.units - value_cents % lines.units then 1 else 0 end as price_cents,
        (total_tax_cents * units_of_line.unit_no) // lines.units
            - (total_tax_cents * (units_of_line.unit_no - 1)) // lines.units as tax_cents
    from lines_in_cents as lines,
        lateral (select unnest(generate_series(1, lines.units)) as unit_no) as units_of_line
)

select
    units.document_number,
    units.document_type,
    units.sale_key,
    units.line_id,
    units.line_no,
    units.unit_no,
    units.line_kind,
    units.lightspeed_sku,
    units.product, units.mtrx1, units.mtrx2, units.mtrx3, units.mtrx4,
    units.vat_code,
    units.depot,
    units.tax_key,
    units.vat_inclusive,
    units.original_sale_key,
    units.original_line_id,
    returned_before.units_before + units.unit_no as original_unit_no,
    {{ cents_as_money('units.price_cents') }} as price,
    {{ cents_as_money('units.tax_cents') }} as tax
from units
left join returned_before using (sale_key, line_id)
