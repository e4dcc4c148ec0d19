"""The demo: a retail week from the sandbox till to the sandbox Prima, through the real Dagster job.

What does not belong here: any figure of its own; it runs what users run and reads what analysts read.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from lightspeed_prima.dagster_home import (
    dagster_command,
    dagster_environment,
    prepare_dagster_home,
    workspace_arguments,
)
from lightspeed_prima.errors import PipelineError
from lightspeed_prima.reports.daily import Headline, headline, money
from lightspeed_prima.reports.snapshot import Snapshot, read_snapshot
from lightspeed_prima.settings import Settings, sandbox_settings
from lightspeed_prima.twins.sandbox import SandboxAddresses, ensure_sandbox, stop_sandbox
from lightspeed_prima.warehouse.database import Warehouse

FINISHED_STEP = re.compile(r" - (?P<step>\S+) - STEP_SUCCESS - ")


class DemoError(PipelineError):
    """The demo did not come to its end."""


@dataclass(frozen=True)
class Verdict:
    """The reconciliation held against the answer key of the world, which the pipeline never sees."""

    sales: int
    wrong_sales: list[str]
    missing_exceptions: list[str]
    surplus_exceptions: list[str]
    unexplained_days: int
    refused_duplicates: int
    documents_in_prima: int

    @property
    def is_right(self) -> bool:
        trouble = [*self.wrong_sales, *self.missing_exceptions, *self.surplus_exceptions]
        return not trouble and self.unexplained_days == 0


def run_demo(home: Path, console: Console) -> bool:
    """Runs the week and prints what came of it; true when everything is as the answer key says."""
    started = time.monotonic()
    settings = sandbox_settings()
    clear_former_demo(home, settings)
    addresses = ensure_sandbox(home, fresh=True)
    try:
        run_cycle(home, console, "The week: read, posted, reconciled", 1)
        reveal_late_sales(addresses)
        run_cycle(home, console, "The next day: sales that synced late", 2)
        snapshot = read_snapshot(settings.warehouse.published)
        verdict = judge(settings, addresses)
    finally:
        stop_sandbox(home)
    show(console, settings, snapshot, verdict, int(time.monotonic() - started))
    return verdict.is_right


def clear_former_demo(home: Path, settings: Settings) -> None:
    """Removes what an earlier demo left; refuses when the files belong to a configured installation."""
    if settings.warehouse.path.exists():
        with Warehouse(settings.warehouse.path, environment="sandbox").connect():
            pass
    stop_sandbox(home)
    data = home / "data"
    for pattern in ("warehouse.duckdb*", "reconciliation.duckdb*", "journal.db*", "demo_cycle_*.log"):
        for file in data.glob(pattern):
            file.unlink()
    for folder in ("tokens", "reports", "dagster", "credit_notes"):
        shutil.rmtree(data / folder, ignore_errors=True)


def run_cycle(home: Path, console: Console, title: str, number: int) -> None:
    """One `dagster job execute -j daily_cycle`, step by step on a terminal, quiet elsewhere."""
    log = home / "data" / f"demo_cycle_{number}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = dagster_command("job", "execute", *workspace_arguments(home), "-j", "daily_cycle")
    environment = dagster_environment(prepare_dagster_home(home))
    environment.pop("LIGHTSPEED_PRIMA_CONFIG", None)
    if not console.is_terminal:
        console.print(f"{title} ...")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with (
        Progress(*columns, console=console, disable=not console.is_terminal) as progress,
        log.open("w") as kept,
        subprocess.Popen(
            command, cwd=home, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as job,
    ):
        task = progress.add_task(title, total=None)
        done = 0
        for line in job.stdout or ():
            kept.write(line)
            if finished := FINISHED_STEP.search(line):
                done += 1
                progress.update(
                    task, description=f"{title}: {done} steps, {finished['step'].replace('__', '.')}"
                )
    if job.returncode:
        raise DemoError(
            "JOB_FAILED",
            f"daily_cycle ended with exit code {job.returncode}",
            where=str(log),
            next_step="read that log",
        )


def reveal_late_sales(addresses: SandboxAddresses) -> None:
    """Lets the tills that were offline during the week synchronise."""
    httpx.post(f"{addresses.lightspeed_url}/_twin/stage", json={"stage": 2}, timeout=30).raise_for_status()


def judge(settings: Settings, addresses: SandboxAddresses) -> Verdict:
    """Compares the published tables with the answer key, and asks the Prima twin for its own count."""
    key: dict[str, Any] = json.loads(addresses.answer_key.read_text())
    expected = {sale["sale_key"]: sale for sale in key["sales"]}
    with duckdb.connect(str(settings.warehouse.published), read_only=True) as con:
        found = {
            sale: (disposition, gross)
            for sale, disposition, gross in con.execute(
                "select sale_key, disposition, cast(lightspeed_gross as varchar) from recon.sales"
            ).fetchall()
        }
        exceptions = Counter(
            con.execute(
                "select code || ' ' || coalesce(sale_key, account) from recon.exceptions"
                " where status = 'open'"
            ).fetchall()
        )
        ((unexplained_days,),) = con.execute(
            "select count(*) from recon.shop_days where unexplained <> 0"
        ).fetchall()
    wanted = Counter((f"{code} {sale}",) for sale, row in expected.items() for code in row["exceptions"])
    stats = httpx.get(f"{addresses.prima_url}/_twin/stats", timeout=30).raise_for_status().json()
    return Verdict(
        sales=len(expected),
        wrong_sales=_wrong_sales(expected, found),
        missing_exceptions=sorted(name for (name,) in wanted - exceptions),
        surplus_exceptions=sorted(name for (name,) in exceptions - wanted),
        unexplained_days=unexplained_days,
        refused_duplicates=stats["duplicates_refused"],
        documents_in_prima=stats["documents"],
    )


def _wrong_sales(expected: dict[str, Any], found: dict[str, tuple[str, str]]) -> list[str]:
    wrong = [f"{sale} is not in the warehouse" for sale in sorted(expected.keys() - found.keys())]
    wrong += [f"{sale} is not in the world" for sale in sorted(found.keys() - expected.keys())]
    for sale in sorted(expected.keys() & found.keys()):
        disposition, gross = found[sale]
        if disposition != expected[sale]["disposition"]:
            wrong.append(f"{sale} is {disposition}, should be {expected[sale]['disposition']}")
        elif disposition == "posted" and gross != expected[sale]["gross"]:
            wrong.append(f"{sale} has {gross}, should have {expected[sale]['gross']}")
    return wrong


def show(console: Console, settings: Settings, snapshot: Snapshot, verdict: Verdict, seconds: int) -> None:
    """The summary a shop owner understands."""
    figures = headline(snapshot)
    console.print(_table(snapshot, figures, verdict))
    for line in [*verdict.wrong_sales, *verdict.missing_exceptions, *verdict.surplus_exceptions]:
        console.print(f"NOT AS THE ANSWER KEY SAYS: {line}", style="bold red", highlight=False)
    judged = (
        "as the answer key of the week says" if verdict.is_right else "NOT as the answer key of the week says"
    )
    console.print(
        f"{verdict.sales} sales and {figures.open_exceptions} exceptions: {judged}, in {seconds} s."
    )
    console.print(f"Report:    {settings.reports_directory / 'daily_report.html'}", soft_wrap=True)
    console.print(f"Tables:    {settings.warehouse.published}", soft_wrap=True)
    console.print("Dagster:   make dev, then http://127.0.0.1:3000")


def _table(snapshot: Snapshot, figures: Headline, verdict: Verdict) -> Table:
    table = Table(title="A retail week, Lightspeed to Prima", title_justify="left", show_header=False)
    table.add_column("what")
    table.add_column("count", justify="right")
    table.add_column("detail")
    table.add_row("Sales", str(figures.sales), f"{money(figures.lightspeed_gross)} rung")
    table.add_row(
        "Posted",
        str(figures.posted),
        f"{figures.orders} sales orders, {money(figures.prima_gross)} net in Prima",
    )
    table.add_row("Credited", str(figures.credit_notes), "credit notes, each linked to its order")
    table.add_row("Left out", str(figures.excluded), "voided, still open, or without value")
    table.add_row("Held", str(figures.held), _why_held(snapshot))
    table.add_row(
        "Late", str(snapshot.late_sales), "arrived after their day was reported complete, posted all the same"
    )
    table.add_row(
        "In Prima",
        str(verdict.documents_in_prima),
        f"documents by Prima's own count, {verdict.refused_duplicates} refused as duplicates",
    )
    table.add_row("Shop-days", str(figures.days), f"{figures.complete_days} complete")
    table.add_row(
        "Unexplained",
        money(figures.unexplained),
        "on every shop-day" if not verdict.unexplained_days else "see the report",
    )
    return table


def _why_held(snapshot: Snapshot) -> str:
    codes = Counter(exception.code for exception in snapshot.exceptions)
    return ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
