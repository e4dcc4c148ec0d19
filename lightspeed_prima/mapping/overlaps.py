"""Finds two rows of one key that both apply to the same trading day.

What does not belong here: choosing between them; two answers to one question are a mistake, not a preference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from lightspeed_prima.mapping.problems import MappingProblem
from lightspeed_prima.mapping.rows import EffectiveRow


def find_overlaps(file: str, key: tuple[str, ...], rows: Sequence[EffectiveRow]) -> list[MappingProblem]:
    """One problem per row that overlaps with a row above it in the file."""
    by_key: dict[tuple[str, ...], list[EffectiveRow]] = defaultdict(list)
    for row in rows:
        by_key[tuple(getattr(row, column) for column in key)].append(row)
    problems: list[MappingProblem] = []
    for value, same_key in by_key.items():
        for position, row in enumerate(same_key):
            above = next((other for other in same_key[:position] if _overlap(row, other)), None)
            if above is not None:
                named = ", ".join(f"{column} {part!r}" for column, part in zip(key, value, strict=True))
                what = f"{named} is already mapped for some of these days on line {above.line_no}"
                problems.append(MappingProblem(file, row.line_no, what))
    return sorted(problems, key=lambda problem: problem.line)


def _overlap(one: EffectiveRow, other: EffectiveRow) -> bool:
    return one.effective_from <= other.effective_to and other.effective_from <= one.effective_to
