{# Document numbers are digits only and a pure function of source facts, so that the same sale gives the same numbers on
   any machine and after any restore.
   Order: prefix + the number of the sale. Credit note: prefix + 0 + the number of the first line it gives back.
   R-Series ids are numbers that never start with 0; the smallest line id counts as first. X-Series ids are UUIDs: their
   number is 10^15 plus the first 60 bits of their SHA-256 modulo 9 * 10^15, 16 digits that never start with 0; two sales
   of one account that share a number are found and held. So no credit note can have an order's number, and since a line is
   given back on one credit note only, no two credit notes share one. Prefix + 00 is free for corrections. #}
{% macro number_of_uuid(id) -%}
cast(1000000000000000 + (cast('0x' || substr(sha256({{ id }}), 1, 15) as bigint) % 9000000000000000) as varchar)
{%- endmacro %}

{% macro order_number(order_prefix, sale_id, series) -%}
{{ order_prefix }} || case {{ series }} when 'X' then {{ number_of_uuid(sale_id) }} else {{ sale_id }} end
{%- endmacro %}

{% macro credit_note_number(order_prefix, first_line_id, series) -%}
{{ order_prefix }} || '0' || case {{ series }} when 'X' then {{ number_of_uuid(first_line_id) }} else {{ first_line_id }} end
{%- endmacro %}
