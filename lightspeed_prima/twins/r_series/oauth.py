"""R-Series' token endpoint: refresh tokens that rotate and die, access tokens that expire.

The old refresh token is revoked once the new access token is first used, as since January 2026
(docs/wire_notes.md). Where the tokens are kept between restarts belongs to state.py.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response

from lightspeed_prima.twins.r_series.errors import oauth_error

RETRIES_PER_MINUTE = 5
UNVERIFIED = "Access token could not be verified"
REVOKED = "Access token has been revoked"


@dataclass
class Tokens:
    """What is valid now; persisted, so that a restarted twin knows its clients."""

    refresh: list[str]
    """One token, or two between a refresh and the first use of what it gave."""
    access: str = ""
    access_expires_at: float = 0.0
    successor: str = ""
    """The refresh token that becomes the only one when `access` is first used."""
    revoked_access: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain data for the state file."""
        return asdict(self)


class TokenDesk:
    """Gives out and checks tokens of one client."""

    def __init__(
        self,
        tokens: Tokens,
        *,
        client_id: str,
        client_secret: str,
        account_id: str,
        lifetime_seconds: int,
        clock: Callable[[], float],
        on_change: Callable[[], None],
    ) -> None:
        self.tokens = tokens
        self.refreshes = 0
        self._client_id = client_id
        self._client_secret = client_secret
        self._account_id = account_id
        self._lifetime = lifetime_seconds
        self._clock = clock
        self._on_change = on_change
        self._attempts: dict[str, list[float]] = {}

    def refresh(self, content_type: str, form: Mapping[str, str]) -> Response:
        """Answer a call of the token endpoint."""
        problem = self._problem_with(content_type, form)
        if problem is not None:
            return problem
        presented = form["refresh_token"]
        if self._tried_too_often(presented):
            return oauth_error(429, "rate_limited", "Too many attempts with one refresh token.")
        self.refreshes += 1
        access, fresh = self._new_access_token(), "def50200" + secrets.token_hex(20)
        if self.tokens.access:
            self.tokens.revoked_access = [*self.tokens.revoked_access[-19:], self.tokens.access]
        self.tokens.refresh = [presented, fresh]
        self.tokens.access, self.tokens.successor = access, fresh
        self.tokens.access_expires_at = self._clock() + self._lifetime
        self._on_change()
        body = {
            "token_type": "Bearer",
            "expires_in": self._lifetime,
            "access_token": access,
            "refresh_token": fresh,
        }
        return JSONResponse(body)

    def denial(self, authorization: str) -> str:
        """Why this Authorization header is refused; empty when it is good. A good one counts as used."""
        scheme, _, token = authorization.partition(" ")
        if scheme != "Bearer" or not token:
            return UNVERIFIED
        if token in self.tokens.revoked_access:
            return REVOKED
        if token != self.tokens.access or self._clock() >= self.tokens.access_expires_at:
            return UNVERIFIED
        if self.tokens.successor:
            self.tokens.refresh, self.tokens.successor = [self.tokens.successor], ""
            self._on_change()
        return ""

    def expire_access(self) -> None:
        """The current access token dies before its time."""
        self.tokens.access_expires_at = 0.0
        self._on_change()

    def authorise(self, refresh_token: str) -> None:
        """The merchant connects the app anew; nothing that was given out before is valid any more."""
        self._attempts.clear()
        self.tokens.refresh = [refresh_token]
        self.tokens.revoked_access.append(self.tokens.access)
        self.tokens.access = self.tokens.successor = ""
        self._on_change()

    def revoke(self) -> None:
        """The merchant disconnects the app."""
        self.authorise("")
        self.tokens.refresh = []
        self._on_change()

    def _problem_with(self, content_type: str, form: Mapping[str, str]) -> Response | None:
        if not content_type.startswith("application/x-www-form-urlencoded"):
            # Seen in the field: a JSON body on refresh is answered with invalid_grant.
            return oauth_error(400, "invalid_grant", "The provided authorization grant is invalid.")
        if form.get("client_id") != self._client_id or form.get("client_secret") != self._client_secret:
            return oauth_error(401, "invalid_client", "Client authentication failed")
        if form.get("grant_type") != "refresh_token" or "refresh_token" not in form:
            return oauth_error(400, "invalid_request", "The request is missing a required parameter.")
        if "scope" in form or form["refresh_token"] not in self.tokens.refresh:
            return oauth_error(400, "invalid_grant", "The refresh token is invalid.")
        return None

    def _tried_too_often(self, refresh_token: str) -> bool:
        now = self._clock()
        recent = [at for at in self._attempts.get(refresh_token, []) if now - at < 60]
        self._attempts = {refresh_token: [*recent, now]}
        return len(recent) >= RETRIES_PER_MINUTE

    def _new_access_token(self) -> str:
        now = self._clock()
        claims = {
            "jti": secrets.token_hex(16),
            "iss": "https://cloud.lightspeedapp.com",
            "aud": self._client_id,
            "sub": "4",
            "acct": self._account_id,
            "scope": "employee:register_read employee:inventory employee:admin_void_sale",
            "iat": now,
            "nbf": now,
            "exp": now + self._lifetime,
        }
        head = {"typ": "JWT", "alg": "RS256"}
        return ".".join((_part(head), _part(claims), secrets.token_urlsafe(32)))


def _part(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
