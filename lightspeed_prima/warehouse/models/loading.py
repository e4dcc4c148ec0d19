"""Makes Models of the files in a dbt_like_sql folder.

What does not belong here: anything that needs a database; loading runs no template.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast, get_args

from jinja2 import Environment

from lightspeed_prima.warehouse.models.documentation import (
    Documentation,
    ModelDocumentation,
    ProjectFile,
    read_documentation,
    read_project_file,
    severity,
)
from lightspeed_prima.warehouse.models.graph import build_order, fingerprints
from lightspeed_prima.warehouse.models.model import (
    Column,
    Materialized,
    Model,
    ModelError,
    ModelTest,
    Relation,
)
from lightspeed_prima.warehouse.models.project import ModelProject
from lightspeed_prima.warehouse.models.templates import (
    TEST_PREFIX,
    Calls,
    Macro,
    find_calls,
    new_environment,
    parse,
    read_macros,
)

_GENERIC_TESTS = Path(__file__).with_name("generic_tests.sql")
_NOTHING_WRITTEN = ModelDocumentation(Path(), "", (), (), {})


@dataclass(frozen=True)
class _File:
    """A template with everything it calls, its macros' calls included."""

    path: Path
    text: str
    calls: Calls
    macro_texts: tuple[str, ...]


def load_project(directory: Path) -> ModelProject:
    """The whole folder, or an error that names the file that is wrong."""
    if not (directory / "models").is_dir():
        raise ModelError("NO_MODELS", "there is no folder `models`", where=str(directory))
    environment = new_environment()
    macros = read_macros(environment, [_GENERIC_TESTS, *_files(directory / "macros", "*.sql")])
    project_file = read_project_file(directory / "dbt_project.yml")
    documentation = read_documentation(
        _files(directory, "models/**/*.yml", "models/**/*.yaml", "tests/**/*.yml")
    )
    files = _read_all(environment, _files(directory / "models", "**/*.sql"), macros)
    _check_refs(files.values(), files, documentation)
    for name, written in documentation.models.items():
        if name not in files:
            raise ModelError("MODEL_MISSING", f"{name} is described, but has no SQL", where=str(written.path))
    models = {
        name: _model(file, project_file, documentation, directory / "models") for name, file in files.items()
    }
    singular = _singular_tests(
        _read_all(environment, _files(directory / "tests", "**/*.sql"), macros), files, documentation
    )
    return ModelProject(
        directory=directory,
        name=project_file.name,
        models=_in_order(models, files, _describe_tests(models, singular, macros)),
        sources=tuple(documentation.sources.values()),
        source_relations={
            key: Relation(source.schema, source.table) for key, source in documentation.sources.items()
        },
        variables=project_file.variables,
        macros=macros,
        environment=environment,
    )


def _files(directory: Path, *patterns: str) -> list[Path]:
    return sorted({path for pattern in patterns for path in directory.glob(pattern)})


def _read_all(environment: Environment, paths: list[Path], macros: Mapping[str, Macro]) -> dict[str, _File]:
    files: dict[str, _File] = {}
    for path in paths:
        if path.stem in files:
            raise ModelError("NAME_TAKEN", f"{path.stem} is also {files[path.stem].path}", where=str(path))
        text = path.read_text(encoding="utf-8")
        calls, texts = _with_macros(find_calls(parse(environment, text, path), path), macros)
        files[path.stem] = _File(path, text, calls, texts)
    return files


def _with_macros(calls: Calls, macros: Mapping[str, Macro]) -> tuple[Calls, tuple[str, ...]]:
    """The calls of a template and of all macros it reaches, and those macros' texts."""
    reached: dict[str, Macro] = {}
    waiting = sorted(calls.names & macros.keys())
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached[name] = macros[name]
            waiting.extend(sorted(macros[name].calls.names & macros.keys()))
    inner = [macro.calls for macro in reached.values()]
    refs = (*calls.refs, *(ref for call in inner for ref in call.refs))
    sources = (*calls.sources, *(source for call in inner for source in call.sources))
    texts = tuple(reached[name].source for name in sorted(reached))
    return replace(calls, refs=refs, sources=sources), texts


def _check_refs(files: Iterable[_File], models: Mapping[str, _File], documentation: Documentation) -> None:
    for file in files:
        for name, line in file.calls.refs:
            if name not in models:
                raise ModelError(
                    "REF_UNKNOWN",
                    f"there is no model {name}{_like(name, models)}",
                    where=f"{file.path}:{line}",
                )
        for schema, table, line in file.calls.sources:
            if documentation.sources and (schema, table) not in documentation.sources:
                tables = [known for owner, known in documentation.sources if owner == schema]
                what = f"source {schema}.{table} is in no YAML file{_like(table, tables)}"
                raise ModelError("SOURCE_UNKNOWN", what, where=f"{file.path}:{line}")


def _like(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _model(file: _File, project: ProjectFile, documentation: Documentation, root: Path) -> Model:
    folders = file.path.relative_to(root).parts[:-1]
    if not folders:
        raise ModelError(
            "MODEL_WITHOUT_SCHEMA", "a model lies in the folder of its schema", where=str(file.path)
        )
    written = documentation.models.get(file.path.stem, _NOTHING_WRITTEN)
    config = {**_folder_config(project, folders), **written.config, **file.calls.config}
    group = str(config.get("group") or folders[0])
    return Model(
        name=file.path.stem,
        schema=folders[0],
        materialized=_materialized(config, file.path),
        unique_key=_words(config.get("unique_key")),
        path=file.path,
        sql=file.text,
        row_is=_first_comment(file.text),
        description=written.description,
        columns=written.columns,
        tests=written.tests,
        depends_on=tuple(sorted({name for name, _ in file.calls.refs})),
        sources=tuple(sorted({(schema, table) for schema, table, _ in file.calls.sources})),
        owner=str(config.get("owner") or documentation.group_owners.get(group, "")),
        group=group,
        tags=_words(config.get("tags")),
        rebuilds=config.get("full_refresh") is not False,
    )


def _folder_config(project: ProjectFile, folders: tuple[str, ...]) -> dict[str, Any]:
    """The `+settings` of dbt_project.yml on the way down to the model's folder."""
    config: dict[str, Any] = {}
    level: Mapping[str, Any] = project.folder_config
    for folder in ("", *folders):
        level = level if not folder else level.get(folder) or {}
        config.update({key.removeprefix("+"): value for key, value in level.items() if key.startswith("+")})
    return config


def _materialized(config: Mapping[str, Any], path: Path) -> Materialized:
    value = config.get("materialized", "view")
    if value not in get_args(Materialized):
        raise ModelError(
            "MATERIALIZED_UNKNOWN",
            f"materialized is view, table or incremental, not {value}",
            where=str(path),
        )
    return cast(Materialized, value)


def _words(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(word) for word in cast(Iterable[object], value))


def _first_comment(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip().startswith("--")), "")
    return line.lstrip("-").strip()


def _leading_comment(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return " ".join(line.lstrip("-").strip() for line in lines if line.startswith("--"))


def _singular_tests(
    tests: Mapping[str, _File], models: Mapping[str, _File], documentation: Documentation
) -> list[ModelTest]:
    """tests/*.sql: each belongs to that of its models which is built last, when all are there."""
    _check_refs(tests.values(), models, documentation)
    order = build_order({name: {ref for ref, _ in file.calls.refs} for name, file in models.items()})
    found = []
    for name, file in tests.items():
        refs = {ref for ref, _ in file.calls.refs}
        if not refs:
            raise ModelError("TEST_WITHOUT_MODEL", "a test has to ref a model", where=str(file.path))
        found.append(
            ModelTest(
                name=name,
                kind="singular",
                model=max(refs, key=order.index),
                severity=severity(file.calls.config.get("severity"), file.path),
                description=documentation.test_descriptions.get(name) or _leading_comment(file.text),
                depends_on=tuple(sorted(refs)),
                path=file.path,
            )
        )
    return found


def _describe_tests(
    models: dict[str, Model], singular: list[ModelTest], macros: Mapping[str, Macro]
) -> dict[str, Model]:
    """Each model with all of its tests: of the model, of its columns, and the singular ones."""
    from lightspeed_prima.warehouse.models.wording import in_words

    def checked(test: ModelTest) -> ModelTest:
        if TEST_PREFIX + test.kind not in macros:
            what = (
                f"{test.model} has a test of unknown kind {test.kind}{_like(TEST_PREFIX + test.kind, macros)}"
            )
            raise ModelError("TEST_UNKNOWN", what, where=str(test.path))
        return replace(test, description=test.description or in_words(test))

    whole: dict[str, Model] = {}
    for name, model in models.items():
        columns = tuple(replace(column, tests=tuple(map(checked, column.tests))) for column in model.columns)
        whole[name] = replace(
            model, columns=columns, tests=_all_tests(model, columns, map(checked, model.tests), singular)
        )
    return whole


def _all_tests(
    model: Model, columns: tuple[Column, ...], own: Iterable[ModelTest], singular: list[ModelTest]
) -> tuple[ModelTest, ...]:
    of_columns = (test for column in columns for test in column.tests)
    tests = (*own, *of_columns, *(test for test in singular if test.model == model.name))
    names = [test.name for test in tests]
    for name in names:
        if names.count(name) > 1:
            raise ModelError(
                "TEST_NAME_TAKEN", f"two tests of {model.name} are called {name}", where=str(model.path)
            )
    return tests


def _in_order(
    models: dict[str, Model], files: Mapping[str, _File], whole: dict[str, Model]
) -> tuple[Model, ...]:
    depends_on = {name: model.depends_on for name, model in models.items()}
    texts = {name: "\n".join((file.text, *file.macro_texts)) for name, file in files.items()}
    digests = fingerprints(texts, depends_on)
    return tuple(replace(whole[name], fingerprint=digests[name]) for name in build_order(depends_on))
