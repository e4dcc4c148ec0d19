"""Reads the YAML beside the models (dbt's format, version 2) and dbt_project.yml.

What does not belong here: which models exist, and what a test's SQL is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lightspeed_prima.warehouse.models.model import Column, ModelError, ModelTest, Severity, Source

_TEST_SETTINGS = {
    "severity",
    "where",
    "tags",
    "meta",
    "enabled",
    "name",
    "description",
    "config",
    "arguments",
}

_COLUMN_KEYS = {
    "name",
    "description",
    "data_type",
    "tests",
    "data_tests",
    "meta",
    "tags",
    "config",
    "quote",
    "constraints",
}


@dataclass(frozen=True)
class ModelDocumentation:
    """What a YAML file says about one model."""

    path: Path
    description: str
    columns: tuple[Column, ...]
    tests: tuple[ModelTest, ...]
    config: Mapping[str, object]


@dataclass
class Documentation:
    """All of the YAML files together."""

    models: dict[str, ModelDocumentation] = field(default_factory=dict)
    sources: dict[tuple[str, str], Source] = field(default_factory=dict)
    group_owners: dict[str, str] = field(default_factory=dict)
    test_descriptions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ProjectFile:
    """What the runner takes from dbt_project.yml."""

    name: str
    variables: Mapping[str, object]
    folder_config: Mapping[str, Any]


def read_project_file(path: Path) -> ProjectFile:
    """dbt_project.yml; a folder without one has no variables and default settings."""
    content = _load(path) if path.is_file() else {}
    name = str(content.get("name", "project"))
    variables = dict(content.get("vars") or {})
    variables.update(variables.pop(name, None) or {})
    return ProjectFile(name, variables, (content.get("models") or {}).get(name) or {})


def read_documentation(files: list[Path]) -> Documentation:
    """Every YAML file of the project; a model described twice is an error."""
    documentation = Documentation()
    for path in files:
        content = _load(path)
        for entry in _entries(content, "models", path):
            _add_model(documentation, entry, path)
        for entry in _entries(content, "sources", path):
            _add_source(documentation, entry, path)
        for entry in _entries(content, "groups", path):
            owner = entry.get("owner") or {}
            documentation.group_owners[_name(entry, path)] = str(
                owner.get("name") or owner.get("email") or ""
            )
        for key in ("tests", "data_tests"):
            for entry in _entries(content, key, path):
                documentation.test_descriptions[_name(entry, path)] = _text(entry.get("description"))
    return documentation


def _add_model(documentation: Documentation, entry: Mapping[str, Any], path: Path) -> None:
    name = _name(entry, path)
    if name in documentation.models:
        other = documentation.models[name].path
        raise ModelError(
            "MODEL_DESCRIBED_TWICE", f"model {name} is also described in {other}", where=str(path)
        )
    columns = tuple(_column(column, name, path) for column in entry.get("columns") or ())
    tests = tuple(_test(test, name, None, path) for test in _test_entries(entry))
    config = {**(entry.get("meta") or {}), **(entry.get("config") or {})}
    config.update((entry.get("config") or {}).get("meta") or {})
    config.update({key: entry[key] for key in ("group", "tags") if key in entry})
    documentation.models[name] = ModelDocumentation(
        path, _text(entry.get("description")), columns, tests, config
    )


def _add_source(documentation: Documentation, entry: Mapping[str, Any], path: Path) -> None:
    schema = str(entry.get("schema") or _name(entry, path))
    for table in entry.get("tables") or ():
        name = _name(table, path)
        columns = tuple(_column(column, name, path) for column in table.get("columns") or ())
        source = Source(schema, name, _text(table.get("description")), columns, path)
        documentation.sources[(_name(entry, path), name)] = source


def _column(entry: Mapping[str, Any], model: str, path: Path) -> Column:
    name = _name(entry, path)
    if unknown := entry.keys() - _COLUMN_KEYS:
        what = f"column {model}.{name} has unknown keys: {', '.join(sorted(map(str, unknown)))}"
        raise ModelError("YAML_WRONG", what, where=str(path), next_step="put a type with a comma in quotes")
    tests = tuple(_test(test, model, name, path) for test in _test_entries(entry))
    return Column(name, _text(entry.get("description")), _text(entry.get("data_type")), tests)


def _test_entries(entry: Mapping[str, Any]) -> list[Any]:
    return [*(entry.get("tests") or ()), *(entry.get("data_tests") or ())]


def _test(entry: str | Mapping[str, Any], model: str, column: str | None, path: Path) -> ModelTest:
    """Both of dbt's spellings: `- unique` and `- accepted_values: {values: […], severity: warn}`."""
    if isinstance(entry, str):
        kind, body = entry, {}
    else:
        kind = next((key for key in entry if key not in _TEST_SETTINGS), "")
        body = {**{key: value for key, value in entry.items() if key != kind}, **(entry.get(kind) or {})}
    if not kind:
        raise ModelError("TEST_WITHOUT_KIND", f"a test of {model} has no kind", where=str(path))
    settings = {**body, **(body.get("config") or {})}
    arguments = {key: value for key, value in body.items() if key not in _TEST_SETTINGS}
    arguments.update(body.get("arguments") or {})
    return ModelTest(
        name=_text(body.get("name")) or _test_name(kind, model, column, arguments),
        kind=kind,
        model=model,
        severity=severity(settings.get("severity"), path),
        description=_text(body.get("description")),
        column=column,
        arguments=arguments,
        where=_text(settings.get("where")) or None,
        path=path,
    )


def _test_name(kind: str, model: str, column: str | None, arguments: Mapping[str, object]) -> str:
    """As dbt names them: kind, model, column; a test of the whole model by its arguments."""
    subject = column or "_".join(str(value) for value in arguments.values())
    return "_".join(re.findall(r"[a-z0-9]+", f"{kind} {model} {subject}".lower()))[:100]


def severity(value: object, path: Path) -> Severity:
    """`error` or `warn`, in any case; nothing means error."""
    match str(value or "error").lower():
        case "error":
            return "error"
        case "warn":
            return "warn"
        case other:
            raise ModelError("SEVERITY_UNKNOWN", f"severity is error or warn, not {other}", where=str(path))


def _load(path: Path) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.load(
            path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
    except yaml.YAMLError as error:
        raise ModelError("YAML_WRONG", " ".join(str(error).split()), where=str(path)) from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ModelError("YAML_WRONG", "a mapping is expected at the top", where=str(path))
    return content


def _entries(content: Mapping[str, Any], key: str, path: Path) -> list[dict[str, Any]]:
    entries = content.get(key) or []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ModelError("YAML_WRONG", f"`{key}` has to be a list of mappings", where=str(path))
    return entries


def _name(entry: Mapping[str, Any], path: Path) -> str:
    name = entry.get("name")
    if not isinstance(name, str) or not name:
        raise ModelError("YAML_WRONG", "an entry has no name", where=str(path))
    return name


def _text(value: object) -> str:
    return " ".join(str(value).split()) if value is not None else ""
