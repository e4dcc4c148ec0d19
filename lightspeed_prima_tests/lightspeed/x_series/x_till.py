"""A small X-Series till for these tests: feeds by version from plain lists, and misbehaviour when told to.

What does not belong here: a faithful X-Series; that is the twin's work.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lightspeed_prima.twins.http_server import serve

FIRST_TOKEN = "first-refresh-token"
PERSONAL_TOKEN = "lsxs_pt_secret"
OUTLET, REGISTER, TAX, RATE, CASH = "outlet-1", "register-1", "tax-1", "rate-1", "cash-config"
Record = dict[str, Any]


@dataclass
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    parameters: dict[str, Any]

    @property
    def resource(self) -> str:
        return self.path.rsplit("/", 1)[1]


@dataclass
class XTill:
    """Feeds by resource. `refuses` may answer instead; `before` only looks."""

    feeds: dict[str, list[Any]] = field(default_factory=dict)
    retailer: Record = field(default_factory=lambda: {"id": "retailer-1", "currency": {"code": "NZD"}})
    taxes: list[Record] = field(default_factory=list)
    page: int = 1000
    seen: list[Asked] = field(default_factory=list)
    token_requests: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    token_answer: Callable[[Record], Record] = lambda answer: answer
    token_faults: deque[Response] = field(default_factory=deque)
    refuses: Callable[[Asked], Response | None] = lambda _asked: None
    before: Callable[[Asked], None] = lambda _asked: None
    headers: Callable[[], dict[str, str]] = dict
    live_tokens: set[str] = field(default_factory=lambda: {PERSONAL_TOKEN})
    live_refresh_token: str = FIRST_TOKEN
    base_url: str = ""

    def asked(self, resource: str) -> list[Asked]:
        """The requests for one resource."""
        return [asked for asked in self.seen if asked.resource == resource]

    async def token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        kind, agent = request.headers["Content-Type"], request.headers["User-Agent"]
        self.token_requests.append((kind, form, agent))
        if self.token_faults:
            return self.token_faults.popleft()
        if form.get("refresh_token") != self.live_refresh_token:
            return _json({"error": "invalid_grant"}, 400)
        number = len(self.token_requests)
        self.live_refresh_token = f"refresh-{number}"
        self.live_tokens = {f"access-{number}"}
        return _json(
            self.token_answer(
                {
                    "access_token": f"access-{number}",
                    "token_type": "Bearer",
                    "expires": 4_000_000_000,
                    "expires_in": 86400,
                    "refresh_token": f"refresh-{number}",
                    "domain_prefix": "example",
                    "scope": "sales:read",
                }
            )
        )

    async def api(self, request: Request) -> Response:
        body = await request.body()
        parameters = json.loads(body) if body else dict(parse_qsl(request.url.query))
        asked = Asked(request.method, request.url.path, dict(request.headers), parameters)
        self.seen.append(asked)
        self.before(asked)
        if request.headers["Authorization"].removeprefix("Bearer ") not in self.live_tokens:
            return _json({"error": "Unauthorized"}, 401)
        return self.refuses(asked) or self._answer(asked)

    def _answer(self, asked: Asked) -> Response:
        headers = self.headers()
        if asked.resource == "retailer":
            return _json({"data": self.retailer}, headers=headers)
        if asked.resource == "taxes":
            return _json({"data": self.taxes}, headers=headers)
        size = int(asked.parameters.get("page_size", asked.parameters.get("size", 0)))
        rows = self._after(asked)[: min(size, self.page)]
        if asked.resource == "inventory":
            return _json(rows, headers=headers)
        versions = [version_of(row) for row in rows]
        bounds = {"min": min(versions, default=None), "max": max(versions, default=None)}
        return _json({"data": rows, "version": bounds}, headers=headers)

    def _after(self, asked: Asked) -> list[Any]:
        after = int(asked.parameters["after"])
        hidden = asked.resource not in ("sales", "inventory") and "deleted" not in asked.parameters
        hidden = hidden or not asked.parameters.get("include_deleted", True)
        rows = [
            row
            for row in self.feeds.get(asked.resource, [])
            if version_of(row) > after and not (hidden and row.get("deleted_at"))
        ]
        newest_first = asked.resource == "inventory" and asked.parameters.get("sort_direction") != "asc"
        return sorted(rows, key=version_of, reverse=newest_first)


def version_of(row: Any) -> int:
    """Where a row stands in its feed."""
    version: int = row["_metadata"]["version"] if "_metadata" in row else row["version"]
    return version


@contextmanager
def open_x_till(till: XTill) -> Iterator[XTill]:
    """Serves the till on a loopback port while the block runs."""
    app = Starlette(
        routes=[
            Route("/api/1.0/token", till.token, methods=["POST"]),
            Route("/api/{version}/{rest:path}", till.api, methods=["GET", "POST"]),
        ]
    )
    with serve(app) as till.base_url:
        yield till


def nested_sale(number: int, version: int, day: str = "2026-11-03", **changes: Any) -> Record:
    """A closed sale of one line and one payment, as 2026-07 has it."""
    at = f"{day}T10:00:00Z"
    return {
        "id": f"sale-{number}",
        "state": "closed",
        "attributes": [],
        "date": at,
        "created_at": at,
        "updated_at": at,
        "deleted_at": None,
        "customer_id": None,
        "receipt_number": f"MR-{number}-NZ",
        "source": {"type": "USER", "outlet_id": OUTLET, "register_id": REGISTER, "author": {"id": "u"}},
        "return": {"is_return": False, "original_sale_id": None, "return_sale_ids": []},
        "totals": {"price": 12.13, "price_incl_tax": 13.95, "tax": 1.82, "loyalty": 0, "surcharge": 0},
        "taxes": [{"id": RATE, "tax": 1.82}],
        "line_items": [nested_line(number)],
        "payments": [
            {
                "id": f"payment-{number}",
                "amount": 13.95,
                "date": at,
                "deleted_at": None,
                "type": {"config_id": CASH, "id": "1", "name": "Cash"},
            }
        ],
        "adjustments": [],
        "_metadata": {"version": version},
    } | changes


def nested_line(number: int, **changes: Any) -> Record:
    """One line of one piece, ex tax to five places."""
    return {
        "id": f"line-{number}",
        "product": {"id": "product-1"},
        "quantity": 1.0,
        "pricing": {"price": 12.13043, "total": 12.13043, "discount": 0, "discount_total": 0},
        "tax": {"id": TAX, "amount": 1.81957, "total": 1.81957},
        "return": {"is_return": False, "reason": None},
        "status": "CONFIRMED",
        "gift_card_number": None,
        "_metadata": {"sequence": 0, "tax_components": [{"rate_id": RATE, "total_tax": 1.82}]},
    } | changes


def flat_sale(number: int, version: int, day: str = "2026-11-03", **changes: Any) -> Record:
    """The same sale as 2.0 has it."""
    at = f"{day}T10:00:00+00:00"
    return {
        "id": f"sale-{number}",
        "outlet_id": OUTLET,
        "register_id": REGISTER,
        "customer_id": None,
        "status": "CLOSED",
        "state": "closed",
        "attributes": [],
        "return_for": None,
        "total_price": 12.13,
        "total_tax": 1.82,
        "total_price_incl": 13.95,
        "sale_date": at,
        "created_at": at,
        "updated_at": at,
        "deleted_at": None,
        "line_items": [
            {
                "id": f"line-{number}",
                "product_id": "product-1",
                "tax_id": TAX,
                "quantity": 1,
                "price": 12.13043,
                "price_total": 12.13043,
                "tax_total": 1.81957,
                "is_return": False,
                "tax_components": [{"rate_id": RATE, "total_tax": 1.82}],
            }
        ],
        "payments": [
            {"id": f"payment-{number}", "amount": 13.95, "retailer_payment_type_id": CASH, "deleted_at": None}
        ],
        "adjustments": [],
        "taxes": [{"id": RATE, "amount": 1.82}],
        "version": version,
    } | changes


def inventory(number: int, version: int, level: Any, **changes: Any) -> Record:
    """The level of one product in the outlet."""
    return {
        "id": f"inventory-{number}",
        "product_id": f"product-{number}",
        "outlet_id": OUTLET,
        "current_inventory_level": level,
        "quantity_to_procure": 0,
        "deleted_at": None,
        "version": version,
    } | changes


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(body), status, headers, media_type="application/json")
