"""Walks a feed by its version, the only clock that X-Series has, page by page until an empty one.

What does not belong here: which feed, and how its objects land; where the next walk begins (trail.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lightspeed_prima.lightspeed.errors import ApiChanged
from lightspeed_prima.lightspeed.series import RawFacts
from lightspeed_prima.lightspeed.x_series.assumptions import SETTLED_AFTER
from lightspeed_prima.lightspeed.x_series.pages import Page, Received
from lightspeed_prima.lightspeed.x_series.trail import Mark, stored_trail


@dataclass(frozen=True)
class Walked:
    """Objects to land together, with the cursors that are true once they have landed."""

    objects: tuple[Received, ...]
    cursors: list[tuple[str, str]]


def walk_by_version(
    feed: str, ask: Callable[[int], Page], raw: RawFacts, now: Callable[[], datetime]
) -> Iterator[Walked]:
    """What has changed since the cursor that was kept. `ask` gives the page after a version.

    Only an empty page is the end: page sizes are not promised. It has no versions, so it moves no cursor.
    """
    trail = stored_trail(raw, feed)
    began_at = now()
    settling = _Settling(trail.kept, began_at - SETTLED_AFTER)
    after = trail.kept
    while objects := (page := ask(after)).objects:
        after = _next_after(feed, page, after)
        settled = settling.see(objects)
        progress = trail.after(Mark(after, now()), began_at, min(settled, after))
        yield Walked(objects, progress.cursors(feed))


def _next_after(feed: str, page: Page, after: int) -> int:
    """The version to go on after. What does not rise would skip versions, or never end."""
    versions = [received.version for received in page.objects]
    known = [version for version in versions if version is not None]
    newest = page.newest if page.newest is not None else max(known, default=None)
    if newest is None:
        raise ApiChanged(f"a page of {feed} says no version to go on from")
    if newest <= after or known != sorted(known):
        raise ApiChanged(f"a page of {feed} is not in the order of its versions")
    return newest


class _Settling:
    """The versions at the beginning of a walk that are older than any that may still become visible."""

    def __init__(self, kept: int, before: datetime) -> None:
        self._settled = kept
        self._before = before
        self._is_over = False

    def see(self, objects: tuple[Received, ...]) -> int:
        for received in objects:
            updated_at, version = received.updated_at, received.version
            if updated_at is None or version is None or updated_at > self._before:
                self._is_over = True
            if self._is_over or version is None:
                break
            self._settled = version
        return self._settled
