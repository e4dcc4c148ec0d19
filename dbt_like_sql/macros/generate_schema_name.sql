{#- The folder's +schema is the schema, not a suffix of the target's: core.transactions, not main_core.transactions. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
