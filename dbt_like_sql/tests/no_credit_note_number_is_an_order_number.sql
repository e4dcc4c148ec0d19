-- No credit note has a number that is, or ever could be, the order number of a sale of any account.

with credit_notes as (
    select distinct document_number, sale_key
    from {{ ref('postable_lines') }}
    where document_type = 'credit_note'
),

numbers_of_all_sales as (
    select {{ order_number('accounts.order_prefix', 'sales.sale_id', 'sales.series') }} as document_number, sales.sale_key
    from {{ ref('transactions') }} as sales
    inner join {{ source('ops', 'accounts') }} as accounts using (account)
)

select credit_notes.document_number, credit_notes.sale_key, numbers_of_all_sales.sale_key as order_of
from credit_notes
inner join numbers_of_all_sales using (document_number)

union all

select credit_notes.document_number, credit_notes.sale_key, accounts.account as order_of
from credit_notes
inner join {{ source('ops', 'accounts') }} as accounts
    on regexp_full_match(credit_notes.document_number, accounts.order_prefix || '[1-9][0-9]*')
