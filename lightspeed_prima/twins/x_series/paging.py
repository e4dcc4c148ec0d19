"""The version cursor: which rows a list answers with, and the envelope around them.

Parameters that X-Series does not know are ignored without a word, as it does itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lightspeed_prima.twins.x_series.answers import RefusedRequest

Row = dict[str, Any]
DEFAULT_PAGE_SIZE = 100
_INT64 = 2**63


def version_of(row: Row) -> int:
    """A row's version; a nested sale hides it among its metadata."""
    version = row["version"] if "version" in row else row["_metadata"]["version"]
    assert isinstance(version, int)
    return version


def cut_page(rows: Sequence[Row], asked: Mapping[str, str], page_cap: int) -> list[Row]:
    """The rows above `after` and below `before`, lowest version first, as many as the cap allows.

    `rows` are in order of version. More than the cap may be asked for; fewer are given, and nothing says so.
    """
    size = min(_whole(asked, "page_size", DEFAULT_PAGE_SIZE, least=1), page_cap)
    start = bisect_right(rows, _whole(asked, "after", 0), key=version_of)
    end = bisect_left(rows, _whole(asked, "before", _INT64), key=version_of)
    return list(rows[start : min(end, start + size)])


def envelope(rows: Sequence[Row], shown: Callable[[Row], Row] = dict) -> Row:
    """`data` and the versions it reaches from and to; an empty page reaches from null to null."""
    versions = [version_of(row) for row in rows]
    reach = {"min": min(versions, default=None), "max": max(versions, default=None)}
    return {"data": [shown(row) for row in rows], "version": reach}


def _whole(asked: Mapping[str, str], name: str, default: int, least: int = 0) -> int:
    text = asked.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= _INT64:
        raise RefusedRequest(400, f"Invalid value for parameter '{name}'")
    return int(text)
