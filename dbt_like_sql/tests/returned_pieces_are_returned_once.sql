-- Each piece of a sold line is taken back at most once, unless the refund is held.

select units.original_sale_key, units.original_line_id, units.original_unit_no, count(*) as times
from {{ ref('document_units') }} as units
where units.original_unit_no is not null
  and units.sale_key not in (select sale_key from {{ ref('holds') }})
group by units.original_sale_key, units.original_line_id, units.original_unit_no
having count(*) > 1
