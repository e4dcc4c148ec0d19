-- One row is a sale line and the Prima document it goes on, with positive units and value as the document has them.
-- Key: sale_key, line_id. Source: core.transaction_lines, posting.postable_sales. Lines without value or goods (comments)
-- go on no document.
{{ config(materialized='table') }}

with lines_that_count as (
    select
        sales.account,
        sales.order_prefix,
        sales.sale_id,
        sales.business_date,
        sales.completed_at,
        sales.vat_inclusive,
        lines.*,
        lines.line_kind in ('tip', 'rounding') or lines.line_id like 'payment:%' as lives_outside_the_lines,
        originals.sale_key as postable_original_sale_key,
        originals.sale_id as postable_original_sale_id
    from {{ ref('transaction_lines') }} as lines
    inner join {{ ref('postable_sales') }} as sales using (sale_key)
    left join {{ ref('postable_sales') }} as originals on originals.sale_key = lines.original_sale_key
    where lines.gross <> 0 or (lines.line_kind = 'stock' and lines.quantity <> 0)
),

sales_with_sides as (
    select
        sale_key,
        bool_or(quantity < 0) as gives_back,
        bool_or(quantity > 0 and not lives_outside_the_lines) as sells,
        arg_min(original_sale_key, line_no) filter (where quantity < 0) as first_original_sale_key,
        arg_min(postable_original_sale_id, line_no) filter (where quantity < 0) as first_postable_original_sale_id
    from lines_that_count
    group by sale_key
),

lines_with_side as (
    select
        lines.*,
        -- a tip given back or a rounding of a pure refund belongs to its credit note
        lines.quantity < 0 or (lines.lives_outside_the_lines and sides.gives_back and not sides.sells) as is_credit,
        case when lines.quantity < 0 then lines.original_sale_key else sides.first_original_sale_key end
            as credited_sale_key,
        case when lines.quantity < 0 then lines.postable_original_sale_id else sides.first_postable_original_sale_id end
            as credited_postable_sale_id
    from lines_that_count as lines
    inner join sales_with_sides as sides using (sale_key)
),

lines_with_first_return as (
    select
        *,
        min(try_cast(line_id as hugeint)) filter (where quantity < 0)
            over (partition by sale_key, is_credit, credited_sale_key) as first_line_given_back
    from lines_with_side
)

select
    account,
    sale_key,
    line_id,
    line_no,
    line_kind,
    lightspeed_sku,
    product, mtrx1, mtrx2, mtrx3, mtrx4,
    vat_code,
    depot,
    tax_key,
    vat_inclusive,
    completed_at,
    case when is_credit then 'credit_note' else 'sales_order' end as document_type,
    case when is_credit then credited_sale_key end as original_sale_key,
    case when is_credit then original_line_id end as original_line_id,
    case
        when is_credit then {{ credit_note_number('order_prefix', 'first_line_given_back') }}
        else {{ order_number('order_prefix', 'sale_id') }}
    end as document_number,
    case when is_credit then coalesce({{ order_number('order_prefix', 'credited_postable_sale_id') }}, '') else '' end
        as original_document_number,
    quantity < 0 and postable_original_sale_key is null as is_unlinked,
    case when quantity = floor(quantity) then greatest(cast(abs(quantity) as integer), 1) else 1 end as units,
    case when is_credit then -net else net end as net,
    case when is_credit then -tax else tax end as tax,
    case when is_credit then -gross else gross end as gross
from lines_with_first_return
