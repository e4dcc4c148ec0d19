"""The process that serves both twins of one sandbox until it is told to stop or nobody asks any more.

Who starts it, and how it is found again, is in sandbox.py.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

from filelock import FileLock, Timeout
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from lightspeed_prima.twins.http_server import bind, port_of, serve
from lightspeed_prima.twins.prima import create_prima_app
from lightspeed_prima.twins.r_series import create_r_series_app
from lightspeed_prima.twins.sandbox_files import (
    HEALTH,
    IDLE_SECONDS,
    RunningTwins,
    SandboxPlaces,
    WorldSize,
    write_sandbox_files,
)
from lightspeed_prima.twins.world import build_world

ALREADY_RUNNING = 3


def run_sandbox(home: Path, size: WorldSize, idle_seconds: int = IDLE_SECONDS) -> int:
    """Serve until SIGTERM, SIGINT or `idle_seconds` without a request; gives the exit code."""
    places = SandboxPlaces(home.resolve())
    places.directory.mkdir(parents=True, exist_ok=True)
    lock = FileLock(places.process_lock)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return ALREADY_RUNNING
    with lock:
        places.process_id.write_text(str(os.getpid()), encoding="utf-8")
        stop = threading.Event()
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, lambda *_: stop.set())
        _serve_until(stop, places, size, idle_seconds)
    return 0


def _serve_until(stop: threading.Event, places: SandboxPlaces, size: WorldSize, idle_seconds: int) -> None:
    world = build_world(size.seed, size.days, size.sales_per_day)
    before = RunningTwins.read(places)
    lightspeed_socket = bind(before.lightspeed_port if before else 0)
    prima_socket = bind(before.prima_port if before else 0)
    twins = RunningTwins(os.getpid(), port_of(lightspeed_socket), port_of(prima_socket), size)
    write_sandbox_files(places, world, twins.lightspeed_port, twins.prima_port)
    activity = _Activity(str(places.home))
    lightspeed = create_r_series_app(world, places.lightspeed_state)
    prima = create_prima_app(world.prima_catalogue, places.prima_state)
    with (
        serve(activity.watch(lightspeed), lightspeed_socket),
        serve(activity.watch(prima), prima_socket),
    ):
        twins.write(places)
        while not stop.wait(1):
            if activity.idle_for() > idle_seconds:
                return


class _Activity:
    """When the last real request came; answers the health check itself, which does not count as one."""

    def __init__(self, home: str) -> None:
        self._health = {"home": home, "pid": os.getpid()}
        self._last = time.monotonic()

    def idle_for(self) -> float:
        """Seconds since the last request."""
        return time.monotonic() - self._last

    def watch(self, app: ASGIApp) -> ASGIApp:
        """The same app, seen by this clock."""

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"] == HEALTH:
                await JSONResponse(self._health)(scope, receive, send)
                return
            self._last = time.monotonic()
            await app(scope, receive, send)

        return watched
