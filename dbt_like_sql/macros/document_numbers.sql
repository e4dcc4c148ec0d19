{# Document numbers are digits only and a pure function of source facts, so that the same sale gives the same numbers on
   any machine and after any restore.
   Order: prefix + sale id. An R-Series sale id never starts with 0, so whatever follows the prefix with a 0 is no order:
   Credit note: prefix + 01 + length of the sale id (two digits) + sale id + original sale id (0 when unlinked).
   The length makes the two ids readable again, so two different pairs never share a number. 02 and up are free for
   corrections. #}
{% macro order_number(order_prefix, sale_id) -%}
{{ order_prefix }} || {{ sale_id }}
{%- endmacro %}

{% macro credit_note_number(order_prefix, sale_id, original_sale_id) -%}
{{ order_prefix }} || '01' || lpad(cast(length({{ sale_id }}) as varchar), 2, '0') || {{ sale_id }}
        || coalesce({{ original_sale_id }}, '0')
{%- endmacro %}
