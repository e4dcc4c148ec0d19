"""Prepares the folder Dagster keeps its runs in, and starts Dagster's own commands there.

What does not belong here: what a job does.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from lightspeed_prima.errors import PipelineError

DEPLOY = Path(__file__).parent / "deploy"
LOCK = "home.lock"


class HomeError(PipelineError):
    """Dagster cannot be started here and now."""


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


@contextmanager
def home_in_use(home: Path) -> Iterator[None]:
    """Keeps the demo and the UI of one home apart: the demo deletes the files that the UI has open."""
    from filelock import FileLock, Timeout

    lock = home / "data" / LOCK
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=0):
            yield
    except Timeout as error:
        raise HomeError(
            "HOME_IN_USE",
            "a demo or a Dagster UI is at work with this folder",
            where=str(home / "data"),
            next_step="wait for it or end it; or set LIGHTSPEED_PRIMA_HOME to another folder",
        ) from error


def refuse_taken_port(port: int) -> None:
    """Dagster itself would answer a taken port with a page of traceback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise HomeError(
                "PORT_TAKEN",
                f"port {port} of this machine cannot be used ({error.strerror})",
                next_step="name another one with --port",
            ) from error


def run_until_it_ends(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Runs a command that people end with Ctrl-C, and waits until it has tidied up; returns its exit code."""
    with subprocess.Popen(command, env=environment) as process:

        def pass_on(number: int, _frame: FrameType | None) -> None:
            process.send_signal(number)

        def stay(_number: int, _frame: FrameType | None) -> None:
            """A terminal sends Ctrl-C to the command as well."""

        former = signal.signal(signal.SIGTERM, pass_on), signal.signal(signal.SIGINT, stay)
        try:
            code = process.wait()
        finally:
            signal.signal(signal.SIGTERM, former[0])
            signal.signal(signal.SIGINT, former[1])
    return code if code >= 0 else 128 - code
