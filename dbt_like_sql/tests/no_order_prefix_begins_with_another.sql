-- No account's order prefix begins with another account's, else two accounts could give the same number.

with prefixes as (
    select distinct account, order_prefix
    from {{ ref('postable_sales') }}
)

select prefixes.account, prefixes.order_prefix, others.account as other_account, others.order_prefix as other_prefix
from prefixes
inner join prefixes as others
    on others.account <> prefixes.account and starts_with(others.order_prefix, prefixes.order_prefix)
