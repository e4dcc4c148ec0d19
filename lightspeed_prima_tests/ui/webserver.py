"""The web server of Dagster over a home that has runs, on a free loopback port.

What does not belong here: how the runs came about.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from lightspeed_prima.dagster_home import dagster_environment, prepare_dagster_home, workspace_arguments

_START_SECONDS = 180
_STOP_SECONDS = 30


def environment_of(home: Path) -> dict[str, str]:
    """The environment in which Dagster's commands see the sandbox of this home and nothing else."""
    environment = dagster_environment(prepare_dagster_home(home))
    environment = {
        name: value for name, value in environment.items() if not name.startswith("LIGHTSPEED_PRIMA_")
    }
    return {**environment, "LIGHTSPEED_PRIMA_HOME": str(home)}


@contextmanager
def serve_ui(home: Path) -> Iterator[str]:
    """The address of the UI, answering, for as long as the block lasts."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    log = home / "data" / "webserver.log"
    command = [sys.executable, "-m", "dagster_webserver", *workspace_arguments(home)]
    with (
        log.open("w") as kept,
        subprocess.Popen(
            [*command, "-h", "127.0.0.1", "-p", str(port)],
            cwd=home,
            env=environment_of(home),
            stdin=subprocess.DEVNULL,
            stdout=kept,
            stderr=subprocess.STDOUT,
            # A group of its own: the code server it starts goes down with it.
            start_new_session=True,
        ) as server,
    ):
        try:
            _wait_until_it_answers(server, address, log)
            yield address
        finally:
            _stop(server)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    with httpx.Client(trust_env=False, timeout=5) as http:
        while time.monotonic() < deadline:
            if server.poll() is not None:
                break
            try:
                http.get(f"{address}/server_info").raise_for_status()
                return
            except httpx.HTTPError:
                time.sleep(0.2)
    raise AssertionError(f"the web server did not start:\n{log.read_text()[-2000:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        _signal_group(server.pid, signal.SIGKILL)
    else:
        _signal_group(server.pid, signal.SIGTERM)


def _signal_group(group: int, signal_number: signal.Signals) -> None:
    try:
        os.killpg(group, signal_number)
    except ProcessLookupError:
        # Everything it had started is gone already.
        return
