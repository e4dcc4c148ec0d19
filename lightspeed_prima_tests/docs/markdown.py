"""Takes the project's pages apart: sections, tables, code, links.

What does not belong here: what any page should say; the tests know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """A markdown file of the project, or a section of one."""

    path: Path
    text: str

    @classmethod
    def read(cls, name: str) -> Page:
        return cls(ROOT / name, (ROOT / name).read_text(encoding="utf-8"))

    def section(self, heading: str) -> Page:
        """From the heading to the next one of the same level or above."""
        level = heading.split(" ")[0]
        body = self.text.split(f"{heading}\n", 1)[1]
        return Page(self.path, re.split(rf"^#{{1,{len(level)}}} ", body, maxsplit=1, flags=re.MULTILINE)[0])

    def headings(self, level: int) -> list[str]:
        return [title for marks, title in _HEADING.findall(self._prose()) if len(marks) == level]

    def blocks(self, language: str) -> list[str]:
        """The fenced blocks of a language; "" for those that name none."""
        return [body for named, body in _FENCE.findall(self.text) if named == language]

    def commands(self) -> Iterator[str]:
        """What the page tells people to type: lines of shell blocks, and code within sentences."""
        for block in self.blocks("sh"):
            yield from (line.split(" #")[0].strip() for line in block.splitlines() if line.strip())
        yield from _SPAN.findall(self._prose())

    def rows(self, head: str) -> list[list[str]]:
        """The cells of the first table whose head begins with this cell."""
        lines = self.text.split(f"\n| {head} |", 1)[1].splitlines()[2:]
        table = []
        for line in lines:
            if not line.startswith("|"):
                break
            table.append([cell.strip() for cell in line.strip("|").split("|")])
        return table

    def links(self) -> list[str]:
        """Link targets inside the project."""
        targets = _LINK.findall(self._prose())
        return [target for target in targets if "://" not in target]

    def anchors(self) -> set[str]:
        """The names GitHub gives the headings."""
        titles = (title.lower() for _, title in _HEADING.findall(self._prose()))
        return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}

    def _prose(self) -> str:
        return _FENCE.sub("", self.text)


def names_in(cell: str) -> list[str]:
    """The words in backticks of a cell."""
    return _SPAN.findall(cell)


def all_pages() -> list[Page]:
    """Every page a reader may come to."""
    names = ["README.md", "CHANGELOG.md", "dbt_like_sql/README.md"]
    names += [f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))]
    return [Page.read(name) for name in names]
