"""A real HTTP server on a free loopback port, for the twins and their tests.

What is served, and for how long the sandbox keeps it, is not decided here.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

LOOPBACK = "127.0.0.1"
RESET = "lightspeed_prima.reset"
HANG_UP = "lightspeed_prima.hang_up"
_START_SECONDS = 20


def bind(port: int = 0) -> socket.socket:
    """A listening-ready loopback socket: on `port` when it is free, else (and for 0) on any free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError:
        listener.close()
        if not port:
            raise
        return bind(0)
    return listener


def port_of(listener: socket.socket) -> int:
    """The port a bound socket got."""
    return cast(int, listener.getsockname()[1])


@contextmanager
def serve(app: ASGIApp, listener: socket.socket | None = None) -> Iterator[str]:
    """Serve `app` in a thread while the block runs; gives the base URL, without a slash at the end."""
    bound = listener or bind()
    port = port_of(bound)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=ResettableProtocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [bound]}, name=f"twin:{port}", daemon=True
    )
    thread.start()
    try:
        _wait_until_started(server, thread, port)
        yield f"http://{LOOPBACK}:{port}"
    finally:
        server.should_exit = True
        thread.join(_START_SECONDS)
        bound.close()


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread, port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError(f"the twin's server on port {port} did not start")
        time.sleep(0.005)


class ResettableProtocol(H11Protocol):
    """Lets an app cut its own connection: ASGI itself has no way to close a socket without an answer.

    `scope["extensions"]` carries two callables: RESET drops the connection with a TCP reset, HANG_UP sends
    what was written so far and closes, which makes a body shorter than its Content-Length.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        inner = cast(ASGIApp, self.app)

        async def with_ways_out(scope: Scope, receive: Receive, send: Send) -> None:
            extensions = scope.setdefault("extensions", {})
            extensions[RESET] = lambda: _reset(transport)
            extensions[HANG_UP] = transport.close
            await inner(scope, receive, send)

        self.app = cast(Any, with_ways_out)


def _reset(transport: asyncio.Transport) -> None:
    connection = transport.get_extra_info("socket")
    if connection is not None:
        # Linger 0: closing sends RST, so the client sees a reset and not an orderly end.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def way_out(scope: Scope, name: str) -> Callable[[], None]:
    """The RESET or HANG_UP of this request's connection."""
    return cast("Callable[[], None]", scope["extensions"][name])
