-- One row is a line of a Prima document as it goes on the wire.
-- Key: document_number, order_line. Source: posting.document_units. With line_quantity "one" every unit is a line of its
-- own; with "as_sold" the units of a sale line that share a price are one line.
{{ config(materialized='table') }}

with lines_on_the_wire as (
    select
        document_number, document_type, sale_key, line_id, line_no, line_kind, lightspeed_sku,
        product, mtrx1, mtrx2, mtrx3, mtrx4, vat_code, depot, tax_key, vat_inclusive,
        original_sale_key, original_line_id,
        min(unit_no) as first_unit,
        max(unit_no) as last_unit,
        min(original_unit_no) as first_original_unit,
        cast(count(*) as integer) as quantity,
        price,
        sum(tax) as tax
    from {{ ref('document_units') }}
    group by
        document_number, document_type, sale_key, line_id, line_no, line_kind, lightspeed_sku,
        product, mtrx1, mtrx2, mtrx3, mtrx4, vat_code, depot, tax_key, vat_inclusive,
        original_sale_key, original_line_id, price
        {% if var('line_quantity', 'one') == 'one' %}, unit_no{% endif %}
),

numbered_lines as (
    select
        *,
        cast(row_number() over (partition by document_number order by line_no, first_unit) as integer) as order_line
    from lines_on_the_wire
)

select
    lines.document_number,
    lines.order_line,
    lines.document_type,
    lines.sale_key,
    lines.line_id,
    lines.line_kind,
    lines.lightspeed_sku,
    lines.product, lines.mtrx1, lines.mtrx2, lines.mtrx3, lines.mtrx4,
    lines.quantity,
    cast(lines.price as decimal(18, 2)) as price,
    cast(case when lines.vat_inclusive then lines.price * lines.quantity - lines.tax else lines.price * lines.quantity end
        as decimal(18, 2)) as net,
    cast(lines.tax as decimal(18, 2)) as tax,
    cast(case when lines.vat_inclusive then lines.price * lines.quantity else lines.price * lines.quantity + lines.tax end
        as decimal(18, 2)) as gross,
    case when not lines.vat_inclusive then cast(lines.tax as decimal(18, 2)) end as ext_tax,
    lines.vat_code,
    lines.tax_key,
    lines.depot,
    lines.original_line_id,
    original_lines.order_line as original_order_line,
    lines.line_id as line_reference
from numbered_lines as lines
left join numbered_lines as original_lines
    on lines.document_type = 'credit_note'
    and original_lines.document_type = 'sales_order'
    and original_lines.sale_key = lines.original_sale_key
    and original_lines.line_id = lines.original_line_id
    and lines.first_original_unit between original_lines.first_unit and original_lines.last_unit
