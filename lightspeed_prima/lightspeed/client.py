"""Fetches one address of an account's API: paced, authorised, tried again within limits, never half-read.

What does not belong here: which addresses there are and what the answers mean; that is each series' own.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from lightspeed_prima.lightspeed.clock import Clock
from lightspeed_prima.lightspeed.errors import (
    ApiChanged,
    AuthFailed,
    LightspeedError,
    RequestRefused,
    Unreachable,
    without_query,
)
from lightspeed_prima.lightspeed.oauth import Credentials
from lightspeed_prima.lightspeed.throttle import Pace

T = TypeVar("T")


class Garbled(ValueError):
    """An answer with status 200 whose body is not what was asked for. Worth another try, then API_CHANGED."""


@dataclass(frozen=True)
class RetryLimits:
    """How long one address is worth trying: failures and refusals by the limiter are counted apart."""

    failures: int = 5
    throttled: int = 20
    first_wait_seconds: float = 1
    longest_wait_seconds: float = 30


class _ErrorBody(msgspec.Struct, frozen=True):
    """The members that carry words. X-Series has errors that are a text and errors that are an object."""

    error: Any = ""
    message: Any = ""
    error_description: Any = ""
    hint: Any = ""


@dataclass(frozen=True)
class _Question:
    """A request that may be repeated: it changes nothing, whatever its method."""

    method: str
    url: str
    body: bytes | None = None

    def headers(self, token: str) -> dict[str, str]:
        given = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        return given if self.body is None else {**given, "Content-Type": "application/json"}


class _Budget:
    """What is left of the limits for one address."""

    def __init__(self, limits: RetryLimits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._failures = 0
        self._throttled = 0
        self._renewed = False

    def spend_failure(self, reason: LightspeedError, *, cause: Exception | None = None) -> None:
        """Waits before the next try, or gives up with `reason`."""
        self._failures += 1
        if self._failures >= self._limits.failures:
            raise reason from cause
        doubled = self._limits.first_wait_seconds * 2 ** (self._failures - 1)
        wait = min(doubled, self._limits.longest_wait_seconds)
        # Half of the wait is random, so that several accounts do not come back in step.
        self._clock.sleep(wait * (1 + random.random()) / 2)

    def spend_throttled(self, reason: LightspeedError) -> None:
        """Counts a 429; the throttle does the waiting."""
        self._throttled += 1
        if self._throttled >= self._limits.throttled:
            raise reason

    def spend_renewal(self, reason: LightspeedError) -> None:
        """One forced refresh for one address; a second 401 is a person's business."""
        if self._renewed:
            raise reason
        self._renewed = True


class ApiClient:
    """The requests of one account, all of them reading. Counts them, for the record of the walk."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        http: httpx.Client,
        throttle: Pace,
        clock: Clock,
        limits: RetryLimits | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.requests = 0
        self._credentials = credentials
        self._http = http
        self._throttle = throttle
        self._clock = clock
        self._limits = limits or RetryLimits()

    def get(self, url: str, read: Callable[[bytes], T]) -> T:
        """The answer of `url` as `read` understands it; `read` raises Garbled for what it cannot read."""
        return self._answer(_Question("GET", url), read)

    def post(self, url: str, body: bytes, read: Callable[[bytes], T]) -> T:
        """The same for a question that is put in a JSON body. Only for what may be asked again."""
        return self._answer(_Question("POST", url, body), read)

    def _answer(self, question: _Question, read: Callable[[bytes], T]) -> T:
        url = question.url
        self._refuse_other_hosts(url)
        budget = _Budget(self._limits, self._clock)
        while True:
            token = self._credentials.access_token()
            response = self._send(question, token, budget)
            if response is None or self._must_try_again(response, url, token, budget):
                continue
            try:
                return read(response.content)
            except Garbled as problem:
                reason = ApiChanged(
                    f"the answer is not what was asked for ({problem})", where=without_query(url)
                )
                budget.spend_failure(reason, cause=problem)

    def _send(self, question: _Question, token: str, budget: _Budget) -> httpx.Response | None:
        self._throttle.wait()
        self.requests += 1
        try:
            response = self._http.request(
                question.method, question.url, content=question.body, headers=question.headers(token)
            )
        except (httpx.TransportError, httpx.DecodingError) as failure:
            reason = Unreachable(
                f"no whole answer from Lightspeed ({type(failure).__name__}: {failure})",
                where=without_query(question.url),
                smaller_may_help=isinstance(failure, httpx.ReadTimeout),
            )
            budget.spend_failure(reason, cause=failure)
            return None
        self._throttle.note(response.headers)
        return response

    def _must_try_again(self, response: httpx.Response, url: str, token: str, budget: _Budget) -> bool:
        """False for an answer worth reading; True after waiting; raises when no further try can help."""
        status, where = response.status_code, without_query(url)
        if status == 200:
            return False
        if status == 429:
            budget.spend_throttled(
                Unreachable("Lightspeed keeps refusing requests as too many (429)", where=where)
            )
            self._throttle.back_off(response.headers)
        elif status == 401:
            budget.spend_renewal(_token_refused(response, where))
            self._credentials.renew(token)
        elif status == 403:
            raise _right_missing(response, where)
        elif status >= 500:
            reason = Unreachable(
                f"Lightspeed failed with HTTP {status}", where=where, smaller_may_help=status != 503
            )
            budget.spend_failure(reason)
        else:
            raise RequestRefused(status, _said(response), where=where)
        return True

    def _refuse_other_hosts(self, url: str) -> None:
        """`next` is followed as it came, but the token goes nowhere except to the configured host."""
        ours, theirs = urlsplit(self.base_url), urlsplit(url)
        if (ours.scheme, ours.netloc.lower()) != (theirs.scheme, theirs.netloc.lower()):
            raise ApiChanged(f"the API points to another host than {self.base_url}", where=without_query(url))


def _token_refused(response: httpx.Response, where: str) -> AuthFailed:
    return AuthFailed(
        f"Lightspeed refuses a token it has just issued ({_said(response)})",
        where=where,
        next_step="see whether the merchant revoked the app or locked the authorising employee, then "
        "authorise again",
    )


def _right_missing(response: httpx.Response, where: str) -> AuthFailed:
    return AuthFailed(
        f"the token is good but lacks the right for this ({_said(response)})",
        where=where,
        next_step="authorise the app again with the scopes listed in the wire notes of its series (docs/)",
    )


def _said(response: httpx.Response) -> str:
    """The server's own words, cut to one readable line. Errors are JSON under a text/html header."""
    try:
        body = msgspec.json.decode(response.content, type=_ErrorBody)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return f"HTTP {response.status_code} without a readable message"
    parts = (body.error, body.message, body.error_description, body.hint)
    words = " ".join(filter(None, map(_words, parts)))
    return words[:300] or f"HTTP {response.status_code}"


def _words(part: Any) -> str:
    if isinstance(part, dict):
        part = part.get("message")
    return part if isinstance(part, str) else ""
