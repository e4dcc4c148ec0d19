"""X-Series' tokens: refresh tokens that rotate, access tokens that live a day, personal tokens.

Every refresh revokes the access token before and the refresh token that was shown. Where tokens are kept
between restarts belongs to state.py.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from starlette.responses import Response

from lightspeed_prima.twins.x_series.allowance import Window
from lightspeed_prima.twins.x_series.answers import RefusedRequest, answer

SCOPES = (
    "sales:read",
    "products:read",
    "inventory:read",
    "outlets:read",
    "registers:read",
    "taxes:read",
    "payment_types:read",
    "retailer:read",
)
TOKEN_CALLS_PER_MINUTE = 30


@dataclass
class Tokens:
    """What is valid now; persisted, so that a restarted twin knows its clients."""

    refresh: str
    personal: str
    access: str = ""
    access_expires_at: int = 0
    scopes: list[str] = field(default_factory=lambda: list(SCOPES))

    def as_json(self) -> dict[str, Any]:
        """Plain data for the state file."""
        return asdict(self)


class TokenDesk:
    """Gives out and checks the tokens of one application."""

    def __init__(
        self,
        tokens: Tokens,
        *,
        client_id: str,
        client_secret: str,
        domain_prefix: str,
        lifetime_seconds: int,
        clock: Callable[[], float],
        on_change: Callable[[], None],
    ) -> None:
        self.tokens = tokens
        self.refreshes = 0
        self._client = (client_id, client_secret)
        self._domain_prefix = domain_prefix
        self._lifetime = lifetime_seconds
        self._clock = clock
        self._on_change = on_change
        # The token endpoint has a limiter of its own.
        self._window = Window(TOKEN_CALLS_PER_MINUTE, clock, seconds=60)

    def refresh(self, content_type: str, form: Mapping[str, str]) -> Response:
        """Answer a call of the token endpoint."""
        verdict = self._window.spend()
        headers = verdict.headers | {"X-RateLimit-Reset": str(math.ceil(self._clock()) + 60)}
        if not verdict.passed:
            return RefusedRequest(429, "Rate limiting enforced").response(headers)
        problem = self._problem_with(content_type, form)
        if problem:
            return answer({"error": problem}, 401 if problem == "invalid_client" else 400, headers)
        self.refreshes += 1
        now = self._clock()
        self.tokens.refresh = secrets.token_urlsafe(30)
        self.tokens.access = secrets.token_urlsafe(30)
        self.tokens.access_expires_at = math.floor(now) + self._lifetime
        self._on_change()
        body = {
            "access_token": self.tokens.access,
            "token_type": "Bearer",
            "expires": self.tokens.access_expires_at,
            "expires_in": self._lifetime,
            "refresh_token": self.tokens.refresh,
            "domain_prefix": self._domain_prefix,
            "scope": " ".join(self.tokens.scopes),
        }
        return answer(body, headers=headers)

    def check(self, authorization: str, scope: str) -> None:
        """Let a request pass that carries a good token with this scope; personal tokens have every scope."""
        kind, _, token = authorization.partition(" ")
        if kind != "Bearer" or not token:
            raise RefusedRequest(401, "Missing or malformed bearer token")
        if self.tokens.personal and secrets.compare_digest(token.encode(), self.tokens.personal.encode()):
            return
        if token != self.tokens.access or self._clock() >= self.tokens.access_expires_at:
            raise RefusedRequest(401, "Invalid or expired access token")
        if scope not in self.tokens.scopes:
            raise RefusedRequest(403, f"Missing required scope: {scope}")

    def expire_access(self) -> None:
        """The current access token dies before its time."""
        self.tokens.access_expires_at = 0
        self._on_change()

    def authorise(self, refresh_token: str) -> None:
        """The merchant connects the app anew; nothing that was given out before is valid any more."""
        self.tokens.refresh, self.tokens.access = refresh_token, ""
        self._on_change()

    def revoke(self) -> None:
        """The merchant disconnects the app and deletes the personal token."""
        self.tokens.refresh = self.tokens.access = self.tokens.personal = ""
        self._on_change()

    def grant(self, scopes: list[str]) -> None:
        """What the app may do from now on."""
        self.tokens.scopes = scopes
        self._on_change()

    def _problem_with(self, content_type: str, form: Mapping[str, str]) -> str:
        if not content_type.startswith("application/x-www-form-urlencoded"):
            return "invalid_request"
        if (form.get("client_id"), form.get("client_secret")) != self._client:
            return "invalid_client"
        if form.get("grant_type") != "refresh_token" or not form.get("refresh_token"):
            return "invalid_request"
        return "" if form["refresh_token"] == self.tokens.refresh else "invalid_grant"
