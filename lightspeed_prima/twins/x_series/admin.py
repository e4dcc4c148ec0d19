"""The twin's own endpoints under /_twin: stages, sales put by tests, slow commits, tokens, faults, counts.

Nothing of this exists in Lightspeed; the API itself is in app.py.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lightspeed_prima.twins.x_series.answers import answer
from lightspeed_prima.twins.x_series.faults import KINDS, Fault, FaultDesk
from lightspeed_prima.twins.x_series.oauth import TokenDesk
from lightspeed_prima.twins.x_series.state import TwinState


@dataclass
class Statistics:
    """What was asked of the API since the twin started."""

    requests: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    served_by_oldest: int = 0


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
            Route("/_twin/hide", self._hide, methods=["POST"]),
            Route("/_twin/commit", self._commit, methods=["POST"]),
            Route("/_twin/tokens", self._token, methods=["POST"]),
            Route("/_twin/faults", self._fault, methods=["POST"]),
        ]

    async def _show(self, _: Request) -> Response:
        return answer(
            {
                "twin": "lightspeed_x_series",
                "stage": self._state.stage,
                "last_stage": self._state.world.last_stage,
                "sales": len(self._state.rows("sales")),
                "requests": dict(self._statistics.requests),
                "refused": dict(self._statistics.refused),
                "served_by_oldest": self._statistics.served_by_oldest,
                "token_refreshes": self._tokens.refreshes,
                "faults_waiting": sum(fault.calls for fault in self._faults.waiting),
                "faults_happened": dict(Counter(self._faults.happened)),
            }
        )

    async def _stage(self, request: Request) -> Response:
        stage = (await _body(request)).get("stage")
        if not isinstance(stage, int) or stage < self._state.stage:
            return _wrong("stage must be a number that is not lower than the present one")
        self._state.reveal(stage)
        return answer({"stage": stage, "sales": len(self._state.rows("sales"))})

    async def _put_sale(self, request: Request) -> Response:
        """A sale in the nested shape, bare or as {"sale": …, "withhold": true}; its version is the twin's."""
        body = await _body(request)
        payload = body.get("sale", body)
        if not isinstance(payload, dict) or not payload.get("id"):
            return _wrong("a sale needs its id")
        if not isinstance(payload.get("totals"), dict):
            return _wrong("a sale is put in the nested shape of the dated versions")
        sale = self._state.put_sale(payload, withhold=body.get("withhold") is True)
        return answer({"version": sale["_metadata"]["version"], "sales": len(self._state.rows("sales"))})

    async def _sale(self, request: Request) -> Response:
        found = self._state.find("sales", request.path_params["sale_id"])
        return answer(found) if found else _wrong("there is no such sale", 404)

    async def _hide(self, request: Request) -> Response:
        sale_ids = (await _body(request)).get("sale_ids")
        if not isinstance(sale_ids, list):
            return _wrong('send {"sale_ids": [...]}')
        self._state.hide([str(sale_id) for sale_id in sale_ids])
        return answer({"sales": len(self._state.rows("sales"))})

    async def _commit(self, _: Request) -> Response:
        return answer({"committed": self._state.commit()})

    async def _token(self, request: Request) -> Response:
        body = await _body(request)
        if body.get("revoke"):
            self._tokens.revoke()
        elif isinstance(body.get("refresh_token"), str):
            self._tokens.authorise(body["refresh_token"])
        elif isinstance(body.get("scopes"), list):
            self._tokens.grant([str(scope) for scope in body["scopes"]])
        else:
            return _wrong('send {"revoke": true}, {"refresh_token": "…"} or {"scopes": [...]}')
        return answer({"ok": True})

    async def _fault(self, request: Request) -> Response:
        body: dict[str, Any] = await request.json()
        if body == {"clear": True}:
            self._faults.waiting.clear()
            return answer({"waiting": 0})
        try:
            fault = Fault(**body)
        except TypeError as problem:
            return _wrong(str(problem))
        if fault.kind not in KINDS or not isinstance(fault.calls, int):
            return _wrong(f"kind must be one of {', '.join(KINDS)}, calls a number")
        self._faults.waiting.append(fault)
        return answer({"waiting": sum(waiting.calls for waiting in self._faults.waiting)})


async def _body(request: Request) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(await request.body() or b"{}", parse_float=Decimal)
    return body


def _wrong(message: str, status: int = 400) -> Response:
    return answer({"error": message}, status)
