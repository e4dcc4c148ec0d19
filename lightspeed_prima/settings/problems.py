"""What is wrong with a configuration, and where: collected, then raised together.

What does not belong here: finding the problems; each reader and check adds its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lightspeed_prima.errors import PipelineError

Location = tuple[str | int, ...]
"""The way to a value: ("prima", "endpoint") or ("lightspeed", 0, "series")."""


@dataclass(frozen=True)
class SettingsProblem:
    """One mistake: the file and line or the environment variable, the key, and what is wrong."""

    where: str
    key: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.key}: {self.what}" if self.key else f"{self.where}: {self.what}"


class SettingsError(PipelineError):
    """The configuration cannot be used; `problems` holds every mistake found, not only the first."""

    def __init__(self, problems: Sequence[SettingsProblem]) -> None:
        self.problems = tuple(problems)
        if len(self.problems) == 1:
            what = str(self.problems[0])
        else:
            listed = "".join(f"\n  {problem}" for problem in self.problems)
            what = f"the configuration has {len(self.problems)} problems:{listed}"
        super().__init__(
            "SETTINGS",
            what,
            next_step="correct it and start again; docs/configuration.md describes every key",
        )


@dataclass
class Problems:
    """The list that grows while a configuration is read, and the knowledge of where each value came from."""

    source: str
    """The name of the file, as a person would write it."""
    lines: dict[Location, int]
    """The line of every table and key in the file."""
    variables: dict[Location, str] = field(default_factory=dict)
    """The environment variable that supplied a value instead of the file."""
    names: dict[Location, str] = field(default_factory=dict)
    """What a person calls a block: ("lightspeed", 0) is lightspeed[uk]."""
    found: list[SettingsProblem] = field(default_factory=list)
    _reported: set[Location] = field(default_factory=set)

    def add(self, location: Location, what: str) -> None:
        """Remembers a mistake at a key, with the place the key's value came from."""
        self._reported.add(location)
        self.found.append(SettingsProblem(self.where(location), self.key(location), what))

    def has(self, location: Location) -> bool:
        """Whether a mistake at that key is known, so that its consequences need no second sentence."""
        return location in self._reported

    def add_variable(self, variable: str, what: str) -> None:
        """Remembers a mistake in an environment variable that belongs to no key."""
        self.found.append(SettingsProblem(f"environment variable {variable}", "", what))

    def where(self, location: Location) -> str:
        """`config.toml:12`, or the environment variable; a key that is missing is at its table's line."""
        if location in self.variables:
            return f"environment variable {self.variables[location]}"
        for length in range(len(location), 0, -1):
            line = self.lines.get(location[:length])
            if line is not None:
                return f"{self.source}:{line}"
        return self.source

    def key(self, location: Location) -> str:
        """`prima.endpoint` or `lightspeed[uk].series`."""
        words: list[str] = []
        for length in range(1, len(location) + 1):
            step = location[length - 1]
            if isinstance(step, int):
                words[-1] = self.names.get(location[:length], f"{words[-1]}[{step}]")
            else:
                words.append(step)
        return ".".join(words)

    def raise_if_any(self) -> None:
        """Ends the reading when there was a mistake: nothing starts half-configured."""
        if self.found:
            raise SettingsError(self.found)
