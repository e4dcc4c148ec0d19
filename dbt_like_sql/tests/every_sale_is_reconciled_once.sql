-- Every row of core.transactions is one row of recon.sales: the dispositions add up to the sales, always.

select
    coalesce(transactions.sale_key, sales.sale_key) as sale_key,
    count(transactions.sale_key) as transactions,
    count(sales.sale_key) as dispositions
from {{ ref('transactions') }} as transactions
full outer join {{ ref('sales') }} as sales using (sale_key)
group by 1
having count(transactions.sale_key) <> 1 or count(sales.sale_key) <> 1
