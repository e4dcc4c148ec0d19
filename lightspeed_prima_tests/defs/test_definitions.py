"""The code location as a whole: what is in it, where it is found, and that loading it starts nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import dagster as dg
import pytest
import yaml

from lightspeed_prima.definitions import build_defs
from lightspeed_prima.settings import SettingsError
from lightspeed_prima.warehouse.models import ModelProject
from lightspeed_prima_tests.defs.site import CONFIG, Site

ROOT = Path(__file__).parents[2]
JOBS = {"ingest_lightspeed", "post_to_prima", "reconcile", "sync_stock", "daily_cycle"}


@pytest.fixture
def definitions(site: Site) -> dg.Definitions:
    return build_defs(site.settings())


def keys_of(definitions: dg.Definitions, job: str) -> set[str]:
    layer = definitions.resolve_job_def(job).asset_layer
    return {key.to_user_string() for key in layer.executable_asset_keys}


def test_both_places_that_name_the_code_location_name_the_same_one() -> None:
    dg_section = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["dg"]["project"]
    (location,) = yaml.safe_load((ROOT / "workspace.yaml").read_text())["load_from"]

    assert location["python_module"]["module_name"] == dg_section["code_location_target_module"]
    assert location["python_module"]["location_name"] == dg_section["code_location_name"]
    assert location["python_module"]["attribute"] == "defs"


@pytest.mark.timeout(240)
def test_dg_lists_the_definitions_without_a_configuration(tmp_path: Path) -> None:
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LIGHTSPEED_PRIMA_HOME": str(tmp_path)}
    command = [str(Path(sys.executable).with_name("dg")), "list", "defs", "--json"]

    listed = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)

    found = json.loads(listed.stdout)
    assert {job["name"] for job in found["jobs"]} >= JOBS
    assert {asset["asset_key"] for asset in found["assets"]} >= {
        "core/transactions",
        "posting/journal_documents",
    }
    assert not (tmp_path / "data").exists()


def test_loading_reads_no_database_and_opens_no_connection() -> None:
    program = (
        "import sys, lightspeed_prima.definitions as d;"
        "heavy = {'duckdb', 'httpx', 'lxml', 'pyarrow', 'starlette', 'pandas'} & set(sys.modules);"
        "print(sorted(heavy), type(d.defs).__name__)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[] Definitions"


def test_a_configuration_with_a_mistake_keeps_the_location_from_loading(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = site.folder / "wrong.toml"
    wrong.write_text(CONFIG.replace("timeout_seconds", "timeout_second"))
    monkeypatch.setenv("LIGHTSPEED_PRIMA_CONFIG", str(wrong))

    with pytest.raises(SettingsError, match="timeout_second"):
        build_defs()


def test_every_model_and_every_table_python_writes_is_an_asset(definitions: dg.Definitions) -> None:
    keys = {key.to_user_string() for key in definitions.resolve_asset_graph().get_all_asset_keys()}
    models = ModelProject.load()
    state = {"ops/completed_days", "raw/watermarks"}

    assert {f"{model.schema}/{model.name}" for model in models} <= keys
    assert {f"{source.schema}/{source.table}" for source in models.sources} - state <= keys
    assert not state & keys
    assert {"published/reconciliation", "published/daily_report"} <= keys


def test_no_asset_depends_on_something_nobody_makes(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()

    assert graph.get_all_asset_keys() == graph.executable_asset_keys


def test_every_asset_explains_itself(definitions: dg.Definitions) -> None:
    lacking = [
        spec.key.to_user_string()
        for spec in definitions.resolve_all_asset_specs()
        if not (spec.description and spec.owners and spec.kinds)
    ]
    assert lacking == []


def test_assets_are_grouped_by_schema_and_what_is_read_from_prima_apart_from_the_tills(
    definitions: dg.Definitions,
) -> None:
    elsewhere = {
        spec.key.to_user_string(): spec.group_name
        for spec in definitions.resolve_all_asset_specs()
        if spec.group_name != spec.key.path[0]
    }
    assert elsewhere == {
        "ops/accounts": "mapping",
        "raw/prima_ledger": "ledger",
        "raw/prima_ledger_extracts": "ledger",
        "raw/prima_stock": "stock",
        "raw/prima_stock_reads": "stock",
    }


def test_the_jobs_cover_what_the_interface_promises(definitions: dg.Definitions) -> None:
    ingest, post = keys_of(definitions, "ingest_lightspeed"), keys_of(definitions, "post_to_prima")
    reconcile, stock = keys_of(definitions, "reconcile"), keys_of(definitions, "sync_stock")
    everything = keys_of(definitions, "daily_cycle")

    assert {"raw/lightspeed_sales", "mapping/skus", "staging/r_sales", "core/transactions"} <= ingest
    assert not any(key.startswith(("posting/", "recon/", "raw/prima")) for key in ingest)
    assert {"mapping/skus", "core/transactions", "posting/holds", "posting/journal_documents"} <= post
    assert not any(key.startswith(("recon/", "raw/")) for key in post)
    assert {"raw/prima_ledger", "recon/shop_days", "published/reconciliation"} <= reconcile
    assert "posting/journal_documents" not in reconcile
    assert stock == {"raw/prima_stock", "raw/prima_stock_reads", "recon/stock"}
    assert everything == ingest | post | reconcile | stock


def test_mappings_are_checked_before_anything_is_posted_and_stock_is_read_after(
    definitions: dg.Definitions,
) -> None:
    graph = definitions.resolve_asset_graph()
    posted = dg.AssetKey(["posting", "journal_documents"])
    before = {key.to_user_string() for key in graph.get_ancestor_asset_keys(posted)}

    assert {"mapping/shops", "mapping/skus", "ops/accounts", "posting/sent_documents"} <= before
    assert posted in graph.get_ancestor_asset_keys(dg.AssetKey(["raw", "prima_stock"]))
    assert posted in graph.get_ancestor_asset_keys(dg.AssetKey(["raw", "prima_ledger"]))


def test_nothing_runs_by_itself_until_somebody_switches_it_on(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    schedules = {one.name: one.default_status.value for one in repository.schedule_defs}
    sensors = {one.name: one.default_status.value for one in repository.sensor_defs}

    assert set(schedules.values()) == {"STOPPED"}
    assert len(schedules) == 4
    assert sensors == {
        "post_when_due": "STOPPED",
        "alert_on_failed_run": "STOPPED",
        "alert_on_failed_checks": "STOPPED",
    }


def test_alerts_are_on_when_somebody_is_to_be_told(site: Site) -> None:
    alerts = '[alerts]\nwebhook_url = "http://127.0.0.1:9/hook"\n'
    repository = build_defs(site.settings(CONFIG + alerts)).get_repository_def()
    on = {one.name for one in repository.sensor_defs if one.default_status.value == "RUNNING"}

    assert on == {"alert_on_failed_run", "alert_on_failed_checks"}
