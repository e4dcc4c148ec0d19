-- One row is a Prima document intended for a postable sale: free to be posted when `hold_code` is null.
-- Key: document_number. Source: posting.document_values, posting.postable_sales, posting.holds.
{{ config(materialized='table') }}

with first_holds as (
    select sale_key, min(code) as hold_code
    from {{ ref('holds') }}
    group by sale_key
),

credit_notes_of_sales as (
    select sale_key, list(document_number order by place) as document_numbers
    from {{ ref('document_values') }}
    where document_type = 'credit_note'
    group by sale_key
)

select
    documents.document_number,
    documents.document_type,
    documents.sale_key,
    sales.account,
    documents.original_sale_key,
    documents.original_document_number,
    sales.business_date,
    sales.completed_at,
    sales.shop_id,
    sales.depot,
    case when documents.document_type = 'credit_note' then coalesce(originals.prima_customer, sales.prima_customer)
        else sales.prima_customer end as prima_customer,
    sales.vat_inclusive,
    coalesce(sales.currency, '') as currency,
    documents.net,
    documents.tax,
    documents.gross,
    sales.kind as reason,
    sales.source_digest,
    holds.hold_code,
    case
        when documents.document_type = 'sales_order' then coalesce(credits.document_numbers, [])
        when documents.original_document_number <> '' then [documents.original_document_number]
        else []
    end as depends_on,
    row_number() over (order by sales.completed_at, documents.sale_key, documents.place) as sequence
from {{ ref('document_values') }} as documents
inner join {{ ref('postable_sales') }} as sales using (sale_key)
left join {{ ref('postable_sales') }} as originals on originals.sale_key = documents.original_sale_key
left join credit_notes_of_sales as credits on credits.sale_key = documents.sale_key
left join first_holds as holds on holds.sale_key = documents.sale_key
