"""R-Series' filter operators: `field=op,value` with =, !=, <, <=, >, >=, ><, ~, !~ and IN.

One condition on one row. Which conditions a query has belongs to query.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from lightspeed_prima.twins.r_series.errors import bad_request

Row = dict[str, Any]
MAX_IN_VALUES = 100
_OPERATORS = (">=", "<=", "><", "!=", "!~", ">", "<", "~", "IN")
_IS_TIME = re.compile(r"([tT]ime|timeStamp|etaOut|[tT]imestamp)$")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: bool(left == right),
    "!=": lambda left, right: bool(left != right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
}


@dataclass(frozen=True)
class Condition:
    """One filter: a field (or one step into a relation), an operator and its operands."""

    field: str
    operator: str
    operands: tuple[str, ...]

    def holds(self, row: Row) -> bool:
        """Whether the row, or any row of the relation, satisfies it; an absent field never does."""
        return any(self._holds_for(str(value)) for value in _values(row, self.field.split(".")))

    def _holds_for(self, value: str) -> bool:
        if self.operator in ("~", "!~"):
            return _like(value, self.operands[0]) == (self.operator == "~")
        if self.operator == "IN":
            return any(_equal(self.field, value, operand) for operand in self.operands)
        if self.operator == "><":
            low, high = self.operands
            return self._compares(">=", value, low) and self._compares("<=", value, high)
        return self._compares(self.operator, value, self.operands[0])

    def _compares(self, operator: str, value: str, operand: str) -> bool:
        left, right = _comparable(self.field, value), _comparable(self.field, operand)
        if type(left) is not type(right):
            left, right = value, operand
        return _COMPARE[operator](left, right)


def read_condition(name: str, text: str, fields: Mapping[str, str], relations: Iterable[str]) -> Condition:
    """Understand one filter, or refuse it."""
    relation, dot, _ = name.rpartition(".")
    if dot and relation not in relations:
        raise bad_request(f"'{relation}' must be loaded to search by '{name}'.")
    if not dot and name not in fields:
        raise bad_request(f"'{name}' is not a searchable field.")
    operator, operands = _operator_and_operands(text)
    for operand in operands:
        _check_time(name, operand)
    return Condition(fields.get(name, name), operator, operands)


def _operator_and_operands(text: str) -> tuple[str, tuple[str, ...]]:
    operator = next((known for known in _OPERATORS if text.startswith(known + ",")), "=")
    rest = text if operator == "=" else text[len(operator) + 1 :]
    if operator == "IN":
        try:
            values = json.loads(rest)
        except ValueError:
            raise bad_request("IN needs a JSON array of values.") from None
        if not isinstance(values, list) or not 1 <= len(values) <= MAX_IN_VALUES:
            raise bad_request(f"IN needs 1 to {MAX_IN_VALUES} values.")
        return operator, tuple(str(value) for value in values)
    if operator == "><":
        bounds = tuple(rest.split(","))
        if len(bounds) != 2:
            raise bad_request("Between needs two values.")
        return operator, bounds
    return operator, (rest,)


def _check_time(name: str, operand: str) -> None:
    if not _IS_TIME.search(name):
        return
    try:
        moment = datetime.fromisoformat(operand)
    except ValueError:
        # A plus sign that was not encoded arrives as a blank and ends here.
        raise bad_request(f"'{operand}' is not a valid date for '{name}'.") from None
    if moment.tzinfo is None:
        raise bad_request(f"'{operand}' has no time zone.")


def _values(row: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(row, list):
        for inner in row:
            yield from _values(inner, path)
    elif not path:
        yield row
    elif isinstance(row, dict) and path[0] in row:
        yield from _values(row[path[0]], path[1:])
    elif isinstance(row, dict) and len(row) == 1:
        # The wrapper around a list: {"ItemShop": [...]}.
        yield from _values(next(iter(row.values())), path)


def _comparable(field: str, text: str) -> Any:
    if _IS_TIME.search(field):
        return datetime.fromisoformat(text)
    try:
        return Decimal(text)
    except InvalidOperation:
        return text.casefold()


def _equal(field: str, value: str, operand: str) -> bool:
    return bool(_comparable(field, value) == _comparable(field, operand))


def _like(value: str, pattern: str) -> bool:
    regex = ".*".join(re.escape(part) for part in pattern.split("%"))
    return re.fullmatch(regex, value, re.IGNORECASE | re.DOTALL) is not None
