-- One row is a source the reconciliation leans on and how fresh it is.
-- Key: source, account. Source: raw.walks, raw.prima_ledger_extracts. A stale source is never read as "nothing happened".
{{ config(materialized='table') }}

with walks as (
    select
        account,
        max(started_at) filter (where outcome = 'ok') as read_up_to,
        arg_max(outcome, finished_at) as newest_outcome,
        arg_max(coalesce(error_code || ': ' || error_text, ''), finished_at) as newest_error
    from {{ source('raw', 'walks') }}
    group by account
),

extracts as (
    select
        max(last_modified) filter (where outcome = 'ok') as read_up_to,
        arg_max(outcome, fetched_at) as newest_outcome,
        arg_max(coalesce(problem, ''), fetched_at) as newest_error
    from {{ source('raw', 'prima_ledger_extracts') }}
)

select
    'lightspeed' as source,
    accounts.account,
    walks.read_up_to,
    coalesce(walks.newest_outcome = 'ok', false) as is_fresh,
    coalesce(walks.newest_error, 'never read') as problem
from {{ source('ops', 'accounts') }} as accounts
left join walks using (account)

{% if var('ledger_configured', true) %}
union all

select
    'ledger' as source,
    '' as account,
    read_up_to,
    coalesce(
        newest_outcome = 'ok'
        and read_up_to >= timestamptz '{{ var("now") }}' - interval ({{ var('ledger_fresh_hours', 36) }}) hour, false
    ) as is_fresh,
    coalesce(newest_error, 'never read') as problem
from extracts
{% endif %}
