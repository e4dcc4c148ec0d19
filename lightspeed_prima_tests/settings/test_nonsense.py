"""Whatever stands behind a key, in the file or in the environment, the answer is settings or a SettingsError."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightspeed_prima.settings import LightspeedAccount, Settings, SettingsError, load_settings
from lightspeed_prima.settings.models import ACCOUNTS, SECTIONS
from lightspeed_prima_tests.settings.config import GOOD, SECRETS

_TEXTS = [
    "",
    "x",
    "²",
    "2026-02-30",
    "~nobody-here/x",
    "http://[",
    "http://h:99999",
    "sqlite:///a?b",
    "\\u0000",
]
_BARE = [
    "1",
    "-1",
    "1.5",
    "nan",
    "inf",
    "true",
    "[]",
    '["a"]',
    "[1]",
    "[[]]",
    "{ a = 1 }",
    "2026-11-01",
    "08:00:00",
]
VALUES = st.sampled_from([*(f'"{text}"' for text in _TEXTS), *_BARE])
KEYS = st.sampled_from(
    [(section, key) for section, model in SECTIONS.items() for key in model.toml_keys()]
    + [(ACCOUNTS, key) for key in LightspeedAccount.toml_keys()]
)


def _with_value(section: str, key: str, value: str) -> str:
    """The good file with one key of a section (of the first block) set anew."""
    header = "[[lightspeed]]" if section == ACCOUNTS else f"[{section}]"
    before, found, after = GOOD.partition(f"{header}\n")
    if not found:
        return f"{GOOD}[{section}]\n{key} = {value}\n"
    body, bracket, rest = after.partition("\n[")
    kept = "\n".join(line for line in body.splitlines() if not line.startswith(f"{key} "))
    return f"{before}{header}\n{key} = {value}\n{kept}\n{bracket}{rest}"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nonsense") / "config.toml"


def _read(path: Path, environ: dict[str, str]) -> Settings | SettingsError:
    try:
        return load_settings(path, environ)
    except SettingsError as error:
        return error


def _is_an_answer(outcome: Settings | SettingsError) -> bool:
    if isinstance(outcome, SettingsError):
        return bool(outcome.problems) and all(problem.where and problem.what for problem in outcome.problems)
    return len(outcome.lightspeed) == 2


@given(KEYS, VALUES)
def test_nonsense_in_the_file_is_a_settings_error(path: Path, place: tuple[str, str], value: str) -> None:
    path.write_text(_with_value(*place, value), encoding="utf-8")

    assert _is_an_answer(_read(path, SECRETS))


@given(KEYS, VALUES)
def test_nonsense_in_the_environment_is_a_settings_error(
    path: Path, place: tuple[str, str], value: str
) -> None:
    path.write_text(GOOD, encoding="utf-8")
    section, key = place
    middle = "LIGHTSPEED__UK" if section == ACCOUNTS else section.upper()

    variable = f"LIGHTSPEED_PRIMA__{middle}__{key.upper()}"

    assert _is_an_answer(_read(path, {**SECRETS, variable: value.strip('"')}))
