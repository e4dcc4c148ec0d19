"""Opens the reader of an account: its connection, its credentials, the pace of its series.

What does not belong here: what is read, and what becomes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from lightspeed_prima.lightspeed.client import ApiClient, RetryLimits
from lightspeed_prima.lightspeed.clock import Clock
from lightspeed_prima.lightspeed.oauth import Credentials, Grant, TokenKeeper
from lightspeed_prima.lightspeed.personal_token import PersonalToken
from lightspeed_prima.lightspeed.r_series import assumptions
from lightspeed_prima.lightspeed.r_series.reader import RSeriesReader
from lightspeed_prima.lightspeed.series import SeriesReader
from lightspeed_prima.lightspeed.throttle import Throttle, ThrottleDefaults
from lightspeed_prima.lightspeed.token_store import TokenStore
from lightspeed_prima.lightspeed.x_series.reader import XSeriesReader
from lightspeed_prima.lightspeed.x_series.window import WindowThrottle
from lightspeed_prima.settings import LightspeedAccount

_TIMEOUT = httpx.Timeout(60, connect=10)
_R_BEFORE_THE_FIRST_HEADERS = ThrottleDefaults(
    drip_per_second=assumptions.DRIP_PER_SECOND,
    request_cost=assumptions.REQUEST_COST,
    burst_wait_seconds=assumptions.BURST_WAIT_SECONDS,
    bucket_wait_seconds=assumptions.BUCKET_WAIT_SECONDS,
)


@contextmanager
def open_reader(
    account: LightspeedAccount,
    tokens_directory: Path,
    clock: Clock,
    now: Callable[[], datetime],
    limits: RetryLimits | None,
) -> Iterator[SeriesReader]:
    """The reader of the account's series, with its connection open."""
    # A proxy from the environment is for the outside world; a twin on this machine is not behind it.
    loopback = urlsplit(account.base_url).hostname in {"127.0.0.1", "::1", "localhost"}
    headers = {"User-Agent": user_agent()}
    with httpx.Client(timeout=_TIMEOUT, trust_env=not loopback, headers=headers) as http:
        credentials = _credentials(account, tokens_directory, http, clock, now)
        if account.series == "X":
            window = WindowThrottle(clock, now)
            client = ApiClient(account.base_url, credentials, http, window, clock, limits)
            yield XSeriesReader(client, now)
        else:
            bucket = Throttle(clock, _R_BEFORE_THE_FIRST_HEADERS)
            client = ApiClient(account.base_url, credentials, http, bucket, clock, limits)
            yield RSeriesReader(client, credentials, account.account_id, account.start_from)


def user_agent() -> str:
    """X-Series refuses requests that do not say whose they are."""
    try:
        return f"lightspeed-prima/{version('lightspeed-prima')}"
    except PackageNotFoundError:
        return "lightspeed-prima"


def _credentials(
    account: LightspeedAccount,
    tokens_directory: Path,
    http: httpx.Client,
    clock: Clock,
    now: Callable[[], datetime],
) -> Credentials:
    if account.personal_token is not None:
        return PersonalToken(account.account, account.personal_token.get_secret_value())
    grant = Grant(
        account=account.account,
        token_url=account.token_url,
        client_id=_secret(account.client_id),
        client_secret=_secret(account.client_secret),
        first_refresh_token=_secret(account.first_refresh_token),
    )
    return TokenKeeper(grant, TokenStore(tokens_directory, account.account), http, clock, now)


def _secret(value: SecretStr | None) -> str:
    """Settings have made sure that what the series needs is there."""
    return "" if value is None else value.get_secret_value()
