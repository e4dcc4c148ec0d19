"""Decides from which version a feed is read again, so that versions which became visible late are seen.

What does not belong here: reading the feed (version_walk.py). This is plain arithmetic on versions and times.

A version can become visible after a higher one was read. So the cursor that is kept may only pass a version
once a walk that began `VISIBLE_WITHIN` after that version was first reached has read everything up to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from lightspeed_prima.lightspeed.series import RawFacts
from lightspeed_prima.lightspeed.x_series.assumptions import VISIBLE_WITHIN


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """All that was visible up to `version` had been read at `reached_at`."""

    version: int
    reached_at: datetime


@dataclass(frozen=True)
class Trail:
    """The version the next walk begins after, and how far walks have been beyond it."""

    kept: int = 0
    marks: tuple[Mark, ...] = ()

    def after(self, reached: Mark, began_at: datetime, settled: int = 0) -> Trail:
        """The trail once a walk that began at `began_at`, from this trail, has read up to `reached`.

        `settled` is a version up to which nothing can become visible late any more.
        """
        passed = [
            mark.version
            for mark in self.marks
            if mark.version <= reached.version and mark.reached_at <= began_at - VISIBLE_WITHIN
        ]
        kept = max(self.kept, settled, *passed)
        ahead = tuple(mark for mark in self.marks if mark.version > kept)
        if reached.version > max((mark.version for mark in ahead), default=kept):
            ahead = (*ahead, reached)
        return Trail(kept, ahead)

    def cursors(self, feed: str) -> list[tuple[str, str]]:
        """As the trail is stored in raw.watermarks."""
        return [(feed, str(self.kept)), (_marks_of(feed), msgspec.json.encode(self.marks).decode())]


def stored_trail(raw: RawFacts, feed: str) -> Trail:
    """The trail of a feed; the beginning of time before its first walk."""
    kept, marks = raw.cursor(feed), raw.cursor(_marks_of(feed))
    return Trail(
        0 if kept is None else int(kept),
        () if marks is None else msgspec.json.decode(marks, type=tuple[Mark, ...]),
    )


def _marks_of(feed: str) -> str:
    return f"{feed}_marks"
