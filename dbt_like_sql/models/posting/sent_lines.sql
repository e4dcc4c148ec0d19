-- One row is a line of a Prima document as it was sent, whatever the plan says since.
-- Key: document_number, order_line. Source: posting.journal_documents.
{{ config(materialized='table') }}

with lines as (
    select
        document_number,
        document_type,
        sale_key,
        state,
        unnest(from_json(document -> '$.lines', '[{
            "order_line": "INTEGER", "line_id": "VARCHAR", "line_kind": "VARCHAR", "lightspeed_sku": "VARCHAR",
            "product": "VARCHAR", "mtrx": ["VARCHAR"], "quantity": "INTEGER", "price": "VARCHAR",
            "net": "VARCHAR", "tax": "VARCHAR", "gross": "VARCHAR", "vat_code": "VARCHAR", "depot": "VARCHAR"
        }]')) as line
    from {{ source('posting', 'journal_documents') }}
)

select
    document_number,
    line.order_line as order_line,
    document_type,
    sale_key,
    state,
    line.line_id as line_id,
    line.line_kind as line_kind,
    line.lightspeed_sku as lightspeed_sku,
    line.product as product,
    line.mtrx[1] as mtrx1,
    line.mtrx[2] as mtrx2,
    line.mtrx[3] as mtrx3,
    line.mtrx[4] as mtrx4,
    line.quantity as quantity,
    cast(line.price as decimal(18, 2)) as price,
    cast(line.net as decimal(18, 2)) as net,
    cast(line.tax as decimal(18, 2)) as tax,
    cast(line.gross as decimal(18, 2)) as gross,
    line.vat_code as vat_code,
    line.depot as depot
from lines
