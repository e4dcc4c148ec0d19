"""From the text of a configuration file and the environment to Settings, or to the list of all mistakes.

What does not belong here: choosing the file (load.py) and what the sandbox fills in (sandbox.py).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from lightspeed_prima.settings.checks import check_accounts, check_alerts, check_prima
from lightspeed_prima.settings.environment import apply_environment
from lightspeed_prima.settings.models import ACCOUNTS, SECTIONS, LightspeedAccount, Section, Settings
from lightspeed_prima.settings.problems import Location, Problems, SettingsError, SettingsProblem
from lightspeed_prima.settings.secret_values import resolve_secrets
from lightspeed_prima.settings.suggestions import did_you_mean
from lightspeed_prima.settings.toml_lines import key_lines
from lightspeed_prima.settings.validation import build

Document = dict[str, Any]
Table = tuple[Location, type[Section], dict[str, Any]]


def read_file(path: Path) -> str:
    """The text of a configuration file; what prevents reading it is a SettingsError too."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        problem = f"the configuration file cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        problem = "the configuration file is not UTF-8 text"
    raise SettingsError([SettingsProblem(str(path), "", problem)])


def read_settings(
    text: str,
    path: Path,
    environ: Mapping[str, str],
    *,
    environment: Literal["sandbox", "configured"] = "configured",
    filled_in: Mapping[str, Mapping[str, Any]] | None = None,
    source: Path | None = None,
) -> Settings:
    """Reads the whole and only then complains, about everything at once.

    `filled_in` gives values for keys that the file leaves out.
    """
    document = _parse(text, path)
    problems = Problems(source=str(path), lines=key_lines(text))
    _check_shape(document, problems)
    for section in SECTIONS:
        document[section] = {**(filled_in or {}).get(section, {}), **document.get(section, {})}
    _name_accounts(document, problems)
    apply_environment(document, environ, problems)
    base = path.absolute().parent
    tables: list[Table] = [((section,), model, document[section]) for section, model in SECTIONS.items()]
    accounts: list[Table] = [
        ((ACCOUNTS, index), LightspeedAccount, block) for index, block in enumerate(document[ACCOUNTS])
    ]
    for location, model, table in [*tables, *accounts]:
        _drop_unknown_keys(table, location, model, problems)
    check_accounts(document, problems)
    check_prima(document, problems)
    check_alerts(document, problems)
    for location, model, table in [*tables, *accounts]:
        resolve_secrets(table, location, model, environ, base, problems)
    sections = {
        location[0]: build(model, table, location, base, problems) for location, model, table in tables
    }
    built = tuple(build(model, table, location, base, problems) for location, model, table in accounts)
    problems.raise_if_any()
    return Settings.model_validate(
        {**sections, ACCOUNTS: built, "environment": environment, "source": source}
    )


def _parse(text: str, path: Path) -> Document:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{path}:{line[1] if line else text.count(chr(10)) + 1}"
        raise SettingsError([SettingsProblem(where, "", f"this is not TOML: {error}")]) from error


def _check_shape(document: Document, problems: Problems) -> None:
    """Unknown sections, values where a table should be, and no account at all; what is wrong is taken out."""
    for name in list(document):
        value = document[name]
        if name not in SECTIONS and name != ACCOUNTS:
            problems.add((name,), f"is not a section{did_you_mean(name, (*SECTIONS, ACCOUNTS))}")
        elif name == ACCOUNTS:
            if isinstance(value, list) and all(isinstance(block, dict) for block in value) and value:
                continue
            problems.add((name,), f"should be one or more [[{ACCOUNTS}]] blocks, with double brackets")
        elif isinstance(value, dict):
            continue
        else:
            problems.add((name,), f"should be a [{name}] table")
        del document[name]
    if ACCOUNTS not in document:
        if not problems.has((ACCOUNTS,)):
            problems.add((ACCOUNTS,), f"there is no [[{ACCOUNTS}]] block; at least one account is needed")
        document[ACCOUNTS] = []


def _name_accounts(document: Document, problems: Problems) -> None:
    for index, block in enumerate(document[ACCOUNTS]):
        name = block.get("account")
        problems.names[(ACCOUNTS, index)] = f"{ACCOUNTS}[{name if isinstance(name, str) else index}]"


def _drop_unknown_keys(table: Document, location: Location, model: type[Section], problems: Problems) -> None:
    known = model.toml_keys()
    secrets = {word for name, secret in model.secrets().items() for word in (name, secret.key)}
    for key in [key for key in table if key not in known]:
        if key in secrets:
            name = next(s.key for n, s in model.secrets().items() if key in (n, s.key))
            problems.add(
                (*location, key),
                f"is a secret and does not belong in the file; use {name}_env or {name}_file",
            )
        else:
            problems.add((*location, key), f"is not a key of this section{did_you_mean(key, known)}")
        del table[key]
