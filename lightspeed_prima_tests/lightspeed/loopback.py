"""A small R-Series till for these tests: answers from plain lists, and misbehaves when told to.

What does not belong here: a faithful R-Series; that is the twin's work, and test_against_the_twin.py uses it.
"""

from __future__ import annotations

import base64
import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lightspeed_prima.twins.http_server import serve

FIRST_TOKEN = "first-refresh-token"
ACCOUNT_ID = "120645"
Record = dict[str, Any]


class TurnedClock:
    """Sleeping only turns the hands."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.slept.append(seconds)
            self.seconds += seconds

    def now(self) -> datetime:
        return datetime(2026, 11, 9, 6, tzinfo=UTC) + timedelta(seconds=self.seconds)


@dataclass
class Seen:
    """One request as it came in."""

    path: str
    query: str
    token: str

    @property
    def parameters(self) -> dict[str, str]:
        return dict(parse_qsl(self.query))


@dataclass
class Till:
    """Lists by entity, and what has been asked for. `faults` answer instead, one per request."""

    lists: dict[str, list[Any]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    token_requests: list[dict[str, str]] = field(default_factory=list)
    faults: deque[Callable[[Request], Response | None]] = field(default_factory=deque)
    token_faults: deque[Response] = field(default_factory=deque)
    live_refresh_tokens: set[str] = field(default_factory=lambda: {FIRST_TOKEN})
    live_access_token: str = ""
    expires_in: int = 3600
    refuses: Callable[[Seen], Response | None] = lambda _seen: None
    headers: dict[str, str] = field(default_factory=dict)
    base_url: str = ""
    _issued: int = 0

    def asked(self, entity: str) -> list[Seen]:
        """The requests for one list."""
        return [seen for seen in self.seen if seen.path.endswith(f"/{entity}.json")]

    async def token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        self.token_requests.append(form)
        if self.token_faults:
            return self.token_faults.popleft()
        if form["refresh_token"] not in self.live_refresh_tokens:
            return _json(
                {"error": "invalid_grant", "error_description": "The refresh token is invalid."}, 400
            )
        self._issued += 1
        self.live_access_token = jwt(acct=ACCOUNT_ID, jti=str(self._issued))
        self.live_refresh_tokens.add(f"refresh-{self._issued}")
        return _json(
            {
                "token_type": "Bearer",
                "expires_in": self.expires_in,
                "access_token": self.live_access_token,
                "refresh_token": f"refresh-{self._issued}",
            }
        )

    async def api(self, request: Request) -> Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        seen = Seen(request.url.path, request.scope["query_string"].decode(), token)
        self.seen.append(seen)
        if self.faults and (answer := self.faults.popleft()(request)) is not None:
            return answer
        if token != self.live_access_token:
            return _json({"error": "access_denied", "hint": "Access token could not be verified"}, 401)
        # The first use of a new access token kills the refresh tokens before it.
        self.live_refresh_tokens = {f"refresh-{self._issued}"}
        if (refusal := self.refuses(seen)) is not None:
            return refusal
        return self._listed(seen)

    def _listed(self, seen: Seen) -> Response:
        entity = seen.path.rsplit("/", 1)[1].removesuffix(".json")
        if entity in ("Account", ACCOUNT_ID):
            account = {"accountID": ACCOUNT_ID, "name": "Test", "defaultCurrency": {"code": "EUR"}}
            return _json({"@attributes": {"count": "1"}, "Account": account}, headers=self.headers)
        found = _arranged(self.lists.get(entity, []), seen.parameters)
        start, limit = int(seen.parameters.get("after", "0")), int(seen.parameters.get("limit", "100"))
        page = found[start : start + limit]
        following = ""
        if start + limit < len(found):
            kept = {name: value for name, value in seen.parameters.items() if name != "after"}
            following = f"{self.base_url}{seen.path}?{urlencode({**kept, 'after': str(start + limit)})}"
        body: Record = {"@attributes": {"next": following, "previous": ""}}
        if page:
            body[entity] = page if len(page) > 1 else page[0]
        return _json(body, headers=self.headers)


@contextmanager
def open_till(till: Till) -> Iterator[Till]:
    """Serves the till on a loopback port while the block runs."""
    app = Starlette(
        routes=[
            Route("/token", till.token, methods=["POST"]),
            Route("/API/V3/{rest:path}", till.api, methods=["GET"]),
        ]
    )
    with serve(app) as till.base_url:
        yield till


def error(status: int, message: str = "refused") -> Response:
    """R-Series' own shape of an error."""
    return _json({"httpCode": str(status), "message": message, "errorClass": "Exception"}, status)


def answer(body: bytes | str, status: int = 200, **headers: str) -> Callable[[Request], Response]:
    """A fault that answers with these bytes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request: Response(body, status, named, media_type="application/json")


def jwt(**claims: object) -> str:
    """An unsigned token that reads like a signed one."""
    parts = ({"alg": "RS256"}, claims)
    return ".".join(
        [*(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts), "sig"]
    )


def sale(sale_id: int, updated: str = "2026-11-03T10:00:00+00:00", **changes: Any) -> Record:
    """A completed sale of one line and one payment."""
    return {
        "saleID": str(sale_id),
        "completed": "true",
        "voided": "false",
        "archived": "false",
        "createTime": updated,
        "updateTime": updated,
        "completeTime": updated,
        "shopID": "1",
        "calcTotal": "12.3",
        "calcTax1": "2.3",
        "calcTax2": "0",
        "SaleLines": {"SaleLine": line(sale_id * 10, sale_id)},
        "SalePayments": {
            "SalePayment": {
                "salePaymentID": str(sale_id),
                "amount": "12.3",
                "paymentTypeID": "1",
                "archived": "false",
            }
        },
    } | changes


def line(line_id: int, sale_id: int, **changes: Any) -> Record:
    """One line of one piece."""
    return {
        "saleLineID": str(line_id),
        "saleID": str(sale_id),
        "unitQuantity": "1",
        "unitPrice": "10",
        "calcSubtotal": "10",
        "calcTotal": "12.3",
        "calcTax1": "2.3",
        "calcTax2": "0",
        "itemID": "412",
        "parentSaleLineID": "0",
        "lineType": "",
    } | changes


def minutes_past(minutes: int) -> str:
    """A time on the third of November, as the API writes it."""
    return (datetime(2026, 11, 3, 8, tzinfo=UTC) + timedelta(minutes=minutes)).isoformat()


def _json(body: Record, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(body), status, headers, media_type="application/json")


def _arranged(records: list[Any], parameters: dict[str, str]) -> list[Any]:
    found = [record for record in records if _fits(record, parameters)]
    sort = parameters.get("sort", "")
    if sort:
        name = sort.removeprefix("-")
        found.sort(
            key=lambda record: _comparable(record.get(name, "") if isinstance(record, dict) else "~"),
            reverse=sort.startswith("-"),
        )
    return found


def _fits(record: Any, parameters: dict[str, str]) -> bool:
    for name, condition in parameters.items():
        if condition.startswith(">=,") and isinstance(record, dict):
            if record.get(name, "") < condition.removeprefix(">=,"):
                return False
        elif (listed := re.fullmatch(r"IN,\[(.*)\]", condition)) and record[name] not in listed[1].split(","):
            return False
    return True


def _comparable(value: str) -> tuple[int, str]:
    return (len(value), value) if value.isdecimal() else (0, value)
