"""An X-Series till on loopback and an account with a personal token that fits it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from lightspeed_prima.lightspeed.client import RetryLimits
from lightspeed_prima.lightspeed.ingest import IngestResult, ingest_account
from lightspeed_prima.settings import LightspeedAccount
from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima_tests.lightspeed.loopback import TurnedClock
from lightspeed_prima_tests.lightspeed.x_series.x_till import (
    FIRST_TOKEN,
    PERSONAL_TOKEN,
    XTill,
    open_x_till,
)


@pytest.fixture
def x_till() -> Iterator[XTill]:
    with open_x_till(XTill()) as open_one:
        yield open_one


@pytest.fixture
def x_account(x_till: XTill) -> LightspeedAccount:
    return LightspeedAccount(
        account="nz",
        series="X",
        base_url=x_till.base_url,
        token_url=f"{x_till.base_url}/api/1.0/token",
        order_prefix="702",
        start_from=date(2026, 11, 2),
        personal_token=SecretStr(PERSONAL_TOKEN),
    )


@pytest.fixture
def oauth() -> dict[str, SecretStr | None]:
    """What an account has instead of a personal token."""
    return {
        "personal_token": None,
        "client_id": SecretStr("client"),
        "client_secret": SecretStr("secret"),
        "first_refresh_token": SecretStr(FIRST_TOKEN),
    }


@pytest.fixture
def walk(
    x_account: LightspeedAccount, warehouse: Warehouse, tmp_path: Path, clock: TurnedClock
) -> Callable[..., IngestResult]:
    """One walk; keyword arguments change the account."""

    def once(run_id: str = "run-1", **changes: Any) -> IngestResult:
        changed = x_account.model_copy(update=changes)
        limits = RetryLimits(failures=3, throttled=3)
        return ingest_account(
            changed, warehouse, tmp_path / "tokens", run_id, now=clock.now, clock=clock, limits=limits
        )

    return once
