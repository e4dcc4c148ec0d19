"""Gives each model its tests: those of its YAML, of its columns, and the singular ones in tests/.

What does not belong here: running them (checks.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from lightspeed_prima.warehouse.models.documentation import severity
from lightspeed_prima.warehouse.models.model import Model, ModelError, ModelTest
from lightspeed_prima.warehouse.models.sql_files import SqlFile, did_you_mean
from lightspeed_prima.warehouse.models.templates import TEST_PREFIX, Macro
from lightspeed_prima.warehouse.models.wording import in_words

_REF = re.compile(r"""ref\(\s*['"](\w+)['"]\s*\)""")


def attach_tests(
    models: Iterable[Model], singular: Iterable[ModelTest], macros: Mapping[str, Macro]
) -> tuple[Model, ...]:
    """The models, in the order given, each with all of its tests described in words."""
    models, singular = tuple(models), tuple(singular)
    names = {model.name for model in models}
    return tuple(_with_tests(model, singular, macros, names) for model in models)


def singular_tests(
    files: Mapping[str, SqlFile], build_order: tuple[str, ...], descriptions: Mapping[str, str]
) -> tuple[ModelTest, ...]:
    """tests/*.sql: each belongs to that of its models which is built last, when all are there."""
    return tuple(_singular(name, file, build_order, descriptions) for name, file in files.items())


def _singular(
    name: str, file: SqlFile, build_order: tuple[str, ...], descriptions: Mapping[str, str]
) -> ModelTest:
    if not file.refs:
        raise ModelError("TEST_WITHOUT_MODEL", "a test has to ref a model", where=str(file.path))
    return ModelTest(
        name=name,
        kind="singular",
        model=max(file.refs, key=build_order.index),
        severity=severity(file.calls.config.get("severity"), file.path),
        description=descriptions.get(name) or file.comment,
        depends_on=file.refs,
        path=file.path,
    )


def _with_tests(
    model: Model, singular: tuple[ModelTest, ...], macros: Mapping[str, Macro], models: set[str]
) -> Model:
    def known(test: ModelTest) -> ModelTest:
        return _checked(test, macros, models)

    columns = tuple(replace(column, tests=tuple(map(known, column.tests))) for column in model.columns)
    tests = (
        *map(known, model.tests),
        *(test for column in columns for test in column.tests),
        *(test for test in singular if test.model == model.name),
    )
    seen: set[str] = set()
    for test in tests:
        if test.name in seen:
            what = f"two tests of {model.name} are called {test.name}"
            raise ModelError("TEST_NAME_TAKEN", what, where=str(test.path), next_step="give one a `name`")
        seen.add(test.name)
    return replace(model, columns=columns, tests=tests)


def _checked(test: ModelTest, macros: Mapping[str, Macro], models: set[str]) -> ModelTest:
    if TEST_PREFIX + test.kind not in macros:
        kinds = [name.removeprefix(TEST_PREFIX) for name in macros if name.startswith(TEST_PREFIX)]
        what = f"{test.model} has a test of unknown kind {test.kind}{did_you_mean(test.kind, kinds)}"
        raise ModelError("TEST_UNKNOWN", what, where=str(test.path))
    refs = {name for value in test.arguments.values() for name in _REF.findall(str(value))}
    for name in sorted(refs - models):
        what = f"test {test.name} refers to {name}; there is no such model{did_you_mean(name, models)}"
        raise ModelError("REF_UNKNOWN", what, where=str(test.path))
    return replace(test, description=test.description or in_words(test), depends_on=tuple(sorted(refs)))
