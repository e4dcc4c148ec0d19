"""Makes a ModelProject of the files in a dbt_like_sql folder.

What does not belong here: anything that needs a database; loading runs no template.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast, get_args

from lightspeed_prima.warehouse.models.attached_tests import attach_tests, singular_tests
from lightspeed_prima.warehouse.models.documentation import (
    Documentation,
    ModelDocumentation,
    ProjectFile,
    read_documentation,
    read_project_file,
)
from lightspeed_prima.warehouse.models.graph import build_order, fingerprints
from lightspeed_prima.warehouse.models.model import Materialized, Model, ModelError, Relation
from lightspeed_prima.warehouse.models.project import ModelProject
from lightspeed_prima.warehouse.models.sql_files import SqlFile, check_references, read_sql_files
from lightspeed_prima.warehouse.models.templates import new_environment, read_macros

_GENERIC_TESTS = Path(__file__).with_name("generic_tests.sql")
_NOTHING_WRITTEN = ModelDocumentation(Path(), "", (), (), {})


def load_project(directory: Path) -> ModelProject:
    """The whole folder, or an error that names the file that is wrong."""
    if not (directory / "models").is_dir():
        raise ModelError("NO_MODELS", "there is no folder `models`", where=str(directory))
    environment = new_environment()
    macros = read_macros(environment, [_GENERIC_TESTS, *_files(directory, "macros/**/*.sql")])
    project_file = read_project_file(directory / "dbt_project.yml")
    documentation = read_documentation(
        _files(directory, "models/**/*.yml", "models/**/*.yaml", "tests/**/*.yml")
    )
    files = read_sql_files(environment, _files(directory, "models/**/*.sql"), macros)
    tests = read_sql_files(environment, _files(directory, "tests/**/*.sql"), macros)
    check_references([*files.values(), *tests.values()], files, documentation.sources)
    _check_documentation(documentation, files)
    order = build_order({name: file.refs for name, file in files.items()})
    models = _models(directory / "models", order, files, project_file, documentation)
    singular = singular_tests(tests, order, documentation.test_descriptions)
    return ModelProject(
        directory=directory,
        name=project_file.name,
        models=attach_tests(models, singular, macros),
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


def _check_documentation(documentation: Documentation, files: Mapping[str, SqlFile]) -> None:
    for name, written in documentation.models.items():
        if name not in files:
            raise ModelError("MODEL_MISSING", f"{name} is described, but has no SQL", where=str(written.path))


def _models(
    root: Path,
    order: tuple[str, ...],
    files: Mapping[str, SqlFile],
    project: ProjectFile,
    documentation: Documentation,
) -> list[Model]:
    texts = {name: "\n".join((file.text, *file.macro_texts)) for name, file in files.items()}
    digests = fingerprints(texts, {name: file.refs for name, file in files.items()})
    return [
        replace(_model(files[name], project, documentation, root), fingerprint=digests[name])
        for name in order
    ]


def _model(file: SqlFile, project: ProjectFile, documentation: Documentation, root: Path) -> Model:
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
        row_is=file.row_is,
        description=written.description,
        columns=written.columns,
        tests=written.tests,
        depends_on=file.refs,
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
