"""The whole cycle through Dagster against the twins: what a newcomer gets with no configuration at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from lightspeed_prima.definitions import build_defs
from lightspeed_prima.settings import CONFIG_VARIABLE, HOME_VARIABLE
from lightspeed_prima.twins.sandbox import WorldSize, ensure_sandbox, stop_sandbox
from lightspeed_prima_tests.defs.site import check, metadata

pytestmark = [pytest.mark.end_to_end, pytest.mark.timeout(600), pytest.mark.xdist_group("daily_cycle")]


@dataclass
class Sandbox:
    """A small sandbox with its own Dagster instance."""

    home: Path
    instance: dg.DagsterInstance

    def run(self, job: str) -> dg.ExecuteInProcessResult:
        resolved = build_defs().resolve_job_def(job)
        return resolved.execute_in_process(instance=self.instance, raise_on_error=False)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as environ, dg.DagsterInstance.ephemeral() as instance:
        environ.setenv(HOME_VARIABLE, str(home))
        environ.delenv(CONFIG_VARIABLE, raising=False)
        ensure_sandbox(home, world=WorldSize(days=2, sales_per_day=20))
        stop_sandbox(home)
        yield Sandbox(home, instance)
        stop_sandbox(home)


@pytest.fixture(scope="module")
def first(sandbox: Sandbox) -> dg.ExecuteInProcessResult:
    return sandbox.run("daily_cycle")


def test_the_cycle_wakes_the_twins_and_ends_well(first: dg.ExecuteInProcessResult) -> None:
    assert first.success, [event.message for event in first.all_events if event.is_step_failure]
    for name in ("walks_succeeded", "prima_reachable", "unexplained_is_zero", "extract_was_read"):
        assert check(first, name).passed, name
    assert check(first, "every_sale_has_one_disposition").passed
    assert check(first, "catalogue_is_believable").passed


def test_every_asset_was_made_once(first: dg.ExecuteInProcessResult) -> None:
    made = [event.asset_key for event in first.get_asset_materialization_events()]

    assert len(made) == len(set(made))
    assert set(made) == build_defs().resolve_asset_graph().executable_asset_keys


def test_documents_were_posted_and_the_report_and_snapshot_show_them(
    first: dg.ExecuteInProcessResult,
) -> None:
    posted = metadata(first, "posting/journal_documents")
    snapshot = metadata(first, "published/reconciliation")
    page = Path(str(metadata(first, "published/daily_report")["file"]))

    assert posted["outcome"] == "ok"
    assert posted["due"] == posted["confirmed"] != 0
    with duckdb.connect(str(snapshot["file"]), read_only=True) as con:
        confirmed = con.execute("select count(*) from posting.documents where state = 'confirmed'").fetchall()
    assert confirmed == [(posted["confirmed"],)]
    assert "<html" in page.read_text(encoding="utf-8").lower()
