-- One row is a payment row of a Prima document; amounts are positive always.
-- Key: document_number, payment_no. Source: posting.document_values, posting.exchange_credits, core.transaction_payments.
-- One tender over several credit notes is split in proportion to what each still gives back; the last one takes the penny.
{{ config(materialized='table') }}

with tenders as (
    select
        sale_key,
        payment_type_id,
        any_value(kind) as kind,
        any_value(pay_method) as pay_method,
        any_value(sub_pay_method) as sub_pay_method,
        sum(amount) as amount,
        row_number() over (partition by sale_key, sum(amount) > 0 order by payment_type_id) as tender_no,
        count(*) over (partition by sale_key, sum(amount) > 0) as tenders_of_side
    from {{ ref('transaction_payments') }}
    group by sale_key, payment_type_id
    having sum(amount) <> 0
),

credit_sides as (
    select
        *,
        sum(left_for_tenders) over (partition by sale_key) as all_left,
        max(place) filter (where left_for_tenders > 0) over (partition by sale_key) as last_place
    from {{ ref('exchange_credits') }}
),

shares as (
    select
        credits.document_number,
        credits.sale_key,
        credits.place,
        credits.last_place,
        credits.left_for_tenders,
        tenders.payment_type_id,
        tenders.kind,
        tenders.pay_method,
        tenders.sub_pay_method,
        tenders.tender_no,
        tenders.tenders_of_side,
        -tenders.amount as tender_amount,
        {{ cents_as_money(share_in_cents('-tenders.amount', 'credits.left_for_tenders', 'credits.all_left')) }} as share
    from credit_sides as credits
    inner join tenders on tenders.sale_key = credits.sale_key and tenders.amount < 0
    where credits.left_for_tenders > 0
),

shares_to_the_penny as (
    -- the last credit note takes what a tender has left, the last tender what a credit note still needs
    select
        document_number, sale_key, place, last_place, left_for_tenders, payment_type_id, kind, pay_method, sub_pay_method,
        tender_no, tenders_of_side,
        case
            when place < last_place then share
            else tender_amount - coalesce(sum(share) filter (where place < last_place)
                over (partition by sale_key, payment_type_id), 0)
        end as share
    from shares
),

refund_rows as (
    select
        document_number, payment_type_id, kind, pay_method, sub_pay_method,
        case
            when tender_no < tenders_of_side then share
            else left_for_tenders - coalesce(sum(share) filter (where tender_no < tenders_of_side)
                over (partition by document_number), 0)
        end as amount,
        '' as exchange_credit_number,
        2 as rank
    from shares_to_the_penny
),

order_rows as (
    select
        documents.document_number, tenders.payment_type_id, tenders.kind, tenders.pay_method, tenders.sub_pay_method,
        tenders.amount,
        '' as exchange_credit_number,
        2 as rank
    from {{ ref('document_values') }} as documents
    inner join tenders on tenders.sale_key = documents.sale_key and tenders.amount > 0
    where documents.document_type = 'sales_order'
),

tender_rows as (
    {% if var('multi_tender', 'rows') == 'rows' %}
    select * from order_rows
    union all
    select * from refund_rows
    {% else %}
    select
        document_number,
        arg_max(payment_type_id, amount) as payment_type_id,
        arg_max(kind, amount) as kind,
        arg_max(pay_method, amount) as pay_method,
        arg_max(sub_pay_method, amount) as sub_pay_method,
        sum(amount) as amount,
        '' as exchange_credit_number,
        2 as rank
    from (select * from order_rows union all select * from refund_rows)
    group by document_number
    {% endif %}
),

exchange_rows as (
    select
        orders.document_number,
        '' as payment_type_id,
        'exchange' as kind,
        '{{ var("exchange_pay_method", "EXC") }}' as pay_method,
        '' as sub_pay_method,
        credits.pays_the_order as amount,
        credits.document_number as exchange_credit_number,
        1 as rank
    from {{ ref('exchange_credits') }} as credits
    inner join {{ ref('document_values') }} as orders
        on orders.sale_key = credits.sale_key and orders.document_type = 'sales_order'
    where credits.pays_the_order > 0

    union all

    select
        document_number,
        '' as payment_type_id,
        'exchange' as kind,
        '{{ var("exchange_pay_method", "EXC") }}' as pay_method,
        '' as sub_pay_method,
        pays_the_order as amount,
        '' as exchange_credit_number,
        1 as rank
    from {{ ref('exchange_credits') }}
    where pays_the_order > 0
)

select
    document_number,
    cast(row_number() over (
        partition by document_number order by rank, exchange_credit_number, payment_type_id
    ) as integer) as payment_no,
    pay_method,
    sub_pay_method,
    cast(amount as decimal(18, 2)) as amount,
    kind,
    payment_type_id,
    exchange_credit_number,
    document_number as payment_reference
from (select * from tender_rows union all select * from exchange_rows)
where amount <> 0
