-- No document number is used by two sales, two types or two originals.

select
    document_number,
    count(distinct sale_key) as sales,
    count(distinct document_type) as types,
    count(distinct coalesce(original_sale_key, '')) as originals
from {{ ref('postable_lines') }}
group by document_number
having count(distinct sale_key) > 1
    or count(distinct document_type) > 1
    or count(distinct coalesce(original_sale_key, '')) > 1
