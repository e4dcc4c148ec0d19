"""A client of the X-Series twin for the tests: it knows the way to tokens, pages and admin endpoints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from lightspeed_prima.twins.http_server import serve
from lightspeed_prima.twins.x_series import create_x_series_app
from lightspeed_prima.twins.x_world import XWorld
from lightspeed_prima.twins.x_world.config import (
    CLIENT_ID,
    CLIENT_SECRET,
    FIRST_REFRESH_TOKEN,
    PERSONAL_TOKEN,
)

GENEROUS = 100_000


class Clock:
    """Time that moves when a test says so."""

    def __init__(self) -> None:
        self.now = 1_795_000_000.5

    def __call__(self) -> float:
        return self.now


class Till:
    """Talks to one twin."""

    def __init__(self, client: httpx.Client, world: XWorld) -> None:
        self.client = client
        self.world = world
        self.refresh_token = FIRST_REFRESH_TOKEN
        self.use(PERSONAL_TOKEN)

    def use(self, token: str) -> None:
        self.client.headers["Authorization"] = f"Bearer {token}"

    def refresh(self, refresh_token: str | None = None, **more: str) -> httpx.Response:
        form = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "grant_type": "refresh_token",
            "refresh_token": refresh_token or self.refresh_token,
        }
        return self.client.post("/api/1.0/token", data=form | more)

    def log_in(self) -> dict[str, Any]:
        body: dict[str, Any] = self.refresh().json()
        self.refresh_token = body["refresh_token"]
        self.use(body["access_token"])
        return body

    def get(self, resource: str, version: str = "2026-07", **parameters: object) -> httpx.Response:
        return self.client.get(
            f"/api/{version}/{resource}", params={name: str(value) for name, value in parameters.items()}
        )

    def page(self, resource: str, version: str = "2026-07", **parameters: object) -> Any:
        """A parsed answer whose numbers are Decimals, as they were written."""
        answer = self.get(resource, version, **parameters)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.text, parse_float=Decimal)

    def walk(self, resource: str, version: str = "2026-07", **parameters: object) -> list[Any]:
        """All rows, by `after` from each page's own maximum to the empty page."""
        rows: list[Any] = []
        after = 0
        while True:
            page = self.page(resource, version, **(parameters | {"after": after}))
            if not page["data"]:
                assert page["version"] == {"min": None, "max": None}
                return rows
            rows += page["data"]
            after = page["version"]["max"]

    def sale(self, sale_id: str) -> dict[str, Any]:
        sale: dict[str, Any] = json.loads(
            self.client.get(f"/_twin/sales/{sale_id}").text, parse_float=Decimal
        )
        return sale

    def tell(self, what: str, **body: object) -> dict[str, Any]:
        """Use an admin endpoint of the twin."""
        answer = self.client.post(f"/_twin/{what}", json=body)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    def id_of(self, story: str) -> str:
        """The sale of a story that happens once, or the first of several."""
        return next(s.sale_key.partition(":")[2] for s in self.world.answer_key.sales if s.story == story)

    def stats(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get("/_twin/stats").json()
        return found


@contextmanager
def open_till(world: XWorld, state_path: Path | None = None, **options: Any) -> Iterator[Till]:
    options.setdefault("request_limit", GENEROUS)
    with (
        serve(create_x_series_app(world, state_path, **options)) as url,
        httpx.Client(base_url=url) as client,
    ):
        yield Till(client, world)
