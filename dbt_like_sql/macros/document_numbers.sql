{# Document numbers are digits only and a pure function of source facts, so that the same sale gives the same numbers on
   any machine and after any restore.
   Order: prefix + sale id. An R-Series id never starts with 0, so what follows the prefix with a 0 is never an order.
   Credit note: prefix + 0 + the smallest line id among the lines it gives back. Line ids are unique in an account, and
   a line is given back on one credit note only, so no two credit notes share a number.
   Prefix + 00 is free for corrections. The longest number seen on the wire has 8 digits: short is safe. #}
{% macro order_number(order_prefix, sale_id) -%}
{{ order_prefix }} || {{ sale_id }}
{%- endmacro %}

{% macro credit_note_number(order_prefix, first_line_id) -%}
{{ order_prefix }} || '0' || {{ first_line_id }}
{%- endmacro %}
