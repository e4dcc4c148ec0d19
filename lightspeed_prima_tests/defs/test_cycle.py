"""One run at a time, and what a killed one leaves behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path
from threading import Event, Thread

import dagster as dg
import pytest

from lightspeed_prima.defs.activity import run_at_work
from lightspeed_prima.defs.cycle import clear_leftovers, one_run_at_a_time
from lightspeed_prima.defs.names import DAILY_CYCLE, WAREHOUSE_POOL
from lightspeed_prima.errors import PipelineError

TEMPLATE = Path(__file__).parents[2] / "lightspeed_prima" / "deploy" / "dagster.yaml"


def silent(_: str) -> None:
    """Nobody is told."""


def test_a_second_run_waits_until_the_first_has_ended(tmp_path: Path) -> None:
    warehouse, order, waiting = tmp_path / "w.duckdb", [], Event()

    def second() -> None:
        with one_run_at_a_time(warehouse, "second", lambda _: waiting.set()):
            order.append("second")

    thread = Thread(target=second)
    with one_run_at_a_time(warehouse, "first", silent):
        thread.start()
        assert waiting.wait(20)
        order.append("first")
    thread.join(20)

    assert order == ["first", "second"]


def test_a_run_that_waits_too_long_says_for_whom(tmp_path: Path) -> None:
    warehouse = tmp_path / "w.duckdb"
    with (
        one_run_at_a_time(warehouse, "first", silent),
        pytest.raises(PipelineError, match="CYCLE_BUSY: run first has been at work"),
        one_run_at_a_time(warehouse, "second", silent, timeout_seconds=0),
    ):
        pytest.fail("two runs held the warehouse")


def test_a_run_that_ended_well_left_nothing(tmp_path: Path) -> None:
    with one_run_at_a_time(tmp_path / "w.duckdb", "first", silent):
        pass
    with one_run_at_a_time(tmp_path / "w.duckdb", "second", silent) as died:
        assert died == ""


def _hold_until_killed(warehouse: Path, holding: object) -> None:
    with one_run_at_a_time(warehouse, "killed", silent):
        holding.set()  # type: ignore[attr-defined]
        signal.pause()


def test_a_killed_run_frees_the_warehouse_and_is_known_by_name(tmp_path: Path) -> None:
    processes = multiprocessing.get_context("spawn")
    holding = processes.Event()
    process = processes.Process(target=_hold_until_killed, args=(tmp_path / "w.duckdb", holding))
    process.start()
    assert holding.wait(60)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()

    with one_run_at_a_time(tmp_path / "w.duckdb", "next", silent) as died:
        assert died == "killed"


@dg.job(name=DAILY_CYCLE)
def cycle_job() -> None: ...


def test_a_dead_run_gives_back_its_place_in_the_pool_and_counts_as_failed(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_bytes(TEMPLATE.read_bytes())
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides=_pools()) as instance:
        dead = instance.create_run_for_job(cycle_job, status=dg.DagsterRunStatus.STARTED)
        storage = instance.event_log_storage
        storage.initialize_concurrency_limit_to_default(WAREHOUSE_POOL)
        assert storage.claim_concurrency_slot(WAREHOUSE_POOL, dead.run_id, "core__transactions").is_claimed
        assert "is at work" in run_at_work(instance)
        said: list[str] = []

        clear_leftovers(instance, "next", dead.run_id, said.append)

        assert storage.claim_concurrency_slot(WAREHOUSE_POOL, "next", "core__transactions").is_claimed
        assert run_at_work(instance) == ""
        assert said == [f"run {dead.run_id} died at work; this run takes up what it left"]


def test_a_run_of_another_instance_is_left_alone(instance: dg.DagsterInstance) -> None:
    said: list[str] = []

    clear_leftovers(instance, "next", "a run nobody here knows", said.append)

    assert said == []


def _pools() -> dict[str, object]:
    return {"concurrency": {"pools": {"default_limit": 1, "granularity": "op"}}}


def test_the_template_for_dagster_home_says_what_we_rely_on(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_bytes(TEMPLATE.read_bytes())
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert not instance.telemetry_enabled
        assert not instance.nux_enabled
        assert instance.run_monitoring_enabled
        pools = instance.get_concurrency_config().pool_config
        assert pools.default_pool_limit == 1
        assert pools.pool_granularity is not None
        assert pools.pool_granularity.value == "op"
        assert instance.get_settings("retention")["schedule"]["purge_after_days"] == 90
