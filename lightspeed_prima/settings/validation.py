"""From a table of plain values to a model, with pydantic's findings turned into sentences about keys.

What does not belong here: rules about several keys (checks.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lightspeed_prima.settings.models import Section
from lightspeed_prima.settings.problems import Location, Problems

Model = TypeVar("Model", bound=Section)

_DERIVED = frozenset({"token_url", "wsdl"})
"""Keys that are worked out from another key when left out: a mistake there is the other key's mistake."""


def build(
    model: type[Model], table: dict[str, Any], location: Location, base: Path, problems: Problems
) -> Model | None:
    """The section, or None after its mistakes have been added to the problems."""
    try:
        return model.model_validate(table, context={"base": base})
    except ValidationError as error:
        for detail in error.errors():
            place = (*location, *detail["loc"])
            if not _is_consequence(detail, table) and not problems.has(place):
                problems.add(place, _sentence(detail))
        return None


def in_words(error: ValidationError) -> list[str]:
    """The findings about a single value."""
    return [_sentence(detail) for detail in error.errors()]


def _is_consequence(detail: ErrorDetails, table: dict[str, Any]) -> bool:
    key = detail["loc"][0]
    if key in table:
        return False
    return key in _DERIVED or (key == "base_url" and table.get("series") != "X")


def _sentence(detail: ErrorDetails) -> str:
    if detail["type"] == "missing":
        return "is missing"
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    return detail["msg"].removeprefix("Input ")
