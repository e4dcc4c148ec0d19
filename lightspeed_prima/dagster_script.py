"""The command `dagster`, which here also takes a workspace file for `dagster job execute`.

Dagster's own `job execute` knows modules and files only (`job launch` and `dev` take `-w`), and ours is
promised as `dagster job execute -w workspace.yaml -j JOB`. The workspace file is turned into the module it
names; everything else goes to Dagster untouched. What does not belong here: any command of our own.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from lightspeed_prima.errors import PipelineError

WORKSPACE_OPTIONS = ("-w", "--workspace")


class WorkspaceError(PipelineError):
    """The workspace file does not name one module."""


def main() -> None:
    """Runs Dagster's command line, as `python -m dagster` does."""
    try:
        sys.argv[1:] = with_module_for_workspace(sys.argv[1:])
    except WorkspaceError as error:
        print(error.sentence(), file=sys.stderr)
        raise SystemExit(2) from error
    runpy.run_module("dagster", run_name="__main__", alter_sys=True)


def with_module_for_workspace(arguments: Sequence[str]) -> list[str]:
    """`job execute -w FILE ...` as `job execute -m MODULE ...`; any other command as it is."""
    given = list(arguments)
    if given[:2] != ["job", "execute"]:
        return given
    for place, argument in enumerate(given):
        name, equals, value = argument.partition("=")
        if name not in WORKSPACE_OPTIONS:
            continue
        after = place + 1 if equals else place + 2
        file = value if equals else "".join(given[place + 1 : after])
        return [*given[:place], *module_of(Path(file)), *given[after:]]
    return given


def module_of(workspace: Path) -> list[str]:
    """The options that name the workspace's one module to `dagster job execute`."""
    try:
        locations = yaml.safe_load(workspace.read_text(encoding="utf-8"))["load_from"]
        (location,) = locations
        return _options(location["python_module"])
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as problem:
        raise WorkspaceError(
            "WORKSPACE_UNREADABLE",
            "this is not a workspace file with one python_module",
            where=str(workspace),
            next_step="name the project's workspace.yaml",
        ) from problem


def _options(module: Any) -> list[str]:
    if isinstance(module, str):
        return ["-m", module]
    folder = ["-d", module["working_directory"]] if "working_directory" in module else []
    return ["-m", module["module_name"], *folder]


if __name__ == "__main__":
    main()
