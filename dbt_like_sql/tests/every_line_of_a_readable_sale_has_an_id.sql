-- Every line and every tender of a readable sale has an id.

select lines.sale_key, 'line' as missing_on
from {{ ref('transaction_lines') }} as lines
inner join {{ ref('normal_sales') }} as sales using (sale_key)
where lines.line_id is null and sales.status <> 'unreadable'

union all

select payments.sale_key, 'payment' as missing_on
from {{ ref('transaction_payments') }} as payments
inner join {{ ref('normal_sales') }} as sales using (sale_key)
where payments.payment_id is null and sales.status <> 'unreadable'
