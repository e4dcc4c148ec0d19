"""The twin's own endpoints under /_twin: stages, sales put by tests, tokens, faults, statistics.

Nothing of this exists in Lightspeed; the API itself is in app.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lightspeed_prima.twins.r_series.faults import KINDS, Fault, FaultDesk
from lightspeed_prima.twins.r_series.oauth import TokenDesk
from lightspeed_prima.twins.r_series.state import TwinState


@dataclass
class Statistics:
    """What was asked of the API since the twin started."""

    requests: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


class Admin:
    """Handlers that change or show what the twin holds."""

    def __init__(
        self, state: TwinState, tokens: TokenDesk, faults: FaultDesk, statistics: Statistics
    ) -> None:
        self._state = state
        self._tokens = tokens
        self._faults = faults
        self._statistics = statistics

    def routes(self) -> list[Route]:
        """All admin endpoints."""
        return [
            Route("/_twin/stats", self._show, methods=["GET"]),
            Route("/_twin/stage", self._stage, methods=["POST"]),
            Route("/_twin/sales", self._put_sale, methods=["POST"]),
            Route("/_twin/sales/{sale_id}", self._sale, methods=["GET"]),
            Route("/_twin/tokens", self._token, methods=["POST"]),
            Route("/_twin/faults", self._fault, methods=["POST"]),
        ]

    async def _show(self, _: Request) -> Response:
        return JSONResponse(
            {
                "twin": "lightspeed_r_series",
                "stage": self._state.stage,
                "sales": len(self._state.rows("Sale")),
                "requests": dict(self._statistics.requests),
                "refused": dict(self._statistics.refused),
                "token_refreshes": self._tokens.refreshes,
                "faults_waiting": sum(fault.calls for fault in self._faults.waiting),
                "faults_happened": dict(Counter(self._faults.happened)),
            }
        )

    async def _stage(self, request: Request) -> Response:
        stage = (await request.json()).get("stage")
        if not isinstance(stage, int) or stage < self._state.stage:
            return _wrong("stage must be a number that is not lower than the present one")
        self._state.reveal(stage)
        return JSONResponse({"stage": stage, "sales": len(self._state.rows("Sale"))})

    async def _put_sale(self, request: Request) -> Response:
        body: dict[str, Any] = await request.json()
        payload = body.get("Sale", body)
        if not isinstance(payload, dict) or not payload.get("saleID"):
            return _wrong("a sale needs its saleID")
        self._state.put_sale(payload)
        return JSONResponse({"sales": len(self._state.rows("Sale"))})

    async def _sale(self, request: Request) -> Response:
        found = self._state.find("Sale", "", request.path_params["sale_id"])
        return JSONResponse(found[0]) if found else _wrong("there is no such sale", 404)

    async def _token(self, request: Request) -> Response:
        body: dict[str, Any] = await request.json()
        if body.get("revoke"):
            self._tokens.revoke()
        elif isinstance(body.get("refresh_token"), str):
            self._tokens.authorise(body["refresh_token"])
        else:
            return _wrong('send {"revoke": true} or {"refresh_token": "the newly authorised one"}')
        return JSONResponse({"ok": True})

    async def _fault(self, request: Request) -> Response:
        body: dict[str, Any] = await request.json()
        if body == {"clear": True}:
            self._faults.waiting.clear()
            return JSONResponse({"waiting": 0})
        try:
            fault = Fault(**body)
        except TypeError as problem:
            return _wrong(str(problem))
        if fault.kind not in KINDS or not isinstance(fault.calls, int):
            return _wrong(f"kind must be one of {', '.join(KINDS)}, calls a number")
        self._faults.waiting.append(fault)
        return JSONResponse({"waiting": sum(waiting.calls for waiting in self._faults.waiting)})


def _wrong(message: str, status: int = 400) -> Response:
    return JSONResponse({"error": message}, status)
