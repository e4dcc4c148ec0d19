"""Says in words what a test demands, for asset checks and the data dictionary.

What does not belong here: SQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from lightspeed_prima.warehouse.models.model import ModelTest


def in_words(test: ModelTest) -> str:
    """One sentence; an unknown kind is described by its name and arguments."""
    arguments = test.arguments
    match test.kind:
        case "not_null":
            sentence = f"{test.column} is never empty"
        case "unique":
            sentence = f"{test.column} is unique"
        case "accepted_values":
            sentence = f"{test.column} is one of {_list(arguments['values'])}"
        case "relationships":
            sentence = f"every {test.column} is a {arguments['field']} of {arguments['to']}"
        case "unique_combination":
            sentence = f"{_list(arguments['columns'])} together are unique"
        case "expression_is_true":
            sentence = f"{arguments['expression']} holds in every row"
        case kind:
            details = ", ".join(f"{key}: {value}" for key, value in arguments.items())
            sentence = " ".join(word for word in (kind.replace("_", " "), test.column, details) if word)
    return f"{sentence} (where {test.where})" if test.where else sentence


def _list(values: object) -> str:
    return ", ".join(str(value) for value in cast(Iterable[object], values))
