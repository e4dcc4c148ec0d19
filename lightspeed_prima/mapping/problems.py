"""What is wrong with the mapping files: every mistake with its file and line.

What does not belong here: finding them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lightspeed_prima.errors import PipelineError


@dataclass(frozen=True)
class MappingProblem:
    """One mistake; line 0 speaks of the file as a whole."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


class MappingError(PipelineError):
    """The mappings cannot be used; `problems` holds every mistake found, not only the first."""

    def __init__(self, directory: str, problems: Sequence[MappingProblem]) -> None:
        self.problems = tuple(problems)
        if len(self.problems) == 1:
            what = str(self.problems[0])
        else:
            listed = "".join(f"\n  {problem}" for problem in self.problems)
            what = f"the mapping files have {len(self.problems)} problems:{listed}\n "
        super().__init__(
            "MAPPINGS", what, where=directory, next_step="correct the files; nothing is posted before"
        )
