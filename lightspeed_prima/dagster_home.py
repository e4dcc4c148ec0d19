"""Prepares the folder Dagster keeps its runs in, and starts Dagster's own commands there.

What does not belong here: what a job does.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

DEPLOY = Path(__file__).parent / "deploy"


def prepare_dagster_home(home: Path) -> Path:
    """`<home>/data/dagster` with the project's dagster.yaml in it; an edited one is left alone."""
    dagster_home = home / "data" / "dagster"
    dagster_home.mkdir(parents=True, exist_ok=True)
    if not (dagster_home / "dagster.yaml").exists():
        shutil.copyfile(DEPLOY / "dagster.yaml", dagster_home / "dagster.yaml")
    return dagster_home


def dagster_environment(dagster_home: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for Dagster's commands: runs kept in that folder, no word to anyone outside."""
    return {**environ, "DAGSTER_HOME": str(dagster_home), "DAGSTER_DISABLE_TELEMETRY": "1"}


def dagster_command(*arguments: str) -> list[str]:
    """`dagster ARGUMENTS` with this very interpreter."""
    return [sys.executable, "-m", "lightspeed_prima.dagster_script", *arguments]


def workspace_arguments(home: Path) -> list[str]:
    """Names the code location: workspace.yaml in a checkout, else the installed module."""
    workspace = home / "workspace.yaml"
    return ["-w", str(workspace)] if workspace.is_file() else ["-m", "lightspeed_prima.definitions"]
