-- One row is a Prima document intended for a postable sale, with its value and its place among the sale's documents.
-- Key: document_number. Source: posting.document_lines, posting.postable_lines.
{{ config(materialized='table') }}

with totals as (
    select
        document_number,
        any_value(document_type) as document_type,
        any_value(sale_key) as sale_key,
        sum(net) as net,
        sum(tax) as tax,
        sum(gross) as gross
    from {{ ref('document_lines') }}
    group by document_number
),

links as (
    select
        document_number,
        any_value(original_sale_key) as original_sale_key,
        any_value(original_document_number) as original_document_number
    from {{ ref('postable_lines') }}
    group by document_number
)

select
    totals.document_number,
    totals.document_type,
    totals.sale_key,
    links.original_sale_key,
    coalesce(links.original_document_number, '') as original_document_number,
    cast(totals.net as decimal(18, 2)) as net,
    cast(totals.tax as decimal(18, 2)) as tax,
    cast(totals.gross as decimal(18, 2)) as gross,
    -- credit notes oldest original first, the order last: the order in which an exchange is paid
    cast(
        row_number() over (
            partition by totals.sale_key
            order by totals.document_type, originals.completed_at, links.original_sale_key, totals.document_number
        ) as integer
    ) as place
from totals
inner join links using (document_number)
left join {{ ref('postable_sales') }} as originals on originals.sale_key = links.original_sale_key
