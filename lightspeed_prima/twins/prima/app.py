"""Prima as a real HTTP server: the WSDL, the SOAP endpoint, the ledger extract and the twin's own pages.

This module only routes and applies faults; Prima's rules are in company.py, orders.py and credit_notes.py.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC
from email.utils import format_datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lightspeed_prima.twins.prima import soap
from lightspeed_prima.twins.prima.admin import admin_routes
from lightspeed_prima.twins.prima.company import PrimaCompany
from lightspeed_prima.twins.prima.faults import Faults, answer_with, reshape
from lightspeed_prima.twins.prima.ledger import LedgerView, render_ledger
from lightspeed_prima.twins.prima.options import PrimaOptions
from lightspeed_prima.twins.prima.store import Store
from lightspeed_prima.twins.prima.wsdl import render_wsdl
from lightspeed_prima.twins.prima_catalogue import PrimaCatalogue

_REQUEST_TYPE = re.compile(r'RequestType\s*=\s*["\']([^"\']*)["\']')


def create_prima_app(
    catalogue: PrimaCatalogue, state_path: Path, options: PrimaOptions | None = None
) -> Starlette:
    """The twin as an ASGI app; what it books is kept in the SQLite file `state_path`."""
    twin = PrimaTwin(catalogue, state_path, options or PrimaOptions())
    return Starlette(
        routes=[
            Route(twin.options.path, twin.call, methods=["POST"]),
            Route(f"{twin.options.path}/wsdl", twin.wsdl),
            Route("/extracts/ledger.csv", twin.ledger),
            *admin_routes(twin),
        ],
        lifespan=twin.lifespan,
    )


class PrimaTwin:
    """The state of one running twin. The store is open while the app runs, in the server's own thread."""

    store: Store
    company: PrimaCompany

    def __init__(self, catalogue: PrimaCatalogue, state_path: Path, options: PrimaOptions) -> None:
        self.options = options
        self.faults = Faults()
        self.ledger_view = LedgerView()
        self.max_in_flight = 0
        self._catalogue = catalogue
        self._state_path = state_path
        self._in_flight = 0
        self._late: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Open the state file; what is still to be booked late when the server stops is lost."""
        self.store = Store(self._state_path)
        self.company = PrimaCompany(self._catalogue, self.store, self.options)
        try:
            yield
        finally:
            for task in self._late:
                task.cancel()
            await asyncio.gather(*self._late, return_exceptions=True)
            self.store.close()

    async def wsdl(self, request: Request) -> Response:
        """The WSDL, only at its full address."""
        if request.query_params.get("targetURI") != self.options.target_namespace:
            return PlainTextResponse("no such targetURI", 404)
        location = f"{str(request.base_url).rstrip('/')}{self.options.path}"
        return await self._respond(
            "wsdl", "", lambda: Response(render_wsdl(self.options, location), media_type="text/xml")
        )

    async def call(self, request: Request) -> Response:
        """One SOAP call."""
        body = await request.body()
        try:
            call = soap.read_call(body, request.headers, self.options)
        except soap.SoapProblem as problem:
            self.store.count("call:refused by the adapter")
            return Response(soap.render_fault(str(problem), "Client"), 500, media_type="text/xml")
        found = _REQUEST_TYPE.search(call.document)
        request_type = found.group(1) if found else "unreadable"
        fault = self.faults.take(request_type, call.document)

        def produce() -> Response:
            answer = reshape(fault, self.company.answer(call.document, call.company))
            return Response(
                soap.render_answer(call.operation, answer, self.options), media_type="text/xml;charset=utf-8"
            )

        self.store.count(f"call:{request_type}")
        with self._counted():
            return await answer_with(fault, produce, self._keep)

    async def ledger(self, _request: Request) -> Response:
        """The extract, dated now or when it was frozen."""
        view = self.ledger_view
        if view.missing:
            return PlainTextResponse("no extract", 404)
        dated = format_datetime((view.frozen_at or self.options.now()).astimezone(UTC), usegmt=True)
        return await self._respond(
            "ledger",
            "",
            lambda: Response(
                render_ledger(self.store, view, self.options.currency),
                media_type="text/csv",
                headers={"Last-Modified": dated},
            ),
        )

    async def _respond(self, name: str, document: str, produce: Callable[[], Response]) -> Response:
        self.store.count(f"call:{name}")
        return await answer_with(self.faults.take(name, document), produce, self._keep)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self._in_flight)
        try:
            yield
        finally:
            self._in_flight -= 1

    def _keep(self, job: Awaitable[None]) -> None:
        task = asyncio.ensure_future(job)
        self._late.add(task)
        task.add_done_callback(self._late.discard)
