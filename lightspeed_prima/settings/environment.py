"""Values that the environment puts in place of the file's: LIGHTSPEED_PRIMA__SECTION__KEY.

What does not belong here: secrets that a key names (secret_values.py). A variable is text, so it is read
leniently, by the kind of the key it replaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from lightspeed_prima.settings.models import ACCOUNTS, SECTIONS, LightspeedAccount, Section
from lightspeed_prima.settings.problems import Location, Problems
from lightspeed_prima.settings.suggestions import did_you_mean
from lightspeed_prima.settings.validation import in_words
from lightspeed_prima.settings.values import split_list

PREFIX = "LIGHTSPEED_PRIMA__"


def apply_environment(document: dict[str, Any], environ: Mapping[str, str], problems: Problems) -> None:
    """Puts every override into the document and remembers where it came from."""
    for variable in sorted(environ):
        if variable.startswith(PREFIX):
            _apply(document, variable, environ[variable], problems)


def _apply(document: dict[str, Any], variable: str, text: str, problems: Problems) -> None:
    section, *rest = variable.removeprefix(PREFIX).lower().split("__", 1)
    if section not in SECTIONS and section != ACCOUNTS:
        problems.add_variable(
            variable, f"there is no section {section!r}{did_you_mean(section, (*SECTIONS, ACCOUNTS))}"
        )
    elif not rest or not rest[0]:
        problems.add_variable(variable, f"should name a key: {PREFIX}{section.upper()}__KEY")
    elif section == ACCOUNTS:
        _apply_to_account(document, variable, rest[0], text, problems)
    else:
        table = document.setdefault(section, {})
        if isinstance(table, dict):
            _set(table, (section,), SECTIONS[section], rest[0], variable, text, problems)


def _apply_to_account(
    document: dict[str, Any], variable: str, rest: str, text: str, problems: Problems
) -> None:
    name, _, key = rest.rpartition("__")
    blocks = document.get(ACCOUNTS)
    if not isinstance(blocks, list):
        return
    index = _find(blocks, name)
    if not name:
        problems.add_variable(
            variable, f"should name an account and a key: {PREFIX}{ACCOUNTS.upper()}__ACCOUNT__KEY"
        )
    elif index is None:
        problems.add_variable(variable, f"there is no account {name!r} among the [[{ACCOUNTS}]] blocks")
    else:
        _set(blocks[index], (ACCOUNTS, index), LightspeedAccount, key, variable, text, problems)


def _find(blocks: list[Any], name: str) -> int | None:
    """The block of that account, or else of that index. A shell allows no `-`, so `_` stands for it."""
    for index, block in enumerate(blocks):
        account = block.get("account") if isinstance(block, dict) else None
        if isinstance(account, str) and account.lower().replace("-", "_") == name.replace("-", "_"):
            return index
    if name.isascii() and name.isdigit() and int(name) < len(blocks) and isinstance(blocks[int(name)], dict):
        return int(name)
    return None


def _set(
    table: dict[str, Any],
    location: Location,
    model: type[Section],
    key: str,
    variable: str,
    text: str,
    problems: Problems,
) -> None:
    if key not in model.toml_keys():
        problems.add_variable(variable, f"there is no key {key!r}{did_you_mean(key, model.toml_keys())}")
        return
    field = model.model_fields.get(key)
    problems.variables[(*location, key)] = variable
    for secret in model.secrets().values():
        _displace(table, key, (*secret.forms, secret.key))
    if field is None or key in model.secrets():
        table[key] = text
        return
    try:
        table[key] = _parse(field, text)
    except ValidationError as error:
        for sentence in in_words(error):
            problems.add((*location, key), sentence)
        table.pop(key, None)


def _displace(table: dict[str, Any], key: str, forms: tuple[str, ...]) -> None:
    """A secret named by the environment in one form takes the place of the file's other form."""
    if key in forms:
        for form in forms:
            table.pop(form, None)


def _parse(field: FieldInfo, text: str) -> Any:
    kind: Any = field.annotation
    for mark in field.metadata:
        kind = Annotated[kind, mark]
    value = split_list(text) if get_origin(field.annotation) is tuple else text
    # Lax, not validate_strings: that mode refuses what a before-validator made of the text (a Path).
    return TypeAdapter(kind).validate_python(value, strict=False)
