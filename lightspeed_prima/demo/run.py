"""Takes the sandbox's week through the pipeline, in the files of this home, begun anew.

What does not belong here: what a step does. Nothing of the caller's own configuration is used: neither the
file it names nor an override may lead a demo to a real till or a real Prima.
"""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from lightspeed_prima.dagster_home import (
    dagster_command,
    dagster_environment,
    home_in_use,
    prepare_dagster_home,
    workspace_arguments,
)
from lightspeed_prima.demo.job import DemoError, run_job
from lightspeed_prima.demo.result import DemoResult
from lightspeed_prima.demo.verdict import judge
from lightspeed_prima.reports.headline import headline
from lightspeed_prima.reports.snapshot import read_snapshot
from lightspeed_prima.settings import HOME_VARIABLE, sandbox_settings
from lightspeed_prima.twins.sandbox import SandboxAddresses, WorldSize, ensure_sandbox, stop_sandbox
from lightspeed_prima.warehouse.database import Warehouse

OWN_VARIABLES = "LIGHTSPEED_PRIMA_"


def run_demo(home: Path, console: Console, world: WorldSize | None = None) -> DemoResult:
    """Runs the week; the console is told where it is."""
    started = time.monotonic()
    environment = demo_environment(home)
    with home_in_use(home):
        clear_former_demo(home)
        addresses = ensure_sandbox(home, fresh=True, world=world)
        try:
            _run_cycle(home, environment, console, "The week: read, posted, reconciled", 1)
            _ask(f"{addresses.lightspeed_url}/_twin/stage", {"stage": 2})
            _run_cycle(home, environment, console, "The next day: sales that synced late", 2)
            return _result(environment, addresses, started)
        finally:
            stop_sandbox(home)


def demo_environment(home: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment without any word about another installation."""
    foreign = {name: value for name, value in environ.items() if not name.startswith(OWN_VARIABLES)}
    return {**foreign, HOME_VARIABLE: str(home)}


def clear_former_demo(home: Path) -> None:
    """Removes what an earlier demo left; refuses when the files belong to a configured installation."""
    data = home / "data"
    warehouse = data / "warehouse.duckdb"
    if warehouse.exists():
        with Warehouse(warehouse, environment="sandbox").connect():
            pass
    stop_sandbox(home)
    for pattern in ("warehouse.duckdb*", "reconciliation.duckdb*", "journal.db*", "demo_cycle_*.log"):
        for file in data.glob(pattern):
            file.unlink()
    for folder in ("tokens", "reports", "dagster", "credit_notes"):
        shutil.rmtree(data / folder, ignore_errors=True)


def _run_cycle(home: Path, environment: Mapping[str, str], console: Console, title: str, number: int) -> None:
    command = dagster_command("job", "execute", *workspace_arguments(home), "-j", "daily_cycle")
    log = home / "data" / f"demo_cycle_{number}.log"
    in_dagster = dagster_environment(prepare_dagster_home(home), environment)
    run_job(command, home, in_dagster, log, console, title)


def _result(environment: Mapping[str, str], addresses: SandboxAddresses, started: float) -> DemoResult:
    settings = sandbox_settings(environment)
    snapshot = read_snapshot(settings.warehouse.published)
    verdict = judge(settings.warehouse.published, addresses.answer_key)
    in_prima = _ask(f"{addresses.prima_url}/_twin/stats")
    return DemoResult(
        is_right=verdict.is_right,
        headline=headline(snapshot),
        exceptions=dict(sorted(Counter(row.code for row in snapshot.exceptions).items())),
        late_sales=snapshot.late_sales,
        documents_in_prima=in_prima["documents"],
        duplicates_refused=in_prima["duplicates_refused"],
        verdict=verdict,
        report=settings.reports_directory / "daily_report.html",
        tables=settings.warehouse.published,
        seconds=int(time.monotonic() - started),
    )


def _ask(address: str, body: Mapping[str, int] | None = None) -> dict[str, Any]:
    """A word with a twin, past any proxy of the environment; with a body it is told something."""
    try:
        with httpx.Client(trust_env=False, timeout=30) as http:
            answer = http.get(address) if body is None else http.post(address, json=body)
            found: dict[str, Any] = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        raise DemoError(
            "SANDBOX_DOWN", f"the sandbox does not answer ({error})", where=address, next_step="run it again"
        ) from error
    return found
