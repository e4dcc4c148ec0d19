"""Starts, finds and stops the twins of a sandbox; they run in a process of their own.

What that process does is in sandbox_process.py, what it writes in sandbox_files.py. Nothing here knows
the pipeline.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
from filelock import FileLock, Timeout

import lightspeed_prima
from lightspeed_prima.errors import PipelineError
from lightspeed_prima.twins.sandbox_files import HEALTH, IDLE_SECONDS, RunningTwins, SandboxPlaces, WorldSize

__all__ = ["SandboxAddresses", "SandboxError", "WorldSize", "ensure_sandbox", "stop_sandbox"]

_START_SECONDS = 90
_STOP_SECONDS = 15
_LOOP_SECONDS = 0.05


class SandboxError(PipelineError):
    """The twins do not run as they should."""


@dataclass(frozen=True)
class SandboxAddresses:
    """Where a running sandbox is."""

    lightspeed_url: str
    prima_url: str
    pid: int
    world: WorldSize
    config: Path
    mappings: Path
    answer_key: Path


def ensure_sandbox(
    home: Path, fresh: bool = False, world: WorldSize | None = None, idle_seconds: int = IDLE_SECONDS
) -> SandboxAddresses:
    """Find the twins of this home or start them, and wait until both answer.

    `fresh` stops them, deletes <home>/data/sandbox with everything they remember, and starts over. Without
    it a home keeps the world, the ports where they are still free, and the mapping files it has.
    """
    places = SandboxPlaces(home.resolve())
    places.data.mkdir(parents=True, exist_ok=True)
    with FileLock(places.start_lock):
        if fresh:
            _stop(places)
            shutil.rmtree(places.directory, ignore_errors=True)
        before = RunningTwins.read(places)
        _refuse_another_world(before, world, places)
        if before is not None and _healthy(before, places):
            return _addresses(before, places)
        _stop(places)
        size = before.world if before else world or WorldSize()
        return _start(places, size, idle_seconds)


def stop_sandbox(home: Path) -> bool:
    """End the twins of this home and wait until they are gone; false when none ran."""
    places = SandboxPlaces(home.resolve())
    if not places.directory.exists():
        return False
    with FileLock(places.start_lock):
        return _stop(places)


def _refuse_another_world(
    before: RunningTwins | None, wanted: WorldSize | None, places: SandboxPlaces
) -> None:
    if before is None or wanted is None or before.world == wanted:
        return
    raise SandboxError(
        "SANDBOX_OTHER_WORLD",
        f"this home has {before.world}, not {wanted}",
        where=str(places.directory),
        next_step="start over with fresh=True, or use another home",
    )


def _start(places: SandboxPlaces, size: WorldSize, idle_seconds: int) -> SandboxAddresses:
    places.directory.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "lightspeed_prima.twins", "--home", str(places.home)]
    command += [
        "--seed",
        str(size.seed),
        "--days",
        str(size.days),
        "--sales-per-day",
        str(size.sales_per_day),
    ]
    command += ["--idle-seconds", str(idle_seconds)]
    with places.log.open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=places.home,
            env=_environment(),
            start_new_session=True,
        )
    # Takes the exit status when the twins end before we do, so that they do not stay a zombie.
    threading.Thread(target=process.wait, name=f"twins:{process.pid}", daemon=True).start()
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        twins = RunningTwins.read(places)
        if twins is not None and twins.pid == process.pid and _healthy(twins, places):
            return _addresses(twins, places)
        if process.returncode is not None:
            raise _did_not_start(places, f"the twins ended with exit code {process.returncode}")
        time.sleep(_LOOP_SECONDS)
    process.terminate()
    raise _did_not_start(places, f"the twins did not answer within {_START_SECONDS} s")


def _environment() -> dict[str, str]:
    # The child has to find the package wherever the caller found it.
    root = str(Path(lightspeed_prima.__file__).parent.parent)
    inherited = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, inherited)))}


def _did_not_start(places: SandboxPlaces, what: str) -> SandboxError:
    tail = places.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
    said = f"; last words: {' | '.join(tail)}" if tail else ""
    return SandboxError(
        "SANDBOX_DOWN", f"{what}{said}", where=str(places.log), next_step="read the log and start again"
    )


def _healthy(twins: RunningTwins, places: SandboxPlaces) -> bool:
    expected = {"home": str(places.home), "pid": twins.pid}
    try:
        with httpx.Client(trust_env=False, timeout=5) as http:
            answers = [
                http.get(base + HEALTH) for base in (_url(twins.lightspeed_port), _url(twins.prima_port))
            ]
            return all(answer.status_code == 200 and answer.json() == expected for answer in answers)
    except (httpx.HTTPError, ValueError):
        return False


def _stop(places: SandboxPlaces) -> bool:
    if not places.process_lock.exists() or _process_is_gone(places, 0):
        return False
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        _signal(places, signal_number)
        if _process_is_gone(places, _STOP_SECONDS):
            return True
    raise SandboxError(
        "SANDBOX_UP",
        "the twins do not end",
        where=str(places.process_id),
        next_step="end the process with the id in that file by hand",
    )


def _process_is_gone(places: SandboxPlaces, wait_seconds: int) -> bool:
    """Whether nobody holds the twins' lock; only its holder is the process whose id the file gives."""
    try:
        with FileLock(places.process_lock, timeout=wait_seconds):
            return True
    except Timeout:
        return False


def _signal(places: SandboxPlaces, signal_number: signal.Signals) -> None:
    try:
        os.kill(int(places.process_id.read_text(encoding="utf-8")), signal_number)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        # It is just starting or just ending; the lock tells in the end.
        return


def _addresses(twins: RunningTwins, places: SandboxPlaces) -> SandboxAddresses:
    return SandboxAddresses(
        lightspeed_url=_url(twins.lightspeed_port),
        prima_url=_url(twins.prima_port),
        pid=twins.pid,
        world=twins.world,
        config=places.config,
        mappings=places.mappings,
        answer_key=places.answer_key,
    )


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"
