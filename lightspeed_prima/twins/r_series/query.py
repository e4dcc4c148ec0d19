"""Reads an R-Series query string and answers it over plain rows: filters, order, keyset pages.

Strict: what R-Series would not know is refused, never ignored. How rows are dressed for the wire belongs to
envelope.py.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from lightspeed_prima.twins.r_series.errors import bad_request
from lightspeed_prima.twins.r_series.filters import Condition, read_condition
from lightspeed_prima.twins.r_series.resources import Resource, relation_at

Row = dict[str, Any]
Parameters = Sequence[tuple[str, str]]
MAX_LIMIT = 100
_CONTROLS = frozenset({"limit", "sort", "after", "before", "count", "load_relations", "archived", "or"})
_ARCHIVED = ("false", "true", "only")


@dataclass(frozen=True)
class Query:
    """A query as R-Series understood it."""

    conditions: tuple[Condition, ...]
    any_of: tuple[Condition, ...]
    relations: tuple[str, ...]
    limit: int
    sort: str
    descending: bool
    after: tuple[str, str] | None
    before: tuple[str, str] | None
    count_only: bool
    archived: str
    digest: str


@dataclass(frozen=True)
class Page:
    """One page of rows, with the cursors of its neighbours (None when there is none)."""

    rows: list[Row]
    next_cursor: str | None
    previous_cursor: str | None


def read_query(resource: Resource, parameters: Parameters, fields: Mapping[str, str]) -> Query:
    """Understand a query string, or refuse it. `fields` leads from a searchable name to the row's own."""
    controls = _controls(parameters)
    relations = _relations(resource, controls.get("load_relations", ""))
    conditions = tuple(
        read_condition(name, text, fields, relations) for name, text in parameters if name not in _CONTROLS
    )
    any_of = tuple(
        read_condition(*part.partition("=")[::2], fields, relations)
        for part in controls.get("or", "").split("|")
        if part
    )
    digest = _digest(resource, parameters)
    sort, descending = _sort(resource, controls.get("sort", resource.primary_key), fields)
    return Query(
        conditions=conditions,
        any_of=any_of,
        relations=relations,
        limit=_limit(controls.get("limit", str(MAX_LIMIT))),
        sort=sort,
        descending=descending,
        after=_cursor(controls.get("after"), digest),
        before=_cursor(controls.get("before"), digest),
        count_only=_count_only(controls),
        archived=_archived(controls.get("archived", "false")),
        digest=digest,
    )


def arrange(resource: Resource, query: Query, rows: Sequence[Row], seen: Callable[[Row], Row]) -> list[Row]:
    """The rows that the filters let through, in order; `seen` is a row with what the filters look at."""
    chosen = [row for row in rows if _passes(query, seen(row))]
    if resource.archived_hidden and query.archived != "true":
        wanted = "true" if query.archived == "only" else "false"
        chosen = [row for row in chosen if row.get("archived", "false") == wanted]
    return sorted(chosen, key=_position(resource, query.sort), reverse=query.descending)


def page(resource: Resource, query: Query, ordered: Sequence[Row]) -> Page:
    """The rows after (or before) the cursor, which holds a sort value and a primary key."""
    position = _position(resource, query.sort)
    start, end = 0, len(ordered)
    if query.after is not None:
        mark = _typed(*query.after)
        start = _first(ordered, lambda row: _beyond(position(row), mark, query.descending))
    if query.before is not None:
        mark = _typed(*query.before)
        end = _first(ordered, lambda row: not _beyond(mark, position(row), query.descending))
        start = max(0, end - query.limit)
    found = list(ordered[start : min(end, start + query.limit)])
    more = start + len(found) < len(ordered)
    return Page(
        rows=found,
        next_cursor=_token(resource, query, found[-1]) if found and more else None,
        previous_cursor=_token(resource, query, found[0]) if found and start else None,
    )


def cost_of(resource: Resource, query: Query, *, single: bool) -> float:
    """What the request costs in drips."""
    if query.count_only:
        return 10.0
    cost = 1.0
    for path in query.relations:
        found = relation_at(resource, path)
        assert found is not None, "relations are checked when the query is read"
        relation, below_many = found
        each = 0.2 if relation.to_many else 0.1
        cost += each if single and not below_many else 2 * each
    operands = len(query.any_of)
    return round(cost + (operands if operands > 1 else 0), 2)


def _controls(parameters: Parameters) -> dict[str, str]:
    controls: dict[str, str] = {}
    for name, text in parameters:
        if name in _CONTROLS:
            if name in controls:
                raise bad_request(f"Parameter '{name}' may be given once.")
            controls[name] = text
    return controls


def _relations(resource: Resource, text: str) -> tuple[str, ...]:
    if not text:
        return ()
    if text == "all":
        return tuple(name for name in resource.relations if name != "CustomFieldValues")
    try:
        names = json.loads(text)
    except ValueError:
        raise bad_request("load_relations must be a JSON array of relation names.") from None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise bad_request("load_relations must be a JSON array of relation names.")
    for name in names:
        if relation_at(resource, name) is None:
            raise bad_request(f"'{name}' is not a valid relation for {resource.name}.")
    return tuple(dict.fromkeys(names))


def _limit(text: str) -> int:
    if not text.isdigit() or int(text) > MAX_LIMIT:
        raise bad_request(f"Limit must be between 0 and {MAX_LIMIT}.")
    return int(text)


def _sort(resource: Resource, text: str, fields: Mapping[str, str]) -> tuple[str, bool]:
    name = text.removeprefix("-")
    own_name = fields.get(name, "")
    if own_name not in resource.sort_fields:
        allowed = ", ".join(name for name, own in fields.items() if own in resource.sort_fields)
        raise bad_request(f"Cannot sort {resource.name} by '{name}'. Sortable fields: {allowed}.")
    return own_name, text.startswith("-")


def _count_only(controls: dict[str, str]) -> bool:
    asked = controls.get("count", "0")
    if asked not in ("0", "1"):
        raise bad_request("count must be 1.")
    if asked == "1" and controls.keys() & {"limit", "sort", "after", "before"}:
        raise bad_request("count cannot be combined with limit, sort, after or before.")
    return asked == "1"


def _archived(text: str) -> str:
    if text not in _ARCHIVED:
        raise bad_request("archived must be one of false, true, only.")
    return text


def _digest(resource: Resource, parameters: Parameters) -> str:
    kept = sorted((name, text) for name, text in parameters if name not in ("after", "before"))
    return hashlib.sha256(json.dumps([resource.name, kept]).encode()).hexdigest()[:12]


def _cursor(text: str | None, digest: str) -> tuple[str, str] | None:
    """Where to go on. A cursor under other filters than its own restarts the walk, as seen in the field."""
    if text is None:
        return None
    try:
        value, key, own_digest = json.loads(base64.b64decode(text, validate=True))
    except (ValueError, TypeError, binascii.Error):
        raise bad_request("Invalid cursor.") from None
    return (str(value), str(key)) if own_digest == digest else None


def _token(resource: Resource, query: Query, row: Row) -> str:
    value = str(row.get(query.sort, ""))
    cursor = [value, str(row[resource.primary_key]), query.digest]
    return base64.b64encode(json.dumps(cursor).encode()).decode()


Position = tuple[tuple[int, Any], Decimal]


def _position(resource: Resource, sort: str) -> Callable[[Row], Position]:
    return lambda row: _typed(str(row.get(sort, "")), str(row[resource.primary_key]))


def _typed(value: str, key: str) -> Position:
    return (_sortable(value), Decimal(key))


def _sortable(value: str) -> tuple[int, Any]:
    if not value:
        return (0, "")
    try:
        return (1, Decimal(value))
    except InvalidOperation:
        pass
    try:
        return (2, datetime.fromisoformat(value))
    except ValueError:
        return (3, value.casefold())


def _beyond(here: Position, mark: Position, descending: bool) -> bool:
    return here < mark if descending else here > mark


def _first(ordered: Sequence[Row], holds: Callable[[Row], bool]) -> int:
    """The first place where `holds` is true; it is false before and true from there on."""
    return bisect_left(ordered, True, key=holds)


def _passes(query: Query, row: Row) -> bool:
    if not all(condition.holds(row) for condition in query.conditions):
        return False
    return not query.any_of or any(condition.holds(row) for condition in query.any_of)
