"""Which line of a TOML text each table and key stands on.

What does not belong here: what the values mean. tomllib gives no lines, so the text is cut into statements,
each the shortest run of lines that tomllib itself accepts, and tomllib says which keys a statement sets.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from lightspeed_prima.settings.problems import Location


def key_lines(text: str) -> dict[Location, int]:
    """The line of every table header and key. The text must be valid TOML."""
    lines: dict[Location, int] = {}
    blocks: dict[Location, int] = {}
    table: Location = ()
    for number, statement in _statements(text):
        parsed = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _enter_table(parsed, statement.lstrip().startswith("[["), blocks)
            lines.setdefault(table, number)
        else:
            for path in _paths(parsed):
                lines.setdefault(table + path, number)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """A statement ends at the first line where what has been read so far is whole."""
    statement: list[str] = []
    start = 1
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if not statement:
            start = number
        statement.append(line)
        if _is_whole("\n".join(statement)):
            yield start, "\n".join(statement)
            statement = []


def _is_whole(statement: str) -> bool:
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _enter_table(parsed: dict[str, Any], is_block: bool, blocks: dict[Location, int]) -> Location:
    """The place a header opens; below a block it is inside the newest block of that name."""
    *outer, name = max(_paths(parsed), key=len)
    path: Location = ()
    for step in outer:
        path += (step,)
        if path in blocks:
            path += (blocks[path],)
    path += (name,)
    if is_block:
        blocks[path] = blocks.get(path, -1) + 1
        path += (blocks[path],)
    return path


def _paths(table: dict[str, Any]) -> Iterator[Location]:
    """Every way into a table, the outer ones first."""
    for name, value in table.items():
        yield (name,)
        if isinstance(value, dict):
            for inner in _paths(value):
                yield (name, *inner)
