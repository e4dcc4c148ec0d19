"""Runs a Dagster job as users do, shows on a terminal where it is, and says why it failed when it does.

What does not belong here: which job.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from lightspeed_prima.errors import PipelineError

STEP = re.compile(r" - (?P<step>\S+) - STEP_(?P<event>START|SUCCESS|FAILURE) - ")
# Dagster's wrapping around the error itself.
WRAPPING = re.compile(r"^(dagster\.\S+(Failure|Error): |The above exception was caused by)")
MOST_LINES = 12


class DemoError(PipelineError):
    """The demo did not come to its end."""


def run_job(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
    console: Console,
    title: str,
) -> None:
    """Runs the command, its output kept in `log`. A DemoError when it fails, with the lines that say why."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if not console.is_terminal:
        console.print(f"{title} ...", highlight=False, soft_wrap=True)
    with (
        _Steps(console, title) as steps,
        log.open("w", encoding="utf-8") as kept,
        subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            text=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as job,
    ):
        for line in job.stdout or ():
            kept.write(line)
            steps.note(line)
    if job.returncode:
        for line in reasons(log.read_text(encoding="utf-8").splitlines()):
            console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
        raise DemoError(
            "JOB_FAILED",
            f"{title}: the job ended with exit code {job.returncode}",
            where=str(log),
            next_step="the lines above say why, that log has everything",
        )


def reasons(lines: Sequence[str]) -> list[str]:
    """The failed steps with their errors, without stack traces; the end of the log when no step failed."""
    found: list[str] = []
    step = ""
    for line in lines:
        if event := STEP.search(line):
            step = event["step"] if event["event"] == "FAILURE" else ""
        elif line.startswith("Stack Trace:"):
            step = ""
        elif step and (text := WRAPPING.sub("", line.strip())):
            found.append(f"{step}: {text}")
    return (found or _end(lines))[:MOST_LINES]


def _end(lines: Iterable[str]) -> list[str]:
    """What the job said last, without Dagster's own chatter."""
    return [line.rstrip() for line in lines if line.strip() and " - DEBUG - " not in line][-MOST_LINES:]


class _Steps:
    """A line on the terminal: how many steps are done and which one is at work. Elsewhere nothing."""

    def __init__(self, console: Console, title: str) -> None:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task = self._progress.add_task(title, total=None)
        self._title = title
        self._done = 0

    def __enter__(self) -> _Steps:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.update(
            self._task, description=f"{self._title}: {self._done} steps", total=1, completed=1
        )
        self._progress.stop()

    def note(self, line: str) -> None:
        """Takes a line of Dagster's log."""
        event = STEP.search(line)
        if event is None:
            return
        self._done += event["event"] == "SUCCESS"
        if event["event"] == "START":
            step = event["step"].replace("__", ".")
            self._progress.update(self._task, description=f"{self._title}: {self._done} steps, now {step}")
