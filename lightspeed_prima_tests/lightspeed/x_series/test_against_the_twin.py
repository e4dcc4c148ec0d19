"""The whole walk against the X-Series twin, which was written without knowing this client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from lightspeed_prima.lightspeed.ingest import IngestResult, ingest_account
from lightspeed_prima.settings import LightspeedAccount
from lightspeed_prima.twins.http_server import serve
from lightspeed_prima.twins.x_series import create_x_series_app
from lightspeed_prima.twins.x_world import XWorld, build_x_world
from lightspeed_prima.twins.x_world.config import (
    CLIENT_ID,
    CLIENT_SECRET,
    FIRST_REFRESH_TOKEN,
    PERSONAL_TOKEN,
)
from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima_tests.lightspeed.loopback import TurnedClock

Ask = Callable[..., list[tuple[Any, ...]]]
PERSONAL: dict[str, SecretStr | None] = {"personal_token": SecretStr(PERSONAL_TOKEN)}
OAUTH: dict[str, SecretStr | None] = {
    "client_id": SecretStr(CLIENT_ID),
    "client_secret": SecretStr(CLIENT_SECRET),
    "first_refresh_token": SecretStr(FIRST_REFRESH_TOKEN),
}


class TwinTill:
    """A walk over the twin's world, and its admin."""

    def __init__(
        self, url: str, world: XWorld, warehouse: Warehouse, tokens: Path, clock: TurnedClock
    ) -> None:
        self.admin = httpx.Client(base_url=f"{url}/_twin", trust_env=False)
        self.world = world
        self._warehouse = warehouse
        self._tokens = tokens
        self._clock = clock
        self.account = LightspeedAccount(
            account=world.account,
            series="X",
            base_url=url,
            token_url=f"{url}/api/1.0/token",
            order_prefix="702",
            start_from=world.first_day,
        )

    def walk(self, run_id: str = "run-1", sign_in: dict[str, SecretStr | None] = PERSONAL) -> IngestResult:
        account = self.account.model_copy(update=sign_in)
        return ingest_account(
            account, self._warehouse, self._tokens, run_id, self._clock.now, clock=self._clock
        )

    def post(self, path: str, /, **body: object) -> Any:
        response = self.admin.post(path, json=body)
        response.raise_for_status()
        return response.json()

    def stats(self) -> Any:
        return self.admin.get("/stats").json()

    def visible(self, stage: int) -> set[str]:
        return {sale.sale_id for sale in self.world.sales if sale.stage <= stage}

    def a_sale(self) -> dict[str, Any]:
        """Some plain sale of the world."""
        closed = next(sale for sale in self.world.sales if sale.payload["state"] == "closed")
        found: dict[str, Any] = self.admin.get(f"/sales/{closed.sale_id}").json()
        return found


@pytest.fixture(scope="module")
def world() -> XWorld:
    return build_x_world(days=3)


@pytest.fixture
def open_twin(world: XWorld, warehouse: Warehouse, tmp_path: Path, clock: TurnedClock) -> Callable[..., Any]:
    @contextmanager
    def open_one(**options: Any) -> Iterator[TwinTill]:
        # The twin lives in the same turned time, so its limits are real and nobody waits for them.
        app = create_x_series_app(world, clock=lambda: clock.now().timestamp(), **options)
        with serve(app) as url:
            twin = TwinTill(url, world, warehouse, tmp_path / "tokens", clock)
            with twin.admin:
                yield twin

    return open_one


@pytest.fixture
def twin(open_twin: Callable[..., Any]) -> Iterator[TwinTill]:
    with open_twin() as opened:
        yield opened


def sale_ids(ask: Ask) -> set[str]:
    return {str(row[0]) for row in ask("select distinct sale_id from raw.lightspeed_sales")}


def test_every_sale_is_read_once_and_only_the_broken_ones_are_flagged(twin: TwinTill, ask: Ask) -> None:
    result = twin.walk()
    expected = {
        key.partition(":")[2] for code, key in twin.world.answer_key.exceptions if code == "BAD_PAYLOAD"
    }
    flagged = ask("select sale_id from raw.lightspeed_sales where problem is not null")

    assert (result.outcome, result.error) == ("ok", None)
    assert sale_ids(ask) == twin.visible(stage=1)
    assert result.versions_added == len(twin.visible(stage=1))
    assert {row[0] for row in flagged} == expected & twin.visible(stage=1)


def test_all_reference_data_and_stock_arrive(twin: TwinTill, ask: Ask) -> None:
    twin.walk()
    world = twin.world
    counted: dict[str, int] = dict(
        ask("select entity, count(distinct entity_id) from raw.lightspeed_reference group by entity")
    )

    assert counted == {
        "retailer": 1,
        "tax": len(world.taxes),
        "outlet": len(world.outlets),
        "register": len(world.registers),
        "outlet_tax": len(world.outlet_taxes),
        "payment_type": sum(not row["internal"] for row in world.payment_types),
        "product": len(world.products),
    }
    assert ask("select count(*), min(on_hand) >= 0 from raw.lightspeed_stock") == [
        (len(world.inventory), True)
    ]


def test_a_second_walk_adds_nothing_and_a_third_asks_for_ends_only(
    twin: TwinTill, clock: TurnedClock
) -> None:
    twin.walk()
    clock.sleep(900)
    second = twin.walk("run-2")
    clock.sleep(900)
    third = twin.walk("run-3")

    assert (second.versions_added, second.reference_rows) == (0, 0)
    assert (third.sales_seen, third.requests) == (0, 9)


def test_every_later_stage_adds_its_versions_and_ends_in_its_last_state(
    twin: TwinTill, ask: Ask, clock: TurnedClock
) -> None:
    twin.walk()
    for stage in range(2, twin.world.last_stage + 1):
        clock.sleep(900)
        twin.post("/stage", stage=stage)
        assert twin.walk(f"run-{stage}").outcome == "ok"

    assert sale_ids(ask) == twin.visible(stage=twin.world.last_stage)
    last_states = {sale.sale_id: sale.payload["state"] for sale in twin.world.sales}
    assert (
        dict(
            ask("select sale_id, arg_max(payload ->> 'state', version) from raw.lightspeed_sales group by 1")
        )
        == last_states
    )


def test_a_sale_whose_commit_was_slow_is_read_although_higher_versions_were(
    twin: TwinTill, ask: Ask, clock: TurnedClock
) -> None:
    twin.walk()
    late, early = twin.a_sale() | {"id": "slow"}, twin.a_sale() | {"id": "quick"}
    slow = twin.post("/sales", sale=late, withhold=True)["version"]
    quick = twin.post("/sales", sale=early)["version"]
    clock.sleep(60)
    between = twin.walk("run-2")
    twin.post("/commit")
    clock.sleep(700)
    after = twin.walk("run-3")

    assert slow < quick
    assert (between.versions_added, after.versions_added) == (1, 1)
    assert ask("select sale_id, version, run_id from raw.lightspeed_sales where sale_id in ('slow', 'quick') "
               "order by version") == [("slow", slow, "run-3"), ("quick", quick, "run-2")]  # fmt: skip


def test_a_version_of_the_api_that_went_out_of_support_overnight_is_read_by_its_keys(
    twin: TwinTill, ask: Ask
) -> None:
    twin.post("/faults", kind="old_version", calls=9, path="/sales")
    result = twin.walk()

    assert result.outcome == "ok"
    assert twin.stats()["faults_happened"]["old_version"] >= 2
    assert sale_ids(ask) == twin.visible(stage=1)
    assert ask("select distinct payload ->> 'total_price' is not null from raw.lightspeed_sales") == [(True,)]


def test_inventory_of_an_older_version_is_API_CHANGED_after_the_sales_are_safe(
    twin: TwinTill, ask: Ask
) -> None:
    twin.post("/faults", kind="old_version", calls=9, path="/inventory")
    result = twin.walk()

    assert result.error is not None
    assert result.error.code == "API_CHANGED"
    assert sale_ids(ask) == twin.visible(stage=1)


def test_a_small_allowance_slows_the_walk_and_refuses_nothing(
    open_twin: Callable[..., Any], ask: Ask, clock: TurnedClock
) -> None:
    with open_twin(request_limit=12, page_cap=20) as twin:
        assert twin.walk().outcome == "ok"
        assert twin.stats()["refused"] == {}

    assert sale_ids(ask) == twin.visible(stage=1)
    assert clock.seconds >= 300


def test_tokens_that_live_for_seconds_do_not_stop_a_walk(open_twin: Callable[..., Any], ask: Ask) -> None:
    with open_twin(request_limit=12, page_cap=20, token_seconds=200) as twin:
        result = twin.walk(sign_in=OAUTH)

        assert (result.outcome, result.error) == ("ok", None)
        assert sale_ids(ask) == twin.visible(stage=1)
        assert twin.stats()["token_refreshes"] >= 2


@pytest.mark.parametrize(
    "kind", ["rate_limit", "server_error", "html", "reset", "reset_after", "truncated", "expire_token"]
)
def test_trouble_on_the_way_costs_time_and_no_sale(kind: str, twin: TwinTill, ask: Ask) -> None:
    for path in ("/sales", "/products", "/inventory"):
        twin.post("/faults", kind=kind, calls=1, path=path)
    result = twin.walk(sign_in=OAUTH)

    assert (result.outcome, result.error) == ("ok", None)
    assert sale_ids(ask) == twin.visible(stage=1)
    assert result.versions_added == len(twin.visible(stage=1))
    assert twin.stats()["faults_happened"][kind] == 3


def test_a_revoked_app_is_named_and_a_new_authorisation_heals_it(twin: TwinTill, ask: Ask) -> None:
    twin.walk(sign_in=OAUTH)
    twin.post("/tokens", revoke=True)
    dead = twin.walk("run-2", OAUTH)
    no_personal = twin.walk("run-3")
    twin.post("/tokens", refresh_token="authorised anew")
    healed = twin.walk("run-4", OAUTH | {"first_refresh_token": SecretStr("authorised anew")})

    assert dead.error is not None
    assert no_personal.error is not None
    assert (dead.error.code, no_personal.error.code) == ("AUTH_FAILED", "AUTH_FAILED")
    assert healed.outcome == "ok"
    assert ask("select outcome from raw.walks order by run_id") == [
        ("ok",),
        ("failed",),
        ("failed",),
        ("ok",),
    ]


def test_a_scope_that_is_missing_is_named(twin: TwinTill) -> None:
    twin.post("/tokens", scopes=["retailer:read", "taxes:read"])
    result = twin.walk(sign_in=OAUTH)

    assert result.error is not None
    assert result.error.code == "AUTH_FAILED"
    assert "outlets:read" in result.error.what
