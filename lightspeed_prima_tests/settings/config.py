"""The configuration file the tests work on, and what is wrong with it after they changed it.

What does not belong here: tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from lightspeed_prima.settings import SettingsError, load_settings

SECRETS = {"UK_ID": "id", "UK_SECRET": "hush", "UK_TOKEN": "first-token", "NZ_TOKEN": "personal"}

GOOD = """\
[warehouse]
path = "data/warehouse.duckdb"

[[lightspeed]]
account = "uk"
series = "R"
order_prefix = "701"
start_from = 2026-11-01
client_id_env = "UK_ID"
client_secret_env = "UK_SECRET"
refresh_token_env = "UK_TOKEN"

[[lightspeed]]
account = "nz"
series = "X"
base_url = "https://shop.retail.lightspeed.app/"
order_prefix = "702"
start_from = "2026-11-01"
personal_token_env = "NZ_TOKEN"

[prima]
endpoint = "http://erp.internal:8080/wsalive/wsalive"
allow_insecure_http = true
"""


class Config:
    """A configuration file that a test changes and reads."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "config.toml"
        self.path.write_text(GOOD, encoding="utf-8")

    def replace(self, old: str, new: str) -> Config:
        """Changes the first occurrence of a piece of the text."""
        text = self.path.read_text(encoding="utf-8")
        assert old in text
        self.path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return self

    def append(self, text: str) -> Config:
        """Adds a table at the end."""
        self.path.write_text(self.path.read_text(encoding="utf-8") + text, encoding="utf-8")
        return self

    def line_of(self, text: str) -> int:
        """The number of the first line that begins so."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, start=1) if line.startswith(text))

    def problems(self, environ: Mapping[str, str] = SECRETS) -> list[tuple[str, str, str]]:
        """Where, key and sentence of every mistake; the file's folder is left out."""
        with pytest.raises(SettingsError) as caught:
            load_settings(self.path, environ)
        return [
            (problem.where.replace(str(self.path), "config.toml"), problem.key, problem.what)
            for problem in caught.value.problems
        ]

    def only_problem(self, environ: Mapping[str, str] = SECRETS) -> tuple[str, str, str]:
        """The one mistake that is left."""
        problems = self.problems(environ)
        assert len(problems) == 1, problems
        return problems[0]
