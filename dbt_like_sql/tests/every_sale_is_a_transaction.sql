-- Every sale is one row of core.transactions, and nothing else is.

select coalesce(sales.sale_key, transactions.sale_key) as sale_key
from {{ ref('normal_sales') }} as sales
full outer join {{ ref('transactions') }} as transactions using (sale_key)
where sales.sale_key is null or transactions.sale_key is null
