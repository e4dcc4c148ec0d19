{# R-Series collapses a list of one to the bare object and an empty list to "" or nothing at all. #}
{% macro as_json_array(column) -%}
case json_type({{ column }})
        when 'ARRAY' then {{ column }}
        when 'OBJECT' then json_array({{ column }})
        else '[]'::json
    end
{%- endmacro %}
