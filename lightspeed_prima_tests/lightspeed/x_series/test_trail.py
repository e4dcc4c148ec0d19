"""No version is passed by for becoming visible late, and no history is read more often than that takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from lightspeed_prima.lightspeed.x_series.pages import Page, Received
from lightspeed_prima.lightspeed.x_series.trail import Mark, Trail, stored_trail
from lightspeed_prima.lightspeed.x_series.version_walk import walk_by_version

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)


def minute(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


class Cursors:
    """What of RawFacts a walk needs."""

    account = "nz"
    series = "X"

    def __init__(self) -> None:
        self.stored: dict[str, str] = {}

    def cursor(self, feed: str) -> str | None:
        return self.stored.get(feed)

    def known_sales(self, sale_ids: Sequence[str]) -> set[str]:
        raise NotImplementedError

    def known_references(self, entity: str, entity_ids: Sequence[str]) -> set[str]:
        raise NotImplementedError

    def ask(self, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        raise NotImplementedError


class Feed:
    """Versions with the minute each becomes visible; read at a minute of the test's choice."""

    def __init__(self, visible_from: dict[int, int], updated_at: str | None = None) -> None:
        self.visible_from = visible_from
        self.updated_at = updated_at
        self.cursors = Cursors()
        self.asked: list[int] = []

    def walk(self, at: int, page: int = 1000, pages: int = 1000) -> set[int]:
        """The versions one walk sees; it breaks off after some pages."""
        self.asked = []
        seen: set[int] = set()

        def ask(after: int) -> Page:
            self.asked.append(after)
            found = sorted(v for v, since in self.visible_from.items() if v > after and since <= at)[:page]
            return Page(tuple(map(self._received, found)), found[-1] if found else None)

        for number, walked in enumerate(walk_by_version("sales", ask, self.cursors, lambda: minute(at))):
            seen |= {received.version or 0 for received in walked.objects}
            self.cursors.stored.update(walked.cursors)
            if number + 1 == pages:
                break
        return seen

    def _received(self, version: int) -> Received:
        members = {"version": msgspec.Raw(str(version).encode())}
        if self.updated_at is not None:
            members["updated_at"] = msgspec.Raw(f'"{self.updated_at}"'.encode())
        return Received("{}", "", members)


def test_a_lower_version_that_becomes_visible_after_a_higher_one_is_seen() -> None:
    feed = Feed({10: 0, 20: 9, 30: 0})
    first = feed.walk(at=1)
    feed.walk(at=2)

    assert first == {10, 30}
    assert 20 in feed.walk(at=12)


def test_a_version_is_passed_only_by_a_walk_that_began_long_enough_after_it_was_reached() -> None:
    trail = Trail().after(Mark(30, minute(1)), began_at=minute(0))
    soon = trail.after(Mark(40, minute(6)), began_at=minute(5))
    later = soon.after(Mark(50, minute(13)), began_at=minute(12))

    assert (trail.kept, trail.marks) == (0, (Mark(30, minute(1)),))
    assert (soon.kept, [mark.version for mark in soon.marks]) == (0, [30, 40])
    assert (later.kept, [mark.version for mark in later.marks]) == (30, [40, 50])


def test_what_was_not_changed_lately_is_not_read_a_second_time() -> None:
    feed = Feed(dict.fromkeys(range(1, 101), 0), updated_at="2026-11-01T10:00:00Z")
    feed.walk(at=1)
    feed.walk(at=2)

    assert feed.asked == [100]


def test_a_quiet_feed_ends_up_at_its_newest_version_and_one_request() -> None:
    feed = Feed({10: 0, 20: 0})
    feed.walk(at=1)
    feed.walk(at=20)
    feed.walk(at=40)

    assert feed.asked == [20]
    assert stored_trail(feed.cursors, "sales") == Trail(20, ())


def test_a_walk_that_broke_off_passes_nothing_it_has_not_read() -> None:
    feed = Feed({10: 0, 20: 0, 30: 0})
    feed.walk(at=1)
    feed.visible_from[25] = 11
    feed.walk(at=20, page=1, pages=2)

    assert 25 in feed.walk(at=40)


@settings(max_examples=150, deadline=None)
@given(
    history=st.dictionaries(
        st.integers(1, 60), st.tuples(st.integers(0, 60), st.integers(0, 10)), min_size=1
    ),
    walks=st.lists(st.tuples(st.integers(0, 90), st.integers(1, 7), st.integers(1, 9)), max_size=12),
)
def test_whatever_the_history_and_wherever_walks_break_off_every_version_is_seen(
    history: dict[int, tuple[int, int]], walks: list[tuple[int, int, int]]
) -> None:
    # Versions are handed out in the order of time, and become visible up to ten minutes later.
    times = sorted(handed_out for handed_out, _ in history.values())
    lags = [lag for _, lag in history.values()]
    feed = Feed({v: at + lag for v, at, lag in zip(sorted(history), times, lags, strict=True)})
    seen: set[int] = set()
    for at, page, pages in sorted(walks):
        seen |= feed.walk(at, page, pages)
    seen |= feed.walk(at=100)

    assert seen == set(history)
