"""Reads the .sql files of a project: text, calls, leading comment, and whether what they refer to exists.

What does not belong here: what a file is for; models and tests are read alike.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from jinja2 import Environment

from lightspeed_prima.warehouse.models.model import ModelError
from lightspeed_prima.warehouse.models.templates import Calls, Macro, find_calls, parse


@dataclass(frozen=True)
class SqlFile:
    """A template with everything it calls, its macros' calls included."""

    path: Path
    text: str
    calls: Calls
    macro_texts: tuple[str, ...]

    @property
    def refs(self) -> tuple[str, ...]:
        """The models it reads, each once, in alphabetical order."""
        return tuple(sorted({name for name, _ in self.calls.refs}))

    @property
    def comment(self) -> str:
        """The comment the file starts with, in one line."""
        lines: list[str] = []
        for line in self.text.splitlines():
            if line.startswith("--"):
                lines.append(line.lstrip("-").strip())
            elif lines:
                break
        return " ".join(lines)

    @property
    def row_is(self) -> str:
        """The comment up to the key: 'One row is …'."""
        return self.comment.partition(" Key:")[0]


def read_sql_files(
    environment: Environment, paths: Iterable[Path], macros: Mapping[str, Macro]
) -> dict[str, SqlFile]:
    """The files by name; a name is taken once, whatever the folder, because ref() knows no folders."""
    files: dict[str, SqlFile] = {}
    for path in paths:
        if path.stem in files:
            raise ModelError("NAME_TAKEN", f"{path.stem} is also {files[path.stem].path}", where=str(path))
        text = path.read_text(encoding="utf-8")
        calls, texts = _with_macros(find_calls(parse(environment, text, path), path), macros)
        files[path.stem] = SqlFile(path, text, calls, texts)
    return files


def check_references(
    files: Iterable[SqlFile], models: Iterable[str], sources: Iterable[tuple[str, str]]
) -> None:
    """Every ref is a model; every source is documented, once any source is."""
    models, sources = set(models), set(sources)
    for file in files:
        for name, line in file.calls.refs:
            if name not in models:
                what = f"there is no model {name}{did_you_mean(name, models)}"
                raise ModelError("REF_UNKNOWN", what, where=f"{file.path}:{line}")
        for schema, table, line in file.calls.sources:
            if sources and (schema, table) not in sources:
                tables = [known for owner, known in sources if owner == schema]
                what = f"source {schema}.{table} is in no YAML file{did_you_mean(table, tables)}"
                raise ModelError("SOURCE_UNKNOWN", what, where=f"{file.path}:{line}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


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
