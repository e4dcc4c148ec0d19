-- One row is a shop, trading day and Lightspeed tax: what the till took, what the rate gives, what was posted and booked.
-- Key: business_date, account, shop_id, tax_key, rate. Source: core.transaction_lines, posting.sent_lines, the ledger.
-- Only sales that belong in Prima count. `difference` is Lightspeed minus the ledger, or minus what was posted where the
-- ledger has no word yet. Prima rounds VAT per line, Lightspeed per sale, so pennies may differ and say so.
{{ config(materialized='table') }}

with tax_lines as (
    select
        sales.business_date, sales.account, sales.shop_id,
        coalesce(lines.tax_key, lines.line_kind) as tax_key,
        lines.rate,
        sum(lines.tax) as lightspeed_tax,
        sum(lines.tax_recomputed) as recomputed_tax,
        sum(lines.tax) filter (where dispositions.disposition <> 'posted') as unposted_tax
    from {{ ref('transaction_lines') }} as lines
    inner join {{ ref('transactions') }} as sales using (sale_key)
    inner join {{ ref('sales') }} as dispositions using (sale_key)
    where dispositions.disposition <> 'excluded'
    group by all
),

posted_lines as (
    select
        sent.document_number,
        sent.document_type,
        sales.business_date, sales.account, sales.shop_id,
        coalesce(lines.tax_key, sent.line_kind) as tax_key,
        sent.vat_code,
        lines.rate,
        sum(sent.tax) as tax
    from {{ ref('sent_lines') }} as sent
    inner join {{ ref('transactions') }} as sales using (sale_key)
    left join {{ ref('transaction_lines') }} as lines
        on lines.sale_key = sent.sale_key and lines.line_id = sent.line_id
    where sent.state in ('confirmed', 'exported')
    group by all
),

ledger_per_vat_code as (
    select document_number, vat_code, sum(tax) as tax
    from {{ source('raw', 'prima_ledger') }}
    group by document_number, vat_code
),

posted_with_ledger as (
    select
        posted.*,
        -- two Lightspeed taxes on one VAT code of a document: what the ledger has more or less shows on the larger
        case when ledger.tax is not null then posted.tax + case
            when row_number() over (
                partition by posted.document_number, posted.vat_code order by abs(posted.tax) desc, posted.tax_key
            ) = 1
                then abs(ledger.tax) - sum(posted.tax) over (partition by posted.document_number, posted.vat_code)
            else 0
        end end as ledger_tax
    from posted_lines as posted
    left join ledger_per_vat_code as ledger
        on ledger.document_number = posted.document_number and ledger.vat_code = posted.vat_code
),

posted_per_day as (
    select
        business_date, account, shop_id, tax_key, rate,
        sum(case document_type when 'credit_note' then -tax else tax end) as posted_tax,
        sum(case document_type when 'credit_note' then -ledger_tax else ledger_tax end) as ledger_tax,
        count(*) filter (where ledger_tax is null and tax <> 0) as not_booked
    from posted_with_ledger
    group by all
)

select
    coalesce(lines.business_date, posted.business_date) as business_date,
    coalesce(lines.account, posted.account) as account,
    coalesce(lines.shop_id, posted.shop_id) as shop_id,
    coalesce(lines.tax_key, posted.tax_key) as tax_key,
    coalesce(lines.rate, posted.rate) as rate,
    cast(coalesce(lines.lightspeed_tax, 0) as decimal(18, 2)) as lightspeed_tax,
    cast(round(coalesce(lines.recomputed_tax, 0), 2) as decimal(18, 2)) as recomputed_tax,
    cast(coalesce(posted.posted_tax, 0) as decimal(18, 2)) as posted_tax,
    cast(posted.ledger_tax as decimal(18, 2)) as ledger_tax,
    cast(
        coalesce(lines.lightspeed_tax, 0)
        - case when posted.not_booked = 0 then coalesce(posted.ledger_tax, posted.posted_tax)
            else coalesce(posted.posted_tax, 0) end
        as decimal(18, 2)
    ) as difference,
    concat_ws(
        '; ',
        case when coalesce(lines.unposted_tax, 0) <> 0
            then 'not posted: ' || cast(lines.unposted_tax as decimal(18, 2)) end,
        case when posted.not_booked > 0 then 'not in the ledger extract yet' end,
        case when posted.not_booked = 0 and posted.ledger_tax <> posted.posted_tax
            then 'Prima rounds VAT per line: ' || cast(posted.posted_tax - posted.ledger_tax as decimal(18, 2)) end,
        case when lines.business_date is null then 'posted before the sale was changed' end
    ) as cause
from tax_lines as lines
full outer join posted_per_day as posted
    on posted.business_date = lines.business_date and posted.account = lines.account
    and posted.shop_id is not distinct from lines.shop_id
    and posted.tax_key = lines.tax_key and posted.rate is not distinct from lines.rate
