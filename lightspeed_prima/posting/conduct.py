"""How a run conducts itself towards Prima as a whole: when it stops, when it probes, what it counts.

What does not belong here: single documents (transitions) or calls (engine). Pure state, no clock, no storage.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lightspeed_prima.posting.entry import Entry
    from lightspeed_prima.prima.outcome import Finding, Verdict

Outcome = Literal["ok", "lease_held", "channel_stopped", "unreachable", "stopped"]

# After so many refused connections in a row Prima is down; the rest stays planned.
REFUSED_CONNECTIONS = 3
# After so many unclear answers with no clear one between, more calls only make more unclear documents.
UNCLEAR_ANSWERS = 10


@dataclass
class Conduct:
    """The run's view of the channel. `probing`: the channel was stopped earlier, one document tries it."""

    probing: bool = False
    outcome: Outcome = "ok"
    message: str = ""
    stopping: bool = False
    refused_in_row: int = 0
    unclear_in_row: int = 0
    channel: Literal["", "stop", "reopen"] = ""

    def stop(self, outcome: Outcome, message: str) -> None:
        """No further call after those under way. The first reason stands."""
        if not self.stopping:
            self.stopping, self.outcome, self.message = True, outcome, message

    def note_verdict(self, number: str, verdict: Verdict) -> None:
        """Learn from a submission; `channel` says what the journal has to remember of it."""
        self.channel = ""
        self._count(verdict.kind, verdict.text)
        if verdict.kind == "configuration":
            self.channel = "stop"
            self.stop(
                "channel_stopped", f"Prima refuses document {number} for its configuration: {verdict.text}"
            )
        elif self.probing and verdict.kind in ("unclear", "not_sent"):
            self.stop("channel_stopped", f"the probe of document {number} stayed unclear: {verdict.text}")
        elif self.probing:
            self.channel, self.probing = "reopen", False

    def note_finding(self, finding: Finding) -> None:
        """Learn from a read-back."""
        self._count(finding.kind, finding.text)

    def _count(self, kind: str, text: str) -> None:
        self.refused_in_row = self.refused_in_row + 1 if kind == "not_sent" else 0
        if kind != "not_sent":
            self.unclear_in_row = self.unclear_in_row + 1 if kind == "unclear" else 0
        if self.refused_in_row >= REFUSED_CONNECTIONS:
            self.stop("unreachable", f"Prima cannot be reached: {text}")
        elif self.unclear_in_row >= UNCLEAR_ANSWERS:
            self.stop(
                "unreachable", f"Prima has not answered clearly {self.unclear_in_row} times in a row: {text}"
            )


@dataclass
class Tally:
    """What became of the documents of a run."""

    confirmed: int = 0
    adopted: int = 0
    rejected: int = 0
    uncertain: int = 0
    exported: int = 0
    deferred: int = 0
    # Rejected in an earlier run and unchanged since: nothing was due for them.
    standing: int = 0
    changed_texts: list[str] = field(default_factory=list)

    def count(self, before: Entry | None, after: Entry | None, *, touched: bool) -> None:
        """File one document that the run has dealt with."""
        if after is None or after.state in ("planned", "sending"):
            self.deferred += 1
        elif after.state == "confirmed":
            self.adopted += after.adopted
            self.confirmed += not after.adopted
        elif after.state == "exported":
            self.exported += 1
        elif after.state == "uncertain":
            self.uncertain += 1
        elif touched or before is None:
            self.rejected += 1
        else:
            self.standing += 1

    @property
    def done(self) -> int:
        return self.confirmed + self.adopted + self.rejected + self.uncertain + self.exported
