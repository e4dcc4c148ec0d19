"""Cron expressions: those accepted are accepted by Dagster, and what is refused is refused in words."""

from __future__ import annotations

import re

import pytest
from dagster import ScheduleDefinition
from hypothesis import assume, given
from hypothesis import strategies as st

from lightspeed_prima.settings.cron import check_cron


def _field(lowest: int, highest: int, words: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    number = st.integers(lowest, highest)
    single = st.one_of(number.map(str), st.sampled_from(words)) if words else number.map(str)
    ends = st.tuples(number, number).filter(lambda pair: pair[0] < pair[1])
    span = ends.map(lambda pair: f"{pair[0]}-{pair[1]}")
    stepped = ends.map(lambda pair: f"{pair[0]}-{pair[1]}/{pair[1] - pair[0]}")
    every = st.integers(1, highest - lowest).map(lambda step: f"*/{step}")
    items = st.one_of(st.just("*"), single, span, stepped, every)
    return st.lists(items, min_size=1, max_size=3).map(",".join)


EXPRESSIONS = st.tuples(
    _field(0, 59), _field(0, 23), _field(1, 31), _field(1, 12, ("jan", "DEC")), _field(0, 6, ("sun", "Fri"))
).map(" ".join)


@given(EXPRESSIONS)
def test_whatever_is_accepted_is_a_schedule_for_dagster(expression: str) -> None:
    try:
        check_cron(expression)
    except ValueError:
        # The only thing wrong that the fields above can add up to.
        _, _, day, month, weekday = expression.split()
        assume(not (weekday == "*" and day != "*" and month != "*"))
        raise
    assert ScheduleDefinition(cron_schedule=expression, job_name="daily_cycle").cron_schedule == expression


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("* * * *", "five fields, this one has 4"),
        ("every day", "five fields, this one has 2"),
        ("60 * * * *", "minute 60 is not between 0 and 59"),
        ("* 24 * * *", "hour 24"),
        ("* * 0 * *", "day of the month 0"),
        ("* * * 13 *", "month 13"),
        ("* * * * 8", "weekday 8"),
        ("* * * * monday", "'monday' is not a weekday"),
        ("*/0 * * * *", "'0' is not a usable step"),
        ("*/ * * * *", "'' is not a usable step"),
        ("5/10 * * * *", "needs a range or *"),
        ("*/90 * * * *", "'90' is not a usable step"),
        ("50-10 * * * *", "runs backwards"),
        ("1,,2 * * * *", "'' is not a minute"),
        ("0 0 30 2 *", "no month has that day"),
        ("0 0 31 4,jun *", "no month has that day"),
    ],
)
def test_a_useless_expression_is_refused_in_words(expression: str, what: str) -> None:
    with pytest.raises(ValueError, match=re.escape(what)):
        check_cron(expression)
