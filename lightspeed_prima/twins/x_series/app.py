"""Puts the X-Series twin together: API 2.0, its dated versions and the token endpoint over a seeded world.

Only the order of things is here: faults, then the limit, the headers, the token, the question. Each has its
own module.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lightspeed_prima.twins.x_series.admin import Admin, Statistics
from lightspeed_prima.twins.x_series.allowance import WINDOW_SECONDS, Window, documented_limit
from lightspeed_prima.twins.x_series.answers import RefusedRequest, answer
from lightspeed_prima.twins.x_series.dialects import Dialect, dialect_of
from lightspeed_prima.twins.x_series.faults import FaultDesk, FaultyDoor
from lightspeed_prima.twins.x_series.flat import flat_sale
from lightspeed_prima.twins.x_series.inventory import flat_row, posted_inventory
from lightspeed_prima.twins.x_series.oauth import TokenDesk
from lightspeed_prima.twins.x_series.paging import Row, cut_page, envelope
from lightspeed_prima.twins.x_series.resources import RESOURCES, Resource
from lightspeed_prima.twins.x_series.state import TwinState
from lightspeed_prima.twins.x_world import XWorld
from lightspeed_prima.twins.x_world.config import CLIENT_ID, CLIENT_SECRET

PAGE_CAP = 1000


def create_x_series_app(
    world: XWorld,
    state_path: Path | None = None,
    *,
    request_limit: int | None = None,
    window_seconds: int = WINDOW_SECONDS,
    page_cap: int = PAGE_CAP,
    token_seconds: int = 86400,
    clock: Callable[[], float] = time.time,
) -> Starlette:
    """The twin as an ASGI app. Without `request_limit` the vendor's own holds: 300 a register and 50."""
    state = TwinState(world, state_path, clock)
    tokens = TokenDesk(
        state.tokens,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        domain_prefix=world.domain_prefix,
        lifetime_seconds=token_seconds,
        clock=clock,
        on_change=state.save,
    )
    registers = sum(row["deleted_at"] is None for row in world.registers)
    limit = documented_limit(registers) if request_limit is None else request_limit
    faults, statistics = FaultDesk(), Statistics()
    api = _Api(state, tokens, Window(limit, clock, window_seconds), statistics, page_cap)

    async def token(request: Request) -> Response:
        statistics.requests["token"] += 1
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        return tokens.refresh(request.headers.get("content-type", ""), form)

    return Starlette(
        routes=[
            Route("/api/1.0/token", token, methods=["POST"]),
            Route("/api/{version}/{tail:path}", api.answer, methods=["GET", "POST", "PUT", "DELETE"]),
            *Admin(state, tokens, faults, statistics).routes(),
        ],
        middleware=[Middleware(FaultyDoor, desk=faults, tokens=tokens)],
    )


class _Api:
    """Answers everything under /api but the token endpoint."""

    def __init__(
        self, state: TwinState, tokens: TokenDesk, window: Window, statistics: Statistics, page_cap: int
    ) -> None:
        self._state = state
        self._tokens = tokens
        self._window = window
        self._statistics = statistics
        self._page_cap = page_cap

    async def answer(self, request: Request) -> Response:
        """Charge for the request, then answer it or say why not; the limit's headers are on every answer."""
        verdict = self._window.spend()
        try:
            if not verdict.passed:
                raise RefusedRequest(429, "Rate limiting enforced")
            _check_headers(request)
            body = await self._answered(request)
        except RefusedRequest as refusal:
            self._statistics.refused[str(refusal.status)] += 1
            return refusal.response(verdict.headers)
        return answer(body, headers=verdict.headers)

    async def _answered(self, request: Request) -> Any:
        dialect, resource, row_id = self._target(request)
        self._tokens.check(request.headers.get("authorization", ""), resource.scope)
        self._statistics.requests[resource.name] += 1
        self._statistics.served_by_oldest += dialect.name != request.path_params["version"]
        if resource.name == "inventory" and dialect.posts_inventory and not row_id:
            if request.method != "POST":
                raise RefusedRequest(405, "Use POST to list inventory")
            return posted_inventory(self._state.rows("inventory"), await _json_body(request))
        if request.method != "GET":
            raise RefusedRequest(405, f"{request.method} is not served by this twin")
        if resource.name == "retailer":
            return {"data": self._state.world.retailer}
        shown = _shape(resource, dialect)
        if row_id:
            return {"data": shown(self._one(resource, row_id))}
        return self._list(resource, dict(request.query_params), shown)

    def _target(self, request: Request) -> tuple[Dialect, Resource, str]:
        """/api/VERSION/sales or /api/VERSION/sales/ID."""
        dialect = dialect_of(request.path_params["version"])
        name, _, row_id = request.path_params["tail"].partition("/")
        if dialect is None or name not in RESOURCES or "/" in row_id:
            raise RefusedRequest(404, "Resource not found")
        return dialect, RESOURCES[name], row_id

    def _one(self, resource: Resource, row_id: str) -> Row:
        found = self._state.find(resource.name, row_id)
        if found is None:
            raise RefusedRequest(404, f"No {resource.name} with id {row_id}")
        return found

    def _list(self, resource: Resource, asked: dict[str, str], shown: Callable[[Row], Row]) -> Row:
        rows = self._state.rows(resource.name)
        for name in ("sku", "name"):
            if resource.name == "products" and asked.get(name):
                # The vendor ignores every other parameter beside these.
                return envelope([row for row in rows if row[name] == asked[name]], shown)
        if resource.takes_deleted and asked.get("deleted") != "true":
            rows = [row for row in rows if row["deleted_at"] is None]
        page = envelope(cut_page(rows, asked, self._page_cap), shown)
        return page if resource.has_envelope else {"data": page["data"]}


def _shape(resource: Resource, dialect: Dialect) -> Callable[[Row], Row]:
    if resource.name == "sales" and not dialect.nested_sales:
        return flat_sale
    return flat_row if resource.name == "inventory" else dict


def _check_headers(request: Request) -> None:
    if not request.headers.get("user-agent", "").strip():
        raise RefusedRequest(400, "A User-Agent header is required")
    accept = request.headers.get("accept", "*/*")
    if not any(kind in accept for kind in ("application/json", "application/*", "*/*")):
        raise RefusedRequest(406, "Only application/json is available")


async def _json_body(request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise RefusedRequest(400, "Content-Type must be application/json")
    try:
        body = json.loads(await request.body())
    except ValueError as problem:
        raise RefusedRequest(400, "The body is not JSON") from problem
    if not isinstance(body, dict):
        raise RefusedRequest(400, "The body must be an object")
    return body
