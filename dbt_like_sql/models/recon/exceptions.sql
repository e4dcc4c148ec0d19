-- One row is a thing that needs or needed a person, from the cycle that found it to the cycle that found it gone.
-- Key: exception_id. Source: recon.findings, recon.exception_codes and this table's own past.
{{ config(materialized='incremental', unique_key='exception_id', full_refresh=false) }}

with current_findings as (
    select
        substr(md5(concat_ws(
            '|', findings.code, findings.account, findings.shop_id, findings.sale_key, findings.document_number,
            findings.subject
        )), 1, 12)
            as exception_id,
        findings.code,
        codes.severity,
        codes.owner,
        codes.holds_sale,
        findings.account,
        findings.shop_id,
        findings.sale_key,
        findings.document_number,
        findings.subject,
        cast(max(findings.amount) as decimal(18, 2)) as amount,
        min(findings.detail) as detail,
        codes.next_step
    from {{ ref('findings') }} as findings
    inner join {{ ref('exception_codes') }} as codes using (code)
    group by all
),

past as (
    {% if is_incremental() %}
    select * from {{ this }}
    {% else %}
    select
        exception_id, code, severity, owner, holds_sale, account, shop_id, sale_key, document_number, subject, amount, detail,
        next_step, 'open' as status, timestamptz '{{ var("now") }}' as opened_at, cast(null as timestamptz) as resolved_at
    from current_findings
    where false
    {% endif %}
),

merged as (
    select
        current_findings.*,
        -- a word of a person stays; what comes back after it was resolved is open again
        case when past.status in ('acknowledged', 'waived') then past.status else 'open' end as status,
        case when past.status in ('open', 'acknowledged', 'waived') then past.opened_at else timestamptz '{{ var("now") }}' end
            as opened_at,
        cast(null as timestamptz) as resolved_at
    from current_findings
    left join past using (exception_id)

    union all by name

    select
        past.exception_id, past.code, past.severity, past.owner, past.holds_sale, past.account, past.shop_id, past.sale_key,
        past.document_number, past.subject, past.amount, past.detail, past.next_step,
        'resolved' as status,
        past.opened_at,
        coalesce(past.resolved_at, timestamptz '{{ var("now") }}') as resolved_at
    from past
    left join current_findings using (exception_id)
    where current_findings.exception_id is null
)

select
    exception_id,
    code,
    severity,
    owner,
    status,
    account,
    shop_id,
    sale_key,
    document_number,
    subject,
    holds_sale,
    amount,
    opened_at,
    resolved_at,
    datediff('hour', opened_at, coalesce(resolved_at, timestamptz '{{ var("now") }}')) as age_hours,
    detail,
    next_step
from merged
