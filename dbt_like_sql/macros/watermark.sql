{# The highest value of a column in the model's own table, as a constant: a sub-select in its place would keep
   DuckDB from skipping row groups by their zone maps. #}
{% macro watermark(column) -%}
{%- if execute -%}
{{ run_query('select coalesce(max(' ~ column ~ '), 0) from ' ~ this).columns[0].values()[0] }}
{%- else -%}
0
{%- endif -%}
{%- endmacro %}
