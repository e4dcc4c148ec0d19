"""Fetches the secrets that KEY_env and KEY_file name.

What does not belong here: which keys are secret (models.py) and which of them an account needs (checks.py).
No sentence written here may hold a secret's value.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from lightspeed_prima.settings.models import Section
from lightspeed_prima.settings.problems import Location, Problems
from lightspeed_prima.settings.values import place_of


def resolve_secrets(
    table: dict[str, Any],
    location: Location,
    model: type[Section],
    environ: Mapping[str, str],
    base: Path,
    problems: Problems,
) -> None:
    """Replaces the keys that name a secret's place by the secret."""
    for name, secret in model.secrets().items():
        by_variable, by_file = secret.forms
        allowed = (by_variable, by_file, secret.key) if secret.or_plain else secret.forms
        given = [form for form in allowed if form in table]
        values = {form: table.pop(form) for form in given}
        if len(given) > 1:
            problems.add((*location, given[-1]), f"is a second source of the same secret, beside {given[0]}")
            continue
        for form, value in values.items():
            place = (*location, form)
            if not isinstance(value, str):
                problems.add(place, "should be a valid string")
            elif form == by_variable:
                _put(table, name, _from_variable(value, environ, place, problems))
            elif form == by_file:
                _put(table, name, _from_file(value, base, place, problems))
            elif value:
                table[name] = SecretStr(value)


def _put(table: dict[str, Any], name: str, value: str | None) -> None:
    if value is not None:
        table[name] = SecretStr(value)


def _from_variable(
    variable: str, environ: Mapping[str, str], place: Location, problems: Problems
) -> str | None:
    value = environ.get(variable, "").strip()
    if not value:
        problems.add(place, f"the environment variable {variable!r} that it names is not set")
    return value or None


def _from_file(name: str, base: Path, place: Location, problems: Problems) -> str | None:
    try:
        path = place_of(name, base)
    except ValueError as error:
        problems.add(place, str(error))
        return None
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            problems.add(place, f"{path} is not a file")
            return None
        # Judged by any bit outside 0600: a secret that others can read is no secret.
        if stat.S_IMODE(mode) & ~0o600:
            problems.add(
                place, f"{path} has mode {stat.S_IMODE(mode):04o}; a secret's file must be 0600 (chmod 600)"
            )
            return None
        value = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        problems.add(place, f"{path} cannot be read: {error.strerror}")
        return None
    except UnicodeDecodeError:
        problems.add(place, f"{path} is not UTF-8 text")
        return None
    if not value:
        problems.add(place, f"{path} is empty")
    return value or None
