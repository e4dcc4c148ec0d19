"""Whether a cron expression means anything: five fields, values in range, a day that exists.

What does not belong here: when it fires next; that is the scheduler's business. The forms accepted are
those that both Dagster and a Unix cron understand.
"""

from __future__ import annotations

from dataclasses import dataclass

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST_MONTH = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


@dataclass(frozen=True)
class _Field:
    name: str
    lowest: int
    highest: int
    words: tuple[str, ...] = ()

    def number(self, text: str) -> int:
        """A number in range, or the number of a month's or weekday's name."""
        if text.lower() in self.words:
            return self.words.index(text.lower()) + self.lowest
        if not (text.isascii() and text.isdigit()):
            raise ValueError(f"{text!r} is not a {self.name}")
        if not self.lowest <= int(text) <= self.highest:
            raise ValueError(f"{self.name} {text} is not between {self.lowest} and {self.highest}")
        return int(text)


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("weekday", 0, 7, _WEEKDAYS),
)


def check_cron(expression: str) -> None:
    """Raises ValueError, in words, when the expression is not a usable cron expression."""
    parts = expression.split()
    if len(parts) != len(_FIELDS):
        raise ValueError(f"a cron expression has five fields, this one has {len(parts)}")
    values = [_values(field, part) for field, part in zip(_FIELDS, parts, strict=True)]
    days, months = values[2], values[3]
    if parts[4] == "*" and all(min(days) > _LONGEST_MONTH.get(month, 31) for month in months):
        raise ValueError("no month has that day, so this would never start")


def _values(field: _Field, text: str) -> set[int]:
    """Every value a field stands for: a list of ranges, each with an optional step."""
    values: set[int] = set()
    for item in text.split(","):
        span, slash, step = item.partition("/")
        first, last = _span(field, span)
        if slash and first == last:
            raise ValueError(f"a step of the {field.name} needs a range or * in front of it")
        # A step beyond the range would fire more often than it says: */90 of the minute is every hour.
        if slash and not (step.isascii() and step.isdigit() and 1 <= int(step) <= last - first):
            raise ValueError(f"{step!r} is not a usable step for the {field.name}")
        values.update(range(first, last + 1, int(step) if slash else 1))
    return values


def _span(field: _Field, text: str) -> tuple[int, int]:
    if text == "*":
        return field.lowest, field.highest
    first, dash, last = text.partition("-")
    start = field.number(first)
    end = field.number(last) if dash else start
    if end < start:
        raise ValueError(f"the range {text} of the {field.name} runs backwards")
    return start, end
