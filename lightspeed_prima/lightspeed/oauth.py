"""Keeps one account's access token alive: refreshed early, after a 401, and made durable before it is used.

What does not belong here: what the token is used for, and how it lies on disk (token_store.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import httpx
import msgspec

from lightspeed_prima.lightspeed.clock import Clock
from lightspeed_prima.lightspeed.errors import AuthFailed, Unreachable, without_query
from lightspeed_prima.lightspeed.retry_after import seconds_told
from lightspeed_prima.lightspeed.token_store import StoredToken, TokenStore, fingerprint

# Lightspeed stops answering after five attempts a minute for one connection (wire notes, 1).
ATTEMPTS_PER_MINUTE = 5
TRIES_PER_TOKEN = 4
_MINUTE = timedelta(minutes=1)


class Credentials(Protocol):
    """What a client needs to know about tokens; X-Series personal tokens fit it too."""

    def access_token(self) -> str:
        """A token believed to be valid now."""
        ...

    def renew(self, rejected: str) -> str:
        """Another token, after `rejected` was answered with 401."""
        ...


@dataclass(frozen=True)
class Grant:
    """What the operator gave us for one account."""

    account: str
    token_url: str
    client_id: str
    client_secret: str
    first_refresh_token: str


class _Answer(msgspec.Struct, frozen=True):
    """`expires_in` is seconds from now; X-Series also says `expires`, the second since 1970."""

    access_token: str
    refresh_token: str = ""
    expires_in: int | None = None
    expires: int | None = None

    def __post_init__(self) -> None:
        if self.expires_in is None and self.expires is None:
            raise ValueError("neither expires_in nor expires says how long the token lives")

    def seconds_from(self, asked_at: datetime) -> int:
        """The duration counts before the date, which is only as good as two clocks are."""
        if self.expires_in is not None:
            return self.expires_in
        return (self.expires or 0) - int(asked_at.timestamp())


class _Refusal(msgspec.Struct, frozen=True):
    error: str = ""
    error_description: str = ""
    hint: str = ""


class TokenKeeper:
    """The one place that may use a refresh token."""

    def __init__(
        self, grant: Grant, store: TokenStore, http: httpx.Client, clock: Clock, now: Callable[[], datetime]
    ) -> None:
        self._grant = grant
        self._store = store
        self._http = http
        self._clock = clock
        self._now = now
        self._current: StoredToken | None = None

    def access_token(self) -> str:
        """The current access token; refreshed ahead of its end, so that no request is wasted on a 401."""
        current = self._current or self._store.newest()
        if current is None or current.expires_at <= self._now():
            with self._store.locked():
                stored = self._store.newest()
                fresh = stored is not None and stored.expires_at > self._now()
                current = stored if fresh and stored is not None else self._refresh(stored)
        self._current = current
        return current.access_token

    def renew(self, rejected: str) -> str:
        """After a 401: what a peer has rotated to meanwhile, else a refresh whatever the clock says."""
        with self._store.locked():
            stored = self._store.newest()
            rotated_by_a_peer = stored is not None and stored.access_token != rejected
            self._current = stored if rotated_by_a_peer and stored is not None else self._refresh(stored)
        return self._current.access_token

    def _refresh(self, stored: StoredToken | None) -> StoredToken:
        generation = 1 if stored is None else stored.generation + 1
        for refresh_token, grown_from in self._candidates(stored):
            asked_at = self._now()
            answer = self._ask(refresh_token)
            if answer is None:
                continue
            token = StoredToken(
                access_token=answer.access_token,
                refresh_token=answer.refresh_token or refresh_token,
                expires_at=asked_at + _useful_life(answer.seconds_from(asked_at)),
                grown_from=grown_from,
                generation=generation,
            )
            # Durable before anyone uses it: the first use of the access token kills the old refresh token.
            self._store.keep(token)
            return token
        raise self._dead(stored)

    def _candidates(self, stored: StoredToken | None) -> Iterator[tuple[str, str]]:
        """The stored token, then the configured one: a new one put there wins over a dead stored one.

        An unchanged one is tried as well: it is alive when the server has forgotten the rotation (a restored
        system, a new sandbox), and costs one request when it is not.
        """
        if stored is not None:
            yield stored.refresh_token, stored.grown_from
        first = self._grant.first_refresh_token
        if first and (stored is None or first != stored.refresh_token):
            yield first, fingerprint(first)

    def _ask(self, refresh_token: str) -> _Answer | None:
        """One token for another; None when the server says that this one is dead."""
        trouble = ""
        for attempt in range(TRIES_PER_TOKEN):
            self._wait_for_a_free_attempt()
            try:
                response = self._http.post(
                    self._grant.token_url,
                    # Form-encoded and without scope: as JSON with scope it is refused (wire notes, 1).
                    data={
                        "grant_type": "refresh_token",
                        "client_id": self._grant.client_id,
                        "client_secret": self._grant.client_secret,
                        "refresh_token": refresh_token,
                    },
                )
            except httpx.TransportError as failure:
                trouble = f"{type(failure).__name__}: {failure}"
                self._clock.sleep(2**attempt)
                continue
            if response.status_code == 200:
                try:
                    return msgspec.json.decode(response.content, type=_Answer, strict=False)
                except (msgspec.DecodeError, UnicodeDecodeError) as problem:
                    # Asking again is safe: nobody has used the new access token, so the old one still lives.
                    trouble = f"an answer that does not parse: {problem}"
            elif response.status_code != 429 and response.status_code < 500:
                self._raise_unless_dead(response)
                return None
            else:
                trouble = f"HTTP {response.status_code}"
            told = seconds_told(response.headers, self._now())
            self._clock.sleep(2**attempt if told is None else told)
        raise Unreachable(f"the token endpoint gave no usable answer ({trouble})", where=self._where)

    def _raise_unless_dead(self, response: httpx.Response) -> None:
        """A dead token is for the caller to replace; any other refusal is for a person."""
        try:
            refusal = msgspec.json.decode(response.content, type=_Refusal)
        except (msgspec.DecodeError, UnicodeDecodeError):
            refusal = _Refusal()
        if refusal.error == "invalid_grant":
            return
        said = refusal.error or f"HTTP {response.status_code}"
        if refusal.error == "invalid_client":
            raise AuthFailed(
                f"Lightspeed does not know the OAuth client of account {self._grant.account!r} ({said})",
                where=self._where,
                next_step="check client_id and client_secret of this account",
            )
        raise AuthFailed(
            f"the token endpoint refused account {self._grant.account!r} ({said})",
            where=self._where,
            next_step="check token_url, client_id, client_secret and the first refresh token of this account",
        )

    def _wait_for_a_free_attempt(self) -> None:
        now = self._now()
        recent = [attempt for attempt in self._store.recent_attempts() if now - _MINUTE < attempt <= now]
        if len(recent) >= ATTEMPTS_PER_MINUTE:
            self._clock.sleep((recent[-ATTEMPTS_PER_MINUTE] + _MINUTE - now).total_seconds())
            now = self._now()
        self._store.note_attempts([*recent[-ATTEMPTS_PER_MINUTE:], now])

    def _dead(self, stored: StoredToken | None) -> AuthFailed:
        unchanged = stored is not None and stored.grown_from == fingerprint(self._grant.first_refresh_token)
        used_up = ", and the one in the configuration is the used-up one they grew from" if unchanged else ""
        return AuthFailed(
            f"Lightspeed no longer accepts the refresh tokens of account {self._grant.account!r}{used_up}",
            where=self._where,
            next_step="authorise the app again with an employee who is not locked, and put the new refresh "
            "token where refresh_token_env or refresh_token_file of this account points",
        )

    @property
    def _where(self) -> str:
        return without_query(self._grant.token_url)


def _useful_life(seconds: int) -> timedelta:
    """Trust what was said, less a tenth (two minutes at most), so that no request outlives its token."""
    return timedelta(seconds=max(seconds - max(1, min(120, seconds // 10)), 0))
