{# Exact money in DuckDB: DECIMAL / DECIMAL is a DOUBLE there, so every share is an integer division. #}

{# The tax inside an amount that includes it: amount * rate / (1 + rate), exact to 8 decimals (truncated). #}
{% macro tax_included_in(amount, rate) -%}
cast(
        cast(
            (cast(cast({{ amount }} as decimal(28, 8)) * 100000000 as hugeint) * cast({{ rate }} * 1000000 as hugeint))
            // (1000000 + cast({{ rate }} * 1000000 as hugeint)) as decimal(20, 0)
        ) * 0.00000001 as decimal(18, 8)
    )
{%- endmacro %}

{# Whole cents at or below an amount of up to 8 decimals. #}
{% macro whole_cents(amount) -%}
cast(floor({{ amount }} * 100) as bigint)
{%- endmacro %}

{# Cents as money. #}
{% macro cents_as_money(cents) -%}
cast(cast({{ cents }} as decimal(16, 0)) * 0.01 as decimal(18, 2))
{%- endmacro %}

{# amount * part / whole in cents, rounded half up; amounts are DECIMAL(18,2), not negative. #}
{% macro share_in_cents(amount, part, whole) -%}
cast(
        (2 * cast({{ amount }} * 100 as hugeint) * cast({{ part }} * 100 as hugeint) + cast({{ whole }} * 100 as hugeint))
        // (2 * cast({{ whole }} * 100 as hugeint)) as bigint
    )
{%- endmacro %}
