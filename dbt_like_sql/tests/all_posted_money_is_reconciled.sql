-- Every document confirmed or exported belongs to a sale that is reconciled, so its money is in recon.sales.

with posted as (
    select sale_key, sum(case document_type when 'credit_note' then -gross else gross end) as gross
    from {{ ref('documents') }}
    where state in ('confirmed', 'exported')
    group by sale_key
)

select sale_key, posted.gross, sales.prima_gross
from posted
left join {{ ref('sales') }} as sales using (sale_key)
where sales.prima_gross is distinct from posted.gross
