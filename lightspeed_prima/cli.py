"""The console script: what people type.

What does not belong here: what the commands do; each hands over to the module that owns the work. Exit codes:
0 fine, 1 found problems, 2 wrong usage or configuration.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from lightspeed_prima.console import SentencesForErrors, counted, one_line, show, stderr_console

if TYPE_CHECKING:
    from lightspeed_prima.posting import PostingResult
    from lightspeed_prima.settings import Settings

HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}
app = typer.Typer(
    help="Lightspeed Retail sales posted to Prima exactly once and reconciled to the penny.",
    epilog="Exit codes: 0 fine, 1 found problems, 2 wrong usage or configuration.",
    cls=SentencesForErrors,
    context_settings=HELP_OPTIONS,
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
)
sandbox = typer.Typer(
    help="The twins of Lightspeed and Prima on this machine.", no_args_is_help=True, rich_markup_mode=None
)
exceptions = typer.Typer(help="What needs a person.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(sandbox, name="sandbox")
app.add_typer(exceptions, name="exceptions")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


class Status(StrEnum):
    """The states of an exception."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    WAIVED = "waived"


def main() -> None:
    """Runs the console script."""
    app()


@app.command()
def demo(as_json: AsJson = False) -> None:
    """A retail week through the pipeline, with proof. Begins the sandbox of this home anew."""
    from lightspeed_prima.demo import run_demo, summary_lines
    from lightspeed_prima.settings import sandbox_home

    result = run_demo(sandbox_home(), stderr_console())
    show(as_json, result, lambda: summary_lines(result))
    raise typer.Exit(0 if result.is_right else 1)


@app.command()
def dev(
    port: Annotated[int, typer.Option(help="Port of the Dagster UI on 127.0.0.1.", min=1, max=65535)] = 3000,
) -> None:
    """The Dagster UI, until Ctrl-C. Of the sandbox, or of the systems that LIGHTSPEED_PRIMA_CONFIG names."""
    from lightspeed_prima.dagster_home import (
        dagster_command,
        dagster_environment,
        home_in_use,
        prepare_dagster_home,
        refuse_taken_port,
        run_until_it_ends,
        workspace_arguments,
    )
    from lightspeed_prima.settings import sandbox_home

    home = sandbox_home()
    with home_in_use(home):
        refuse_taken_port(port)
        settings = _reachable_settings()
        console = stderr_console()
        console.print(f"{_systems(settings)}\nDagster UI: http://127.0.0.1:{port}", soft_wrap=True)
        environment = dagster_environment(prepare_dagster_home(home))
        command = dagster_command("dev", *workspace_arguments(home), "-h", "127.0.0.1", "-p", str(port))
        raise typer.Exit(run_until_it_ends(command, environment))


@sandbox.command("start")
def sandbox_start(as_json: AsJson = False) -> None:
    """Starts the twins, or finds them running. They end by themselves when nobody asks them anything."""
    from lightspeed_prima.settings import sandbox_home
    from lightspeed_prima.twins.sandbox import ensure_sandbox

    addresses = ensure_sandbox(sandbox_home())
    show(
        as_json,
        addresses,
        lambda: [f"Lightspeed {addresses.lightspeed_url}", f"Prima      {addresses.prima_url}"],
    )


@sandbox.command("stop")
def sandbox_stop(as_json: AsJson = False) -> None:
    """Stops the twins. What they hold stays."""
    from lightspeed_prima.settings import sandbox_home
    from lightspeed_prima.twins.sandbox import stop_sandbox

    stopped = stop_sandbox(sandbox_home())
    show(as_json, {"stopped": stopped}, lambda: ["Stopped." if stopped else "Not running."])


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Asks every system one harmless question. Exit code 1 when one does not answer as it should."""
    from lightspeed_prima.doctor import examine, finding_lines

    findings = examine(_reachable_settings())
    show(as_json, findings, lambda: finding_lines(findings))
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@app.command()
def post(as_json: AsJson = False) -> None:
    """Posts what is planned and free, at once. Starting it twice is safe.

    Exit code 1 when Prima was not reached, or a document was rejected or is uncertain.
    """
    from lightspeed_prima.posting import post_due
    from lightspeed_prima.warehouse.database import Warehouse

    settings = _reachable_settings()
    warehouse = Warehouse(settings.warehouse.path, environment=settings.environment)
    with counted("posting") as tell:
        result = post_due(
            settings,
            warehouse,
            run_id=f"console-{os.getpid()}",
            on_progress=lambda progress: tell(progress.done, progress.due),
        )
    show(as_json, result, lambda: [_posting_line(result)])
    fine = result.outcome in ("ok", "lease_held") and not result.rejected and not result.uncertain
    raise typer.Exit(0 if fine else 1)


@app.command()
def report(as_json: AsJson = False) -> None:
    """Writes the HTML report and prints where it is. Its figures are those of the published snapshot."""
    from lightspeed_prima.reports.daily import write_daily_report
    from lightspeed_prima.settings import load_settings

    settings = load_settings()
    path = write_daily_report(settings.warehouse.published, settings.reports_directory, datetime.now(UTC))
    show(as_json, {"report": path}, lambda: [str(path)])


@exceptions.command("list")
def exceptions_list(
    status: Annotated[
        list[Status] | None,
        typer.Option(help="May be given more than once. [default: open, acknowledged]"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Lists what needs a person, by owner. Exit code 1 when something listed is open."""
    from lightspeed_prima.reports.snapshot import (
        NEEDS_A_PERSON,
        open_snapshot,
        read_currencies,
        read_exceptions,
    )
    from lightspeed_prima.reports.text import worklist_lines
    from lightspeed_prima.settings import load_settings

    with open_snapshot(load_settings().warehouse.published) as con:
        rows = read_exceptions(con, [each.value for each in status] if status else NEEDS_A_PERSON)
        currencies = read_currencies(con)
    show(as_json, rows, lambda: worklist_lines(rows, currencies) or ["Nothing needs a person."])
    raise typer.Exit(1 if any(row.status == Status.OPEN for row in rows) else 0)


def _reachable_settings() -> Settings:
    """The settings in force; the sandbox's twins are started when they are what is in force."""
    from lightspeed_prima.settings import load_settings, sandbox_home
    from lightspeed_prima.twins.sandbox import ensure_sandbox

    settings = load_settings()
    if settings.environment != "sandbox":
        return settings
    ensure_sandbox(sandbox_home())
    return load_settings()


def _systems(settings: Settings) -> str:
    tills = ", ".join(account.base_url for account in settings.lightspeed)
    chosen = "the sandbox" if settings.environment == "sandbox" else str(settings.source)
    return f"Systems of {chosen}: Lightspeed {tills}, Prima {settings.prima.endpoint}"


def _posting_line(result: PostingResult) -> str:
    counts = {
        "confirmed": result.confirmed,
        "found in Prima": result.adopted,
        "exported": result.exported,
        "rejected": result.rejected,
        "uncertain": result.uncertain,
        "left for later": result.deferred,
    }
    counted = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    line = f"{result.due} due{f': {counted}' if counted else ''}."
    if result.outcome != "ok":
        line = f"{result.outcome.upper()}: {one_line(result.message)}. {line}"
    return line
