"""Walks a list by its update clock, so that a walk can stop anywhere and go on later without a hole.

What does not belong here: which list, and how its objects land.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lightspeed_prima.lightspeed.client import ApiClient
from lightspeed_prima.lightspeed.r_series.paging import ListQuery, Received, moment, read_list


@dataclass(frozen=True)
class Walked:
    """Objects to land together. `reached` is the cursor to store with them; None = keep the old one."""

    objects: tuple[Received, ...]
    reached: datetime | None


def walk_by_clock(client: ApiClient, query: ListQuery, previous: datetime | None) -> Iterator[Walked]:
    """The objects of `query` in the order of its clock; cursors never fall behind `previous`."""
    progress = _Progress(previous)
    for page in read_list(client, query):
        for received in page:
            progress.see(clock_of(received, query))
        yield Walked(page, progress.newest if progress.in_order else None)
    if not progress.in_order:
        yield Walked((), progress.newest)


class _Progress:
    """How far the clock has come. Objects out of order cost the resuming in the middle, never an object."""

    def __init__(self, previous: datetime | None) -> None:
        self.newest = previous
        self.in_order = True
        self._last: datetime | None = None

    def see(self, at: datetime | None) -> None:
        if at is None:
            return
        if self._last is not None and at < self._last:
            self.in_order = False
        self._last = at
        self.newest = at if self.newest is None else max(self.newest, at)


def clock_of(received: Received, query: ListQuery) -> datetime | None:
    """The object's place in the walk."""
    return moment(received.fields.get(query.clock[2], "")) if query.clock else None


def as_cursor(at: datetime) -> str:
    """A time as it is stored in raw.watermarks."""
    return at.astimezone(UTC).isoformat()


def from_cursor(cursor: str | None) -> datetime | None:
    """The time of a stored cursor."""
    return None if cursor is None else datetime.fromisoformat(cursor)
