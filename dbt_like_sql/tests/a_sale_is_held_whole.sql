-- A sale is held with all of its documents or with none, and nothing is held without a hold.

select sale_key, count(*) as documents, count(documents.hold_code) as held, any_value(holds.code) as code
from {{ ref('planned_documents') }} as documents
left join (select sale_key, min(code) as code from {{ ref('holds') }} group by sale_key) as holds using (sale_key)
group by sale_key
having count(documents.hold_code) <> case when any_value(holds.code) is null then 0 else count(*) end
