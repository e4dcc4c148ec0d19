-- One row is a sale line and the Prima document it goes on, with positive units and value as the document has them.
-- Key: sale_key, line_id. Source: core.transaction_lines, posting.postable_sales. Lines without value or goods (comments)
-- go on no document. A sale-level discount of an X-Series sale is no line of a document: it is taken off the lines it was
-- given on, in proportion to their value, the odd cents by largest remainder.
{{ config(materialized='table') }}

with lines_that_count as (
    select
        sales.account,
        sales.series,
        sales.order_prefix,
        sales.sale_id,
        sales.completed_at,
        sales.vat_inclusive,
        lines.*,
        sales.series = 'X' and lines.line_kind = 'discount' as is_spread,
        originals.sale_key as postable_original_sale_key,
        originals.sale_id as postable_original_sale_id
    from {{ ref('transaction_lines') }} as lines
    inner join {{ ref('postable_sales') }} as sales using (sale_key)
    left join {{ ref('postable_sales') }} as originals on originals.sale_key = lines.original_sale_key
    where not sales.number_is_taken
      and (lines.gross <> 0 or (lines.line_kind = 'stock' and lines.quantity <> 0))
),

sales_with_sides as (
    select
        sale_key,
        bool_or(quantity < 0) as gives_back,
        bool_or(quantity > 0 and not is_outside and not is_spread) as sells,
        arg_min(original_sale_key, line_no) filter (where quantity < 0) as first_original_sale_key,
        arg_min(postable_original_sale_id, line_no) filter (where quantity < 0) as first_postable_original_sale_id
    from lines_that_count
    group by sale_key
),

lines_with_side as (
    select
        lines.*,
        -- a tip given back or a rounding of a pure refund belongs to its credit note
        lines.quantity < 0 or (lines.is_outside and sides.gives_back and not sides.sells) as is_credit,
        case when lines.quantity < 0 then lines.original_sale_key else sides.first_original_sale_key end
            as credited_sale_key,
        case when lines.quantity < 0 then lines.postable_original_sale_id else sides.first_postable_original_sale_id end
            as credited_postable_sale_id
    from lines_that_count as lines
    inner join sales_with_sides as sides using (sale_key)
    where not lines.is_spread
),

discounts_to_spread as (
    -- a discount taken back with the goods makes the credit note smaller
    select
        sale_key,
        gross > 0 as is_credit,
        cast(abs(sum(net)) * 100 as hugeint) as net_cents,
        cast(abs(sum(tax)) * 100 as hugeint) as tax_cents
    from lines_that_count
    where is_spread
    group by sale_key, gross > 0
),

lines_with_weights as (
    select
        lines.*,
        min(case lines.series when 'X' then lines.line_id else lpad(lines.line_id, 20, '0') end)
            filter (where lines.quantity < 0)
            over (partition by lines.sale_key, lines.is_credit, lines.credited_sale_key) as first_line_given_back,
        cast(abs(lines.gross) * 100 as hugeint) as weight,
        sum(cast(abs(lines.gross) * 100 as hugeint)) over (partition by lines.sale_key, lines.is_credit) as total_weight,
        coalesce(discounts.net_cents, 0) as net_cents_off,
        coalesce(discounts.tax_cents, 0) as tax_cents_off
    from lines_with_side as lines
    left join discounts_to_spread as discounts using (sale_key, is_credit)
),

lines_with_shares as (
    select
        *,
        (net_cents_off * weight) // greatest(total_weight, 1) as net_share,
        (tax_cents_off * weight) // greatest(total_weight, 1) as tax_share,
        row_number() over (
            partition by sale_key, is_credit order by (net_cents_off * weight) % greatest(total_weight, 1) desc, line_no
        ) as net_rank,
        row_number() over (
            partition by sale_key, is_credit order by (tax_cents_off * weight) % greatest(total_weight, 1) desc, line_no
        ) as tax_rank
    from lines_with_weights
),

lines_after_discount as (
    select
        *,
        {{ cents_as_money('net_share + case when net_rank <= net_cents_off - sum(net_share) over (partition by sale_key, is_credit) then 1 else 0 end') }}
            as net_off,
        {{ cents_as_money('tax_share + case when tax_rank <= tax_cents_off - sum(tax_share) over (partition by sale_key, is_credit) then 1 else 0 end') }}
            as tax_off
    from lines_with_shares
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
        when is_credit then {{ credit_note_number('order_prefix', "ltrim(first_line_given_back, '0')", 'series') }}
        else {{ order_number('order_prefix', 'sale_id', 'series') }}
    end as document_number,
    case when is_credit then coalesce({{ order_number('order_prefix', 'credited_postable_sale_id', 'series') }}, '') else '' end
        as original_document_number,
    quantity < 0 and postable_original_sale_key is null as is_unlinked,
    case when quantity = floor(quantity) then greatest(cast(abs(quantity) as integer), 1) else 1 end as units,
    cast(case when is_credit then -net else net end - net_off as decimal(18, 2)) as net,
    cast(case when is_credit then -tax else tax end - tax_off as decimal(18, 2)) as tax,
    cast(case when is_credit then -gross else gross end - net_off - tax_off as decimal(18, 2)) as gross
from lines_after_discount
