-- One row is value of an R-Series sale that no rung line carries: gift cards and deposits sold without a line, tips,
-- cash rounding. Key: sale_key, line_id. Source: staging.r_credits_sold, staging.r_sale_payments, staging.r_sales.
{{ config(materialized='table') }}

select credits.sale_key, 'payment:' || credits.payment_id as line_id, credits.line_kind, credits.gross as net,
    cast(0 as decimal(18, 2)) as tax
from {{ ref('r_credits_sold') }} as credits
left join {{ ref('r_sale_lines') }} as lines
    on lines.sale_key = credits.sale_key and lines.line_id = credits.credit_line_id
where lines.line_id is null

union all

select sale_key, 'tip:' || payment_id as line_id, 'tip' as line_kind, tip as net, 0 as tax
from {{ ref('r_sale_payments') }}
where not is_archived and tip <> 0

union all

select sale_key, 'rounding' as line_id, 'rounding' as line_kind, cash_rounding as net, 0 as tax
from {{ ref('r_sales') }}
where cash_rounding <> 0
