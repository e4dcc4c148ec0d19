"""A till on loopback, a clock to turn, a warehouse, and an account that fits them."""

from __future__ import annotations

import shutil
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
from lightspeed_prima_tests.lightspeed.loopback import FIRST_TOKEN, Till, TurnedClock, open_till

Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def till() -> Iterator[Till]:
    with open_till(Till()) as open_one:
        yield open_one


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy: building the schema anew for every test takes longer than the tests."""
    path = tmp_path_factory.mktemp("empty") / "warehouse.duckdb"
    with Warehouse(path).connect():
        return path


@pytest.fixture
def warehouse(tmp_path: Path, empty_warehouse: Path) -> Warehouse:
    path = tmp_path / "warehouse.duckdb"
    shutil.copyfile(empty_warehouse, path)
    return Warehouse(path)


@pytest.fixture
def account(till: Till) -> LightspeedAccount:
    return LightspeedAccount(
        account="ie",
        series="R",
        base_url=till.base_url,
        token_url=f"{till.base_url}/token",
        order_prefix="701",
        start_from=date(2026, 11, 2),
        client_id=SecretStr("client"),
        client_secret=SecretStr("secret"),
        first_refresh_token=SecretStr(FIRST_TOKEN),
    )


@pytest.fixture
def ingest(
    account: LightspeedAccount, warehouse: Warehouse, tmp_path: Path, clock: TurnedClock
) -> Callable[..., IngestResult]:
    """One walk; keyword arguments change the account."""

    def walk(run_id: str = "run-1", **changes: Any) -> IngestResult:
        changed = account.model_copy(update=changes)
        limits = RetryLimits(failures=3, throttled=3)
        return ingest_account(
            changed, warehouse, tmp_path / "tokens", run_id, now=clock.now, clock=clock, limits=limits
        )

    return walk


@pytest.fixture
def ask(warehouse: Warehouse) -> Ask:
    """A question to the warehouse."""

    def answer(sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with warehouse.connect() as con:
            return con.execute(sql, list(parameters)).fetchall()

    return answer
