"""The whole walk against the R-Series twin, which was written without knowing this client."""

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
from lightspeed_prima.twins.r_series import Allowance, create_r_series_app
from lightspeed_prima.twins.world import World, build_world
from lightspeed_prima.twins.world.config import CLIENT_ID, CLIENT_SECRET, FIRST_REFRESH_TOKEN
from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima_tests.lightspeed.loopback import TurnedClock

Ask = Callable[..., list[tuple[Any, ...]]]


class TwinTill:
    """A walk over the twin's world, and its admin."""

    def __init__(
        self, url: str, world: World, warehouse: Warehouse, tokens: Path, clock: TurnedClock
    ) -> None:
        self.admin = httpx.Client(base_url=f"{url}/_twin", trust_env=False)
        self.world = world
        self._warehouse = warehouse
        self._tokens = tokens
        self._clock = clock
        self.account = LightspeedAccount(
            account=world.account,
            series="R",
            base_url=url,
            token_url=f"{url}/auth/oauth/token",
            order_prefix="701",
            start_from=world.first_day,
            client_id=SecretStr(CLIENT_ID),
            client_secret=SecretStr(CLIENT_SECRET),
            first_refresh_token=SecretStr(FIRST_REFRESH_TOKEN),
        )

    def walk(self, run_id: str = "run-1") -> IngestResult:
        return ingest_account(
            self.account, self._warehouse, self._tokens, run_id, self._clock.now, clock=self._clock
        )

    def fault(self, kind: str, **details: object) -> None:
        self.admin.post("/faults", json={"kind": kind, **details}).raise_for_status()

    def visible(self, stage: int) -> set[str]:
        return {sale.sale_id for sale in self.world.sales if sale.stage <= stage}


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(days=2)


@pytest.fixture
def open_twin(world: World, warehouse: Warehouse, tmp_path: Path, clock: TurnedClock) -> Callable[..., Any]:
    @contextmanager
    def open_one(**options: Any) -> Iterator[TwinTill]:
        # The twin lives in the same turned time, so its limits are real and nobody waits for them.
        app = create_r_series_app(world, clock=lambda: clock.now().timestamp(), **options)
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


def test_every_sale_is_read_once_and_only_the_broken_one_is_flagged(twin: TwinTill, ask: Ask) -> None:
    result = twin.walk()

    assert (result.outcome, result.error) == ("ok", None)
    assert sale_ids(ask) == twin.visible(stage=1)
    assert result.versions_added == len(twin.visible(stage=1))
    expected = {
        key.partition(":")[2] for code, key in twin.world.answer_key.exceptions if code == "BAD_PAYLOAD"
    }
    flagged = ask("select sale_id from raw.lightspeed_sales where problem is not null")
    assert {row[0] for row in flagged} == expected & twin.visible(stage=1)


def test_all_reference_data_and_stock_arrive(twin: TwinTill, ask: Ask) -> None:
    twin.walk()
    world = twin.world
    counted: dict[str, int] = dict(
        ask("select entity, count(distinct entity_id) from raw.lightspeed_reference group by entity")
    )

    assert counted == {
        "account": 1,
        "shop": len(world.shops),
        "tax_category": len(world.tax_categories),
        "tax_class": len(world.tax_classes),
        "payment_type": len(world.payment_types),
        "item_matrix": len(world.matrices),
        "item": len(world.items),
        "sale_void": len(world.sale_voids),
    }
    in_shops = [row for row in world.item_shops if row["shopID"] != "0"]
    assert ask("select count(*) from raw.lightspeed_stock") == [(len(in_shops),)]


def test_a_second_walk_adds_nothing(twin: TwinTill) -> None:
    first = twin.walk()
    second = twin.walk("run-2")

    assert (second.versions_added, second.reference_rows) == (0, 0)
    assert second.watermark == first.watermark
    assert second.requests <= first.requests


def test_sales_of_an_offline_till_arrive_late(twin: TwinTill, ask: Ask) -> None:
    twin.walk()
    twin.admin.post("/stage", json={"stage": 2}).raise_for_status()
    late = twin.walk("run-2")

    assert late.versions_added == len(twin.visible(stage=2)) - len(twin.visible(stage=1))
    assert sale_ids(ask) == twin.visible(stage=2)


def test_a_sale_voided_without_moving_its_clock_is_seen(twin: TwinTill, ask: Ask) -> None:
    twin.walk()
    done = next(sale.payload for sale in twin.world.sales if sale.payload["completed"] == "true")
    twin.admin.post("/sales", json=done | {"voided": "true"}).raise_for_status()
    result = twin.walk("run-2")

    assert result.versions_added == 1
    newest = ask(
        "select arg_max(payload ->> 'voided', version) from raw.lightspeed_sales where sale_id = ?",
        done["saleID"],
    )
    assert newest == [("true",)]


def test_the_documented_spelling_of_the_update_clock_works_too(
    open_twin: Callable[..., Any], ask: Ask
) -> None:
    with open_twin(update_time_name="updatetime") as twin:
        assert twin.walk().outcome == "ok"
        assert sale_ids(ask) == twin.visible(stage=1)


def test_a_small_bucket_slows_the_walk_and_refuses_next_to_nothing(
    open_twin: Callable[..., Any], ask: Ask
) -> None:
    with open_twin(allowance=Allowance(size=8, drip_per_second=1.0, burst_per_second=3)) as twin:
        assert twin.walk().outcome == "ok"
        refused = twin.admin.get("/stats").json()["refused"]

        assert sale_ids(ask) == twin.visible(stage=1)
        assert sum(refused.values()) <= 1


def test_tokens_that_live_for_seconds_do_not_stop_a_walk(open_twin: Callable[..., Any], ask: Ask) -> None:
    allowance = Allowance(size=8, drip_per_second=0.5)
    with open_twin(allowance=allowance, token_seconds=20) as twin:
        result = twin.walk()

        assert (result.outcome, result.error) == ("ok", None)
        assert sale_ids(ask) == twin.visible(stage=1)


@pytest.mark.parametrize("kind", ["rate_limit", "server_error", "html", "reset", "truncated", "expire_token"])
def test_trouble_on_the_way_costs_time_and_no_sale(kind: str, twin: TwinTill, ask: Ask) -> None:
    twin.fault(kind, calls=1, path="/Sale.json")
    twin.fault(kind, calls=1, path="/Item.json")
    result = twin.walk()

    assert (result.outcome, result.error) == ("ok", None)
    assert sale_ids(ask) == twin.visible(stage=1)
    assert result.versions_added == len(twin.visible(stage=1))


def test_a_revoked_app_is_named_and_a_new_authorisation_heals_it(twin: TwinTill, ask: Ask) -> None:
    twin.walk()
    twin.admin.post("/tokens", json={"revoke": True}).raise_for_status()
    dead = twin.walk("run-2")
    twin.admin.post("/tokens", json={"refresh_token": "authorised anew"}).raise_for_status()
    twin.account = twin.account.model_copy(update={"first_refresh_token": SecretStr("authorised anew")})
    healed = twin.walk("run-3")

    assert dead.error is not None
    assert (dead.outcome, dead.error.code) == ("failed", "AUTH_FAILED")
    assert healed.outcome == "ok"
    assert ask("select outcome from raw.walks order by run_id") == [("ok",), ("failed",), ("ok",)]
