-- Every held sale has an exception of its own that is not resolved, and every sale with one that holds is held.

with holding_exceptions as (
    select distinct sale_key
    from {{ ref('exceptions') }}
    where holds_sale and status <> 'resolved' and sale_key is not null
)

select sales.sale_key, sales.disposition, sales.cause
from {{ ref('sales') }} as sales
left join holding_exceptions using (sale_key)
where (sales.disposition = 'held') <> (holding_exceptions.sale_key is not null)
