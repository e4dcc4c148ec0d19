"""What a demo came to, as `lightspeed-prima demo --json` prints it.

What does not belong here: how it came about, or how it is worded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lightspeed_prima.reports.headline import Headline


@dataclass(frozen=True)
class Verdict:
    """The published tables held against the answer key of the world, which the pipeline never sees."""

    sales: int
    wrong_sales: Sequence[str]
    missing_exceptions: Sequence[str]
    surplus_exceptions: Sequence[str]
    unexplained_days: int

    @property
    def is_right(self) -> bool:
        return not self.complaints

    @property
    def complaints(self) -> list[str]:
        """Every way in which the tables are not as the answer key says."""
        complaints = list(self.wrong_sales)
        complaints += [f"{name} should be an open exception" for name in self.missing_exceptions]
        complaints += [f"{name} should not be an open exception" for name in self.surplus_exceptions]
        if self.unexplained_days:
            complaints.append(f"{self.unexplained_days} shop-days have unexplained money")
        return complaints


@dataclass(frozen=True)
class DemoResult:
    """The figures, the verdict, and where to look further."""

    is_right: bool
    headline: Headline
    exceptions: Mapping[str, int]
    late_sales: int
    documents_in_prima: int
    duplicates_refused: int
    verdict: Verdict
    report: Path
    tables: Path
    seconds: int
