-- Every R-Series sale ever received is staged, in its newest version.

with newest_versions as (
    select account, sale_id, max(version) as version
    from {{ source('raw', 'lightspeed_sales') }}
    where series = 'R'
    group by account, sale_id
)

select newest_versions.account, newest_versions.sale_id, newest_versions.version, sales.source_version
from newest_versions
left join {{ ref('r_sales') }} as sales
    on sales.account = newest_versions.account and sales.sale_id = newest_versions.sale_id
where sales.source_version is distinct from newest_versions.version
