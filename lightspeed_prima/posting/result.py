"""What a posting run tells those who started it.

What does not belong here: how it came about (run, engine).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lightspeed_prima.posting.conduct import Outcome


@dataclass(frozen=True, slots=True)
class PostingProgress:
    """How far a run is."""

    done: int
    due: int
    confirmed: int
    rejected: int
    uncertain: int


@dataclass(frozen=True, slots=True)
class PostingResult:
    """What a run came to. `due` = confirmed + adopted + rejected + uncertain + exported + deferred.

    `deferred` were not sent: they wait for another document, or the run ended first. `changed_texts` are the
    documents whose free text had to be folded to what Prima can take.
    """

    outcome: Outcome
    due: int = 0
    confirmed: int = 0
    adopted: int = 0
    rejected: int = 0
    uncertain: int = 0
    exported: int = 0
    deferred: int = 0
    message: str = ""
    holder: str = ""
    changed_texts: tuple[str, ...] = ()
