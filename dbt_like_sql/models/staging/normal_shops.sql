-- One row is a shop (R-Series) or outlet (X-Series) as last read.
-- Key: account, shop_id. Source: staging.r_shops, staging.x_outlets.
{{ config(materialized='table') }}

select account, shop_id, shop_name, time_zone, currency from {{ ref('r_shops') }}
union all
select account, shop_id, shop_name, time_zone, currency from {{ ref('x_outlets') }}
