"""The console script: what people type.

What does not belong here: what the commands do; each hands over to the module that owns the work. Exit codes:
0 fine, 1 found problems, 2 wrong usage or configuration.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from lightspeed_prima.errors import PipelineError

if TYPE_CHECKING:
    from lightspeed_prima.settings import Settings

app = typer.Typer(
    help="Lightspeed Retail sales posted to Prima exactly once and reconciled to the penny.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
sandbox = typer.Typer(help="The twins of Lightspeed and Prima on this machine.", no_args_is_help=True)
exceptions = typer.Typer(help="What needs a person.", no_args_is_help=True)
app.add_typer(sandbox, name="sandbox")
app.add_typer(exceptions, name="exceptions")

console = Console()
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def main() -> None:
    """Runs the console script; an error a person can act on is one line and exit code 2."""
    try:
        app()
    except PipelineError as error:
        print(error.sentence(), file=sys.stderr)
        raise SystemExit(2) from error


@app.command()
def demo() -> None:
    """A seeded retail week through the whole pipeline, with its proof."""
    from lightspeed_prima.demo import run_demo
    from lightspeed_prima.settings import sandbox_home

    raise typer.Exit(0 if run_demo(sandbox_home(), console) else 1)


@app.command()
def dev(
    port: Annotated[int, typer.Option(help="Port of the Dagster UI on 127.0.0.1.")] = 3000,
) -> None:
    """The Dagster UI, against the sandbox or the systems of LIGHTSPEED_PRIMA_CONFIG."""
    from lightspeed_prima.dagster_home import (
        dagster_command,
        dagster_environment,
        prepare_dagster_home,
        workspace_arguments,
    )
    from lightspeed_prima.settings import load_settings, sandbox_home
    from lightspeed_prima.twins.sandbox import ensure_sandbox

    home = sandbox_home()
    if load_settings().environment == "sandbox":
        addresses = ensure_sandbox(home)
        console.print(f"Sandbox: Lightspeed {addresses.lightspeed_url}, Prima {addresses.prima_url}")
    console.print(f"Dagster UI: http://127.0.0.1:{port}")
    environment = dagster_environment(prepare_dagster_home(home))
    command = dagster_command("dev", *workspace_arguments(home), "-h", "127.0.0.1", "-p", str(port))
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)


@sandbox.command("start")
def sandbox_start(as_json: AsJson = False) -> None:
    """Starts the twins, or finds them running; they end by themselves when nobody asks them anything."""
    from lightspeed_prima.settings import sandbox_home
    from lightspeed_prima.twins.sandbox import ensure_sandbox

    addresses = ensure_sandbox(sandbox_home())
    _show(
        as_json,
        addresses,
        lambda: console.print(f"Lightspeed {addresses.lightspeed_url}\nPrima      {addresses.prima_url}"),
    )


@sandbox.command("stop")
def sandbox_stop() -> None:
    """Stops the twins; what they hold stays."""
    from lightspeed_prima.settings import sandbox_home
    from lightspeed_prima.twins.sandbox import stop_sandbox

    console.print("Stopped." if stop_sandbox(sandbox_home()) else "Not running.")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Asks every outside system one harmless question and says what answered."""
    from lightspeed_prima.doctor import examine

    findings = examine(_reachable_settings())

    def show() -> None:
        for finding in findings:
            verdict = "ok  " if finding.ok else "FAIL"
            console.print(f"{verdict} {finding.what}: {finding.detail}", highlight=False, soft_wrap=True)

    _show(as_json, findings, show)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@app.command()
def post(as_json: AsJson = False) -> None:
    """Posts what is planned and free, at once; starting it twice is safe."""
    from lightspeed_prima.posting import post_due
    from lightspeed_prima.warehouse.database import Warehouse

    settings = _reachable_settings()
    warehouse = Warehouse(settings.warehouse.path, environment=settings.environment)
    result = post_due(settings, warehouse, run_id=f"console-{os.getpid()}")

    def show() -> None:
        console.print(
            f"{result.due} due: {result.confirmed} confirmed, {result.adopted} adopted,"
            f" {result.rejected} rejected, {result.uncertain} uncertain, {result.deferred} left for later."
            f" {result.message}",
            highlight=False,
            soft_wrap=True,
        )

    _show(as_json, result, show)
    raise typer.Exit(0 if result.outcome in ("ok", "lease_held") else 1)


@app.command()
def report() -> None:
    """Writes the HTML report from the published snapshot and prints where it is."""
    from lightspeed_prima.reports.daily import write_daily_report
    from lightspeed_prima.settings import load_settings

    settings = load_settings()
    path = write_daily_report(settings.warehouse.published, settings.reports_directory, datetime.now(UTC))
    print(path)


@exceptions.command("list")
def exceptions_list(
    status: Annotated[list[str] | None, typer.Option(help="open, acknowledged, resolved or waived.")] = None,
    as_json: AsJson = False,
) -> None:
    """What needs a person: code, sale, why, and the next step. Exit code 1 when something is open."""
    from lightspeed_prima.reports.snapshot import open_snapshot, read_exceptions
    from lightspeed_prima.settings import load_settings

    with open_snapshot(load_settings().warehouse.published) as con:
        rows = read_exceptions(con, status or ["open", "acknowledged"])

    def show() -> None:
        table = Table("code", "sale or document", "amount", "owner", "age", "why, and what to do")
        for row in rows:
            subject = row.sale_key or row.document_number or row.account
            amount = "" if row.amount is None else f"{row.amount:,.2f}"
            table.add_row(
                row.code, subject, amount, row.owner, f"{row.age_hours} h", f"{row.detail}\n{row.next_step}"
            )
        console.print(table)

    _show(as_json, rows, show)
    raise typer.Exit(1 if any(row.status == "open" for row in rows) else 0)


def _reachable_settings() -> Settings:
    """The settings in force; the sandbox's twins are started when they are what is in force."""
    from lightspeed_prima.settings import load_settings, sandbox_home
    from lightspeed_prima.twins.sandbox import ensure_sandbox

    if load_settings().environment == "sandbox":
        ensure_sandbox(sandbox_home())
    return load_settings()


def _show(as_json: bool, data: Any, as_text: Callable[[], None]) -> None:
    if as_json:
        print(json.dumps(_plain(data), indent=2, default=str))
    else:
        as_text()


def _plain(data: Any) -> Any:
    if is_dataclass(data) and not isinstance(data, type):
        return asdict(data)
    if isinstance(data, Sequence) and not isinstance(data, str):
        return [_plain(item) for item in data]
    return data
