{#- The four generic tests that dbt brings itself; macros/tests.sql of the project adds its own. -#}
{% test not_null(model, column_name) %}
select * from {{ model }} where {{ column_name }} is null
{% endtest %}

{% test unique(model, column_name) %}
select {{ column_name }}, count(*) as occurrences
from {{ model }}
where {{ column_name }} is not null
group by {{ column_name }}
having count(*) > 1
{% endtest %}

{% test accepted_values(model, column_name, values, quote=true) %}
select {{ column_name }}, count(*) as occurrences
from {{ model }}
where {{ column_name }} not in (
    {%- for value in values %}{% if quote %}'{{ value | replace("'", "''") }}'{% else %}{{ value }}{% endif %}{{ ", " if not loop.last }}{% endfor -%}
)
group by {{ column_name }}
{% endtest %}

{% test relationships(model, column_name, to, field) %}
select child.{{ column_name }}, count(*) as occurrences
from {{ model }} as child
where child.{{ column_name }} is not null
  and not exists (select 1 from {{ to }} as parent where parent.{{ field }} = child.{{ column_name }})
group by child.{{ column_name }}
{% endtest %}
