"""Trouble on demand: the next calls are slow, refused, cut short, met by a page or by another API version.

Faults are told through the admin endpoint and used up one call each. What the API does by itself (limits,
expiry) belongs to allowance.py and oauth.py.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lightspeed_prima.twins.http_server import HANG_UP, RESET, way_out
from lightspeed_prima.twins.x_series.allowance import http_date
from lightspeed_prima.twins.x_series.answers import RefusedRequest
from lightspeed_prima.twins.x_series.dialects import OLDEST_DATED
from lightspeed_prima.twins.x_series.oauth import TokenDesk

Kind = Literal[
    "latency",
    "rate_limit",
    "server_error",
    "html",
    "reset",
    "reset_after",
    "truncated",
    "expire_token",
    "old_version",
]
KINDS: tuple[str, ...] = get_args(Kind)
_PAGE = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>cloudflare</body></html>"


@dataclass
class Fault:
    """A kind of trouble for the next `calls` requests whose path contains `path`."""

    kind: Kind
    calls: int = 1
    path: str = ""
    seconds: float = 0.2
    """How long a latency lasts, or how far ahead the date in Retry-After lies."""
    status: int = 503


@dataclass
class FaultDesk:
    """The faults that are still to come."""

    waiting: list[Fault] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)

    def take(self, path: str) -> Fault | None:
        """The fault for this request, if there is one."""
        for fault in self.waiting:
            if fault.path in path:
                fault.calls -= 1
                if fault.calls <= 0:
                    self.waiting.remove(fault)
                self.happened.append(fault.kind)
                return fault
        return None


class FaultyDoor:
    """ASGI middleware that lets faults happen to API and token requests, never to the twin's own admin."""

    def __init__(self, app: ASGIApp, desk: FaultDesk, tokens: TokenDesk) -> None:
        self._app = app
        self._desk = desk
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, with the fault that waits for it."""
        if scope["type"] != "http" or scope["path"].startswith("/_twin"):
            await self._app(scope, receive, send)
            return
        fault = self._desk.take(scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await self._suffer(fault, scope, receive, send)

    async def _suffer(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _answer_of(fault)
        if answer is not None:
            await answer(scope, receive, send)
        elif fault.kind == "reset":
            way_out(scope, RESET)()
        elif fault.kind in ("reset_after", "truncated"):
            await self._cut_short(fault.kind, scope, receive, send)
        else:
            await self._serve_worse(fault, scope, receive, send)

    async def _serve_worse(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.kind == "latency":
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "expire_token":
            self._tokens.expire_access()
        else:
            # The version asked for went out of support overnight.
            scope = {**scope, "path": re.sub(r"^/api/\d{4}-\d{2}/", _OLDEST, scope["path"])}
        await self._app(scope, receive, send)

    async def _cut_short(self, kind: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Everything happens at the server, and the answer does not arrive, or only half of it."""
        start: dict[str, Any] = {}
        body = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        await self._app(scope, receive, keep)
        if kind == "reset_after":
            way_out(scope, RESET)()
            return
        await send(start)
        await send({"type": "http.response.body", "body": bytes(body[: len(body) // 2]), "more_body": True})
        way_out(scope, HANG_UP)()


_OLDEST = f"/api/{OLDEST_DATED.name}/"


def _answer_of(fault: Fault) -> Response | None:
    if fault.kind == "rate_limit":
        headers = {
            "X-RateLimit-Limit": "350",
            "X-RateLimit-Remaining": "0",
            "Retry-After": http_date(time.time() + fault.seconds),
        }
        return RefusedRequest(429, "Rate limiting enforced").response(headers)
    if fault.kind == "server_error":
        return Response(_PAGE, fault.status, media_type="text/html; charset=UTF-8")
    if fault.kind == "html":
        return Response(_PAGE, 200, media_type="text/html; charset=UTF-8")
    return None
