-- The lines of a sale that may go add up to the total the till printed; gift cards sold and tips are not in that.

with rung as (
    select
        sale_key,
        coalesce(sum(gross) filter (where line_kind not in ('gift_card', 'deposit', 'tip', 'rounding')), 0) as gross
    from {{ ref('transaction_lines') }}
    group by sale_key
)

select sale_key, sales.sale_total, rung.gross
from {{ ref('transactions') }} as sales
inner join rung using (sale_key)
where sales.sale_total is distinct from rung.gross
  and sales.sale_key in (select sale_key from {{ ref('planned_documents') }} where hold_code is null)
