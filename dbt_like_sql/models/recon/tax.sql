-- One row is a shop, trading day and Lightspeed tax: what the till took, what the rate gives, what was posted and booked.
-- Key: business_date, account, shop_id, tax_key, rate. Source: core.transaction_lines, posting.document_lines, the ledger.
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
        documents.document_number,
        documents.document_type,
        documents.business_date, documents.account, sales.shop_id,
        coalesce(lines.tax_key, lines.line_kind) as tax_key,
        lines.vat_code,
        source_lines.rate,
        sum(lines.tax) as tax,
        sum(lines.gross) as gross
    from {{ ref('document_lines') }} as lines
    inner join {{ ref('documents') }} as documents using (document_number)
    inner join {{ ref('transactions') }} as sales on sales.sale_key = documents.sale_key
    inner join {{ ref('transaction_lines') }} as source_lines
        on source_lines.sale_key = lines.sale_key and source_lines.line_id = lines.line_id
    where documents.state in ('confirmed', 'exported')
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
    lines.business_date,
    lines.account,
    lines.shop_id,
    lines.tax_key,
    lines.rate,
    cast(lines.lightspeed_tax as decimal(18, 2)) as lightspeed_tax,
    cast(round(lines.recomputed_tax, 2) as decimal(18, 2)) as recomputed_tax,
    cast(coalesce(posted.posted_tax, 0) as decimal(18, 2)) as posted_tax,
    cast(posted.ledger_tax as decimal(18, 2)) as ledger_tax,
    cast(
        lines.lightspeed_tax - case when posted.not_booked = 0 then posted.ledger_tax else coalesce(posted.posted_tax, 0) end
        as decimal(18, 2)
    ) as difference,
    concat_ws(
        '; ',
        case when coalesce(lines.unposted_tax, 0) <> 0
            then 'not posted: ' || cast(lines.unposted_tax as decimal(18, 2)) end,
        case when posted.not_booked > 0 then 'not in the ledger extract yet' end,
        case when posted.not_booked = 0 and posted.ledger_tax <> posted.posted_tax
            then 'Prima rounds VAT per line: ' || cast(posted.posted_tax - posted.ledger_tax as decimal(18, 2)) end
    ) as cause
from tax_lines as lines
left join posted_per_day as posted
    on posted.business_date = lines.business_date and posted.account = lines.account
    and posted.shop_id is not distinct from lines.shop_id
    and posted.tax_key = lines.tax_key and posted.rate = lines.rate
