"""Puts the R-Series twin together: API V3 and the token endpoint over a seeded world.

Only the order of things is here: faults, then the token, then the limits, then the query. Each has its own
module.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lightspeed_prima.twins.r_series.admin import Admin, Statistics
from lightspeed_prima.twins.r_series.bucket import Allowance, Bucket
from lightspeed_prima.twins.r_series.envelope import (
    Row,
    as_xml,
    embed,
    list_envelope,
    single_envelope,
    wanted_tree,
)
from lightspeed_prima.twins.r_series.errors import RefusedRequest, access_denied
from lightspeed_prima.twins.r_series.faults import FaultDesk, FaultyDoor
from lightspeed_prima.twins.r_series.oauth import TokenDesk
from lightspeed_prima.twins.r_series.query import Parameters, Query, arrange, cost_of, page, read_query
from lightspeed_prima.twins.r_series.resources import RESOURCES, Resource
from lightspeed_prima.twins.r_series.state import TwinState
from lightspeed_prima.twins.world import World
from lightspeed_prima.twins.world.config import CLIENT_ID, CLIENT_SECRET

UpdateTimeName = Literal["updateTime", "updatetime"]
TOO_MANY_RELATIONS = 15
_ARRANGED_KEPT = 8


def create_r_series_app(
    world: World,
    state_path: Path | None = None,
    *,
    allowance: Allowance | None = None,
    token_seconds: int = 3600,
    update_time_name: UpdateTimeName = "updateTime",
    clock: Callable[[], float] = time.time,
) -> Starlette:
    """The twin as an ASGI app. `update_time_name` is the one spelling that filters and sorts are allowed."""
    state = TwinState(world, state_path, clock)
    tokens = TokenDesk(
        state.tokens,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        account_id=world.account_id,
        lifetime_seconds=token_seconds,
        clock=clock,
        on_change=state.save,
    )
    faults, statistics = FaultDesk(), Statistics()
    api = _Api(state, tokens, Bucket(allowance or Allowance(), clock), statistics, update_time_name)

    async def token(request: Request) -> Response:
        statistics.requests["token"] += 1
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        return tokens.refresh(request.headers.get("content-type", ""), form)

    return Starlette(
        routes=[
            Route("/auth/oauth/token", token, methods=["POST"]),
            Route("/API/V3/{tail:path}", api.answer, methods=["GET"]),
            *Admin(state, tokens, faults, statistics).routes(),
        ],
        middleware=[Middleware(FaultyDoor, desk=faults, tokens=tokens)],
    )


class _Api:
    """Answers GET requests under /API/V3."""

    def __init__(
        self,
        state: TwinState,
        tokens: TokenDesk,
        bucket: Bucket,
        statistics: Statistics,
        update_time_name: UpdateTimeName,
    ) -> None:
        self._state = state
        self._tokens = tokens
        self._bucket = bucket
        self._statistics = statistics
        self._update_time_name = update_time_name
        self._arranged: dict[tuple[int, str], list[Row]] = {}
        self._searchable: dict[str, dict[str, str]] = {}

    async def answer(self, request: Request) -> Response:
        """Check the token, read the query, charge for it, answer it."""
        hint = self._tokens.denial(request.headers.get("authorization", ""))
        if hint:
            self._statistics.refused["token"] += 1
            return access_denied(hint)
        headers = {"X-LS-Acct-Id": self._state.world.account_id, "X-LS-Oauth-Client-Id": "19570"}
        try:
            resource, key = self._target(request.path_params["tail"])
            parameters = request.query_params.multi_items()
            query = read_query(resource, parameters, self._fields(resource))
        except RefusedRequest as refusal:
            self._statistics.refused["query"] += 1
            verdict = self._bucket.pour(1.0)
            return refusal.response(headers | verdict.headers)
        self._statistics.requests[resource.name] += 1
        verdict = self._bucket.pour(cost_of(resource, query, single=bool(key)))
        headers |= verdict.headers
        if not verdict.passed:
            self._statistics.refused[verdict.refused_by] += 1
            said = "burst rate limit exceeded" if "burst" in verdict.refused_by else "Rate Limit Exceeded"
            return RefusedRequest(429, said, "RateLimitException").response(headers)
        try:
            envelope = self._envelope(request, resource, key, query, parameters)
        except RefusedRequest as refusal:
            return refusal.response(headers)
        return _formatted(request, resource, envelope, headers)

    def _target(self, tail: str) -> tuple[Resource, str]:
        """Account.json, Account/ID.json, Account/ID/Sale.json or Account/ID/Sale/KEY.json."""
        parts = tail.removesuffix(".json").split("/")
        if parts[0] != "Account" or len(parts) > 4:
            raise RefusedRequest(404, f"'{tail}' is not a valid endpoint.")
        account = self._state.world.account_id
        if len(parts) > 1 and parts[1] != account:
            raise RefusedRequest(403, "You do not have access to this account.", "ForbiddenException")
        name = parts[2] if len(parts) > 2 else "Account"
        if name not in RESOURCES or (len(parts) > 2 and name == "Account"):
            raise RefusedRequest(404, f"'{name}' is not a valid endpoint.")
        key = parts[3] if len(parts) == 4 else account if len(parts) < 3 else ""
        return RESOURCES[name], key

    def _fields(self, resource: Resource) -> Mapping[str, str]:
        """The names that may be searched and sorted by, with the rows' own names behind them."""
        if resource.name not in self._searchable:
            rows = self._state.rows(resource.name)
            names = {name for row in rows for name, value in row.items() if isinstance(value, str)}
            fields = {name: name for name in sorted(names | set(resource.sort_fields))} | resource.aliases
            if resource.name == "Sale":
                del fields["updateTime"]
                fields[self._update_time_name] = "updateTime"
            self._searchable[resource.name] = fields
        return self._searchable[resource.name]

    def _envelope(
        self, request: Request, resource: Resource, key: str, query: Query, parameters: Parameters
    ) -> Row:
        wanted = wanted_tree(query.relations)
        if key:
            found = self._state.find(resource.name, "", key)
            if not found:
                message = f"Object of type '{resource.name}' not found with primary ID '{key}'."
                raise RefusedRequest(404, message)
            return single_envelope(resource.name, embed(resource.name, found[0], wanted, self._state.find))
        if len(query.relations) >= TOO_MANY_RELATIONS:
            raise RefusedRequest(500, "Allowed memory size exhausted", "Error")
        ordered = self._ordered(resource, query)
        if query.count_only:
            return {"@attributes": {"count": str(len(ordered))}}
        found_page = page(resource, query, ordered)
        rows = [embed(resource.name, row, wanted, self._state.find) for row in found_page.rows]
        return list_envelope(
            resource,
            rows,
            _neighbour(request, parameters, "after", found_page.next_cursor),
            _neighbour(request, parameters, "before", found_page.previous_cursor),
        )

    def _ordered(self, resource: Resource, query: Query) -> list[Row]:
        """Filtered and sorted rows, kept while nothing changes so that a long walk stays quick."""
        kept = (self._state.version, query.digest)
        if kept not in self._arranged:
            if len(self._arranged) >= _ARRANGED_KEPT:
                self._arranged.clear()
            wanted = wanted_tree(query.relations)
            looks_inside = any("." in c.field for c in (*query.conditions, *query.any_of))

            def seen(row: Row) -> Row:
                return embed(resource.name, row, wanted, self._state.find) if looks_inside else row

            self._arranged[kept] = arrange(resource, query, self._state.rows(resource.name), seen)
        return self._arranged[kept]


def _neighbour(request: Request, parameters: Parameters, direction: str, cursor: str | None) -> str:
    """The whole URL of the next or previous page, to be followed as it is; "" when there is none."""
    if cursor is None:
        return ""
    kept = [(name, text) for name, text in parameters if name not in ("after", "before")]
    return str(request.url.replace(query=urlencode([*kept, (direction, cursor)])))


def _formatted(request: Request, resource: Resource, envelope: Row, headers: Mapping[str, str]) -> Response:
    """JSON when asked for by suffix or Accept header, XML otherwise; the header wins."""
    accept = request.headers.get("accept", "")
    as_json = request.url.path.endswith(".json")
    if "application/json" in accept:
        as_json = True
    elif "xml" in accept:
        as_json = False
    if as_json:
        return JSONResponse(envelope, headers=dict(headers))
    return Response(
        as_xml(f"{resource.name}s", envelope), media_type="application/xml", headers=dict(headers)
    )
