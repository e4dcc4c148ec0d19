"""Trouble on demand: what goes wrong with the next calls, and when in their course.

A fault is set by a test through /_twin/faults and used up call by call. What the right answer would be is
not known here.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from lightspeed_prima.twins.http_server import HANG_UP, RESET, way_out
from lightspeed_prima.twins.prima.soap import render_fault

Produce = Callable[[], Response]
"""Processes the call, booking included, and gives the answer it deserves."""

FaultKind = Literal[
    "latency",  # answers after `seconds`; booked at the end of them
    "latency_after",  # booked at once, answers after `seconds`
    "http_500_before",  # an error page, nothing booked
    "http_500_after",  # booked, then an error page
    "reset_before",  # the connection is cut, nothing booked
    "reset_after",  # booked, then the connection is cut
    "late_commit",  # the connection is cut now, booked after `seconds`
    "truncated_body",  # booked, the body ends before its Content-Length
    "cut_document",  # booked, a whole envelope around a Prima document that ends in the middle
    "garbage_encoding",  # booked, the body is not valid UTF-8
    "html_page",  # a servlet engine's page with status 200, nothing booked
    "soap_fault",  # the adapter cannot reach the AppServer, nothing booked
    "short_catalogue",  # a stock answer that says OK and holds one row in nine
]

_RESHAPING = ("cut_document", "short_catalogue")
_SKU_ROW = re.compile(r"<sku [^>]*/>")


class Fault(BaseModel):
    """One kind of trouble for the next `count` calls that match."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: FaultKind
    count: int = Field(default=1, ge=1)
    request_type: str = ""
    """RequestType of the Prima document, or `wsdl` or `ledger`; blank is any call."""
    contains: str = ""
    """Only calls whose Prima document contains this text, a number for instance."""
    seconds: float = Field(default=1, ge=0)
    status: int = Field(default=500, ge=400, le=599)
    skip: int = Field(default=0, ge=0)
    """Let this many matching calls pass first."""


@dataclass
class _Armed:
    fault: Fault
    to_skip: int
    left: int


@dataclass
class Faults:
    """The faults that are set, in the order in which they were set."""

    _armed: list[_Armed] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Set one more."""
        self._armed.append(_Armed(fault, fault.skip, fault.count))

    def clear(self) -> None:
        """Unset all."""
        self._armed.clear()

    def remaining(self) -> list[dict[str, object]]:
        """What is still to happen."""
        return [
            {**armed.fault.model_dump(), "skip": armed.to_skip, "count": armed.left} for armed in self._armed
        ]

    def take(self, request_type: str, document: str) -> Fault | None:
        """The fault for this call, used up by one."""
        for armed in self._armed:
            if armed.fault.request_type not in ("", request_type) or armed.fault.contains not in document:
                continue
            if armed.to_skip:
                armed.to_skip -= 1
                continue
            armed.left -= 1
            if not armed.left:
                self._armed.remove(armed)
            return armed.fault
        return None


async def answer_with(
    fault: Fault | None, produce: Produce, later: Callable[[Awaitable[None]], None]
) -> Response:
    """Produce the answer, or what the fault makes of it; `later` keeps a job that outlives the call."""
    if fault is None or fault.kind in _RESHAPING:
        return produce()
    if fault.kind == "latency":
        await asyncio.sleep(fault.seconds)
        return produce()
    if fault.kind == "late_commit":
        later(_after(fault.seconds, produce))
        return Cut(RESET)
    return _before(fault) or await _afterwards(fault, produce())


def reshape(fault: Fault | None, document: str) -> str:
    """What a fault makes of Prima's answer before it goes into its envelope."""
    if fault is not None and fault.kind == "cut_document":
        return document[: len(document) // 2]
    if fault is not None and fault.kind == "short_catalogue":
        rows = count()
        return _SKU_ROW.sub(lambda row: "" if next(rows) % 9 else row.group(), document)
    return document


async def _after(seconds: float, produce: Produce) -> None:
    await asyncio.sleep(seconds)
    produce()


def _before(fault: Fault) -> Response | None:
    if fault.kind == "http_500_before":
        return _error_page(fault.status)
    if fault.kind == "reset_before":
        return Cut(RESET)
    if fault.kind == "html_page":
        return HTMLResponse("<html><head><title>Apache Tomcat</title></head><body>It works !</body></html>")
    if fault.kind == "soap_fault":
        text = "The Web Service Application twin is unavailable. (10921)"
        return Response(render_fault(text), 500, media_type="text/xml")
    return None


async def _afterwards(fault: Fault, answer: Response) -> Response:
    body = bytes(answer.body)
    middle = len(body) // 2
    if fault.kind == "http_500_after":
        return _error_page(fault.status)
    if fault.kind == "reset_after":
        return Cut(RESET)
    if fault.kind == "truncated_body":
        return Cut(HANG_UP, answer, body[:middle])
    if fault.kind == "garbage_encoding":
        return Response(
            body[:middle] + b"\xe9\xff\xfe" + body[middle:], answer.status_code, media_type="text/xml"
        )
    await asyncio.sleep(fault.seconds)
    return answer


def _error_page(status: int) -> Response:
    return HTMLResponse(f"<html><body><h1>HTTP Status {status}</h1></body></html>", status)


class Cut(Response):
    """Ends the connection instead of the answer, after as much of a body as was written."""

    def __init__(self, way: str, whole: Response | None = None, written: bytes = b"") -> None:
        super().__init__()
        self._way = way
        self._whole = whole
        self._written = written

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write what there is, cut, and wait until the server knows that the client is gone."""
        if self._whole is not None:
            headers = self._whole.raw_headers
            await send({"type": "http.response.start", "status": self._whole.status_code, "headers": headers})
            await send({"type": "http.response.body", "body": self._written, "more_body": True})
        way_out(scope, self._way)()
        request = Request(scope, receive)
        while not await request.is_disconnected():
            await asyncio.sleep(0.01)
