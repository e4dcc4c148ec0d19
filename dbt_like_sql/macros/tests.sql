{#- Generic tests of this project, beside dbt's own not_null, unique, accepted_values and relationships.
    Each gives the rows that should not be there. -#}

{#- The columns together occur once. Columns that are not empty are the subject of not_null. -#}
{% test unique_combination(model, columns) %}
select {{ columns | join(", ") }}, count(*) as occurrences
from {{ model }}
group by {{ columns | join(", ") }}
having count(*) > 1
{% endtest %}

{#- The expression is true in every row; a row in which it is unknown (null) fails too. -#}
{% test expression_is_true(model, expression, column_name=none) %}
select * from {{ model }}
where ({{ column_name ~ " " if column_name else "" }}{{ expression }}) is not true
{% endtest %}
