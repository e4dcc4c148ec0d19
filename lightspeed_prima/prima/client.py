"""The caller of Prima's web service: one operation over HTTP, the WSDL read once.

What does not belong here: what an answer proves (outcome), or sending again (posting).
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import httpx

from lightspeed_prima.prima import requests, soap
from lightspeed_prima.prima.outcome import Answer, NoAnswer, Reply
from lightspeed_prima.prima.wire import CATALOGUE_TIMEOUT_FACTOR, WireOverrides
from lightspeed_prima.prima.wsdl import Operation, WsdlError, read_operation

if TYPE_CHECKING:
    from types import TracebackType

# An answer may trickle: beyond this many read timeouts in total it counts as none.
_PATIENCE = 2

# A connection the server is about to close loses the request sent on it: let go of it before the server does.
_KEEP_ALIVE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class PrimaAddress:
    """Where Prima is and how it is to be called."""

    endpoint: str
    wsdl: str
    operation: str = "wsomhandler"
    company: str = ""
    timeout_seconds: int = 60
    max_connections: int = 1
    overrides: WireOverrides = field(default_factory=WireOverrides)


class PrimaClient:
    """One connection pool to one Prima. Use as an async context manager."""

    def __init__(self, address: PrimaAddress) -> None:
        self._address = address
        self._operation: Operation | None = None
        self._reading = asyncio.Lock()
        # No proxies from the environment: Prima is inside. Reading the CA file is slow and http needs none.
        encrypted = "https:" in (address.endpoint[:6], address.wsdl[:6])
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(address.timeout_seconds, pool=None),
            limits=httpx.Limits(
                max_connections=address.max_connections,
                max_keepalive_connections=address.max_connections,
                keepalive_expiry=_KEEP_ALIVE_SECONDS,
            ),
            trust_env=False,
            follow_redirects=False,
            verify=ssl.create_default_context() if encrypted else False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def describe(self) -> Operation:
        """The operation as the WSDL and the overrides have it. Read once, then remembered."""
        async with self._reading:
            if self._operation is None:
                self._operation = (await self._read_wsdl()).overridden(self._address.overrides)
            return self._operation

    async def submit(self, payload: bytes) -> Reply:
        """Send one document. Never raises for what the network or Prima does."""
        return await self.ask(payload)

    async def order_status(self, number: str) -> Reply:
        """Ask for a document by its number."""
        return await self.ask(requests.order_status(number))

    async def available_to_sell(self) -> Reply:
        """Ask for the stock of the whole catalogue."""
        return await self.ask(requests.product_available_to_sell(), CATALOGUE_TIMEOUT_FACTOR)

    async def ask(self, document: bytes, timeout_factor: int = 1) -> Reply:
        """Send any Prima document and hand back what came."""
        try:
            operation = await self.describe()
        except WsdlError as problem:
            return NoAnswer(sent=False, code=problem.code, text=problem.sentence())
        message = soap.envelope(operation, document, self._address.company)
        headers = {"Content-Type": soap.CONTENT_TYPE, "SOAPAction": f'"{operation.soap_action}"'}
        seconds = self._address.timeout_seconds * timeout_factor
        try:
            async with asyncio.timeout(seconds * _PATIENCE):
                response = await self._http.post(
                    self._address.endpoint,
                    content=message,
                    headers=headers,
                    timeout=httpx.Timeout(seconds, connect=self._address.timeout_seconds, pool=None),
                )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as problem:
            return NoAnswer(sent=False, code="UNREACHABLE", text=_words(problem))
        except (httpx.TimeoutException, TimeoutError) as problem:
            return NoAnswer(sent=True, code="TIMEOUT", text=_words(problem))
        except httpx.RequestError as problem:
            return NoAnswer(sent=True, code="CONNECTION_LOST", text=_words(problem))
        return Answer(response.status_code, response.content)

    async def _read_wsdl(self) -> Operation:
        where = self._address.wsdl
        try:
            response = await self._http.get(where)
        except httpx.RequestError as problem:
            raise WsdlError(
                "UNREACHABLE",
                f"Prima does not answer: {_words(problem)}",
                where=where,
                next_step="check that Prima's web service is up and that this machine may reach it",
            ) from problem
        if response.status_code != 200:
            raise WsdlError(
                "WSDL_UNREADABLE",
                f"Prima answers HTTP {response.status_code} instead of its WSDL",
                where=where,
                next_step="check the address in prima.wsdl and that the web service is deployed",
            )
        return read_operation(response.content, self._address.operation)


def _words(problem: Exception) -> str:
    return str(problem) or type(problem).__name__
