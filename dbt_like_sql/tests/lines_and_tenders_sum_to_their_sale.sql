-- The lines of a sale add up to its net, tax and gross, its tenders to what was tendered.

with line_totals as (
    select sale_key, sum(net) as net, sum(tax) as tax, sum(gross) as gross
    from {{ ref('transaction_lines') }}
    group by sale_key
),

payment_totals as (
    select sale_key, sum(amount) as tendered
    from {{ ref('transaction_payments') }}
    group by sale_key
)

select
    sale_key, sales.net, lines.net as lines_net, sales.tax, lines.tax as lines_tax, sales.gross, lines.gross as lines_gross,
    sales.tendered, payments.tendered as payments_tendered
from {{ ref('transactions') }} as sales
left join line_totals as lines using (sale_key)
left join payment_totals as payments using (sale_key)
where sales.net <> coalesce(lines.net, 0)
   or sales.tax <> coalesce(lines.tax, 0)
   or sales.gross <> coalesce(lines.gross, 0)
   or sales.tendered <> coalesce(payments.tendered, 0)
