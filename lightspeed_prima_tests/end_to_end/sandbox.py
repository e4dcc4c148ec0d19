"""An installation in a folder of its own, worked from outside: the `dagster` command, files, and the twins' own pages.

What does not belong here: tests, and any import of the pipeline itself.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import httpx

from lightspeed_prima.dagster_home import dagster_environment, prepare_dagster_home
from lightspeed_prima.twins.sandbox import SandboxAddresses
from lightspeed_prima_tests.end_to_end.answer_key import AnswerKey, StockPlace

WORKSPACE = Path(__file__).parents[2] / "workspace.yaml"
DAGSTER = Path(sys.executable).with_name("dagster")
PATIENCE_SECONDS = 300
Row = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """A job that has ended, and everything it said."""

    exit_code: int
    output: str = field(repr=False)

    @property
    def trouble(self) -> str:
        """The beginning of what it said about the first step that failed, else its last words."""
        failure = self.output.find("STEP_FAILURE")
        return self.output[-2000:] if failure < 0 else self.output[failure : failure + 2000]


@dataclass(frozen=True)
class PrimaBooks:
    """Prima's own word, as the twin counts it: what it has booked, and what it was sent, refused or not."""

    documents: list[Row]
    submissions: list[Row]
    stats: Row
    stock: dict[StockPlace, int]
    ledger: dict[str, Decimal]
    """Gross by sale_key, credit notes negative, from the extract."""

    @property
    def numbers(self) -> list[str]:
        """Numbers of the booked documents, in order."""
        return sorted(document["number"] for document in self.documents)

    @property
    def accepted(self) -> list[str]:
        """The number of each submission that was booked: one that is in here twice was booked twice."""
        return sorted(one["number"] for one in self.submissions if one["accepted"])

    @property
    def documents_as_booked(self) -> list[Row]:
        """The documents without the count of what was sent for them: only booking changes this."""
        return [{key: value for key, value in one.items() if key != "submissions"} for one in self.documents]

    @property
    def in_short(self) -> list[tuple[str, str, str, str]]:
        """Sale, type, gross and depot of each document."""
        return sorted((one["tpguid"], one["type"], one["gross"], one["warehouse"]) for one in self.documents)

    @property
    def gross(self) -> dict[str, Decimal]:
        """What the documents of a sale are worth, credit notes negative."""
        booked: dict[str, Decimal] = {}
        for document in self.documents:
            amount = Decimal(document["gross"]) * (-1 if document["type"] == "credit_note" else 1)
            booked[document["tpguid"]] = booked.get(document["tpguid"], Decimal(0)) + amount
        return booked

    def of_sale(self, sale_key: str) -> list[Row]:
        """The documents that name this sale."""
        return [document for document in self.documents if document["tpguid"] == sale_key]


@dataclass(frozen=True)
class Moment:
    """The installation after a job: tests look at moments, so their order does not matter."""

    job: Job
    prima: PrimaBooks = field(repr=False)
    snapshot: Path
    """A copy of the published snapshot; not there while nothing was ever published."""

    def ended_well(self) -> Moment:
        """This moment, unless its job failed."""
        assert self.job.exit_code == 0, self.job.trouble
        return self

    def rows(self, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
        """What an analyst reads."""
        with duckdb.connect(str(self.snapshot), read_only=True) as con:
            return con.execute(sql, arguments).fetchall()

    @property
    def dispositions(self) -> dict[str, str]:
        """What became of every sale."""
        return dict(self.rows("select sale_key, disposition from recon.sales"))

    @property
    def exceptions(self) -> list[tuple[str, str]]:
        """Code and sale of whatever is open, whoever it belongs to."""
        return [
            (code, sale_key or "")
            for code, sale_key in self.rows(
                "select code, sale_key from recon.exceptions where status <> 'resolved' order by all"
            )
        ]

    @property
    def unexplained_days(self) -> list[tuple[Any, ...]]:
        """Shop-days with money that nobody can explain."""
        return self.rows("select * from recon.shop_days where unexplained <> 0")


class Sandbox:
    """One home with its twins. Whoever makes one stops the twins."""

    def __init__(self, home: Path, twins: SandboxAddresses) -> None:
        self.home = home
        self.data = home / "data"
        self.mappings = twins.mappings
        self.key = AnswerKey.read(twins.answer_key)
        self._twins = twins
        self._moments = 0
        self._latest: Moment | None = None
        self._http = httpx.Client(trust_env=False, timeout=60)

    def close(self) -> None:
        self._http.close()

    def run(self, *, after: Moment | None, variables: Mapping[str, str] | None = None) -> Moment:
        """A daily_cycle to its end, with these variables in its environment, and a look around.

        A story goes on where it stopped: `after` is the moment that the job before left.
        """
        assert after is self._latest, "the story has gone on since"
        return self.moment(run_dagster(self.home, "daily_cycle", variables))

    def moment(self, job: Job) -> Moment:
        """The installation as it is now."""
        self._moments += 1
        copy = self.data / f"seen_after_job_{self._moments}.duckdb"
        published = self.data / "reconciliation.duckdb"
        if published.exists():
            shutil.copyfile(published, copy)
        self._latest = Moment(job, self.prima(), copy)
        return self._latest

    def prima(self) -> PrimaBooks:
        """What Prima has by its own count."""
        ask = self._ask_prima
        extract = self._http.get(f"{self._twins.prima_url}/extracts/ledger.csv").raise_for_status().text
        return PrimaBooks(
            documents=ask("documents"),
            submissions=ask("submissions"),
            stats=ask("stats"),
            stock=_by_depot(ask("stock")),
            ledger=_by_sale(extract),
        )

    def slow_prima_down(self, seconds: float) -> None:
        """Every document takes so long from now on; it is booked at the end of that time."""
        for request in ("MultiNewOrder", "MultiNewCreditNote"):
            fault = {"kind": "latency", "count": 10_000, "request_type": request, "seconds": seconds}
            self._http.post(self._prima_page("faults"), json={"faults": [fault]}).raise_for_status()

    def let_prima_be(self) -> None:
        """No more trouble."""
        self._http.delete(self._prima_page("faults")).raise_for_status()

    def wait_for_documents(self, at_least: int, while_running: Callable[[], bool]) -> int:
        """Waits until Prima has booked so many; gives the number it has then."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (booked := int(self._ask_prima("stats")["documents"])) < at_least:
            assert while_running(), f"the job ended with {booked} documents in Prima"
            assert time.monotonic() < deadline, f"only {booked} documents in {PATIENCE_SECONDS} s"
            time.sleep(0.05)
        return booked

    def sale(self, sale_key: str) -> Row:
        """A sale as Lightspeed has it."""
        sale_id = sale_key.rpartition(":")[2]
        found = self._http.get(f"{self._twins.lightspeed_url}/_twin/sales/{sale_id}").raise_for_status()
        return dict(found.json())

    def put_sale(self, payload: Row) -> None:
        """The till sends a sale, or a new version of it."""
        self._http.post(f"{self._twins.lightspeed_url}/_twin/sales", json=payload).raise_for_status()

    def reveal_late_sales(self) -> None:
        """The tills that were offline synchronise."""
        stage = {"stage": 2}
        self._http.post(f"{self._twins.lightspeed_url}/_twin/stage", json=stage).raise_for_status()

    def add_mapping_rows(self, file: str, rows: Sequence[str]) -> None:
        """What finance does in an editor."""
        with (self.mappings / file).open("a", encoding="utf-8") as mapping:
            mapping.writelines(f"{row}\n" for row in rows)

    def _ask_prima(self, page: str) -> Any:
        return self._http.get(self._prima_page(page)).raise_for_status().json()

    def _prima_page(self, page: str) -> str:
        return f"{self._twins.prima_url}/_twin/{page}"


def run_dagster(home: Path, job: str, variables: Mapping[str, str] | None = None) -> Job:
    """`dagster job execute -w workspace.yaml -j JOB` in that home, to its end."""
    with started(home, job, variables) as (process, log):
        process.wait(timeout=PATIENCE_SECONDS)
    return Job(process.returncode, log.read_text(encoding="utf-8"))


@contextmanager
def started(
    home: Path, job: str, variables: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """The same as a process group of its own with a log; nothing of it is left afterwards."""
    shutil.copyfile(WORKSPACE, home / "workspace.yaml")
    log = home / f"{job}.log"
    with log.open("wb") as words:
        process = subprocess.Popen(
            [DAGSTER, "job", "execute", "-w", "workspace.yaml", "-j", job],
            cwd=home,
            env=_environment(home, variables or {}),
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process, log
    finally:
        if process.poll() is None:
            kill_at_once(process)


def kill_at_once(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL for the process and all it started: nobody gets to tidy up."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _environment(home: Path, variables: Mapping[str, str]) -> dict[str, str]:
    ours = ("LIGHTSPEED_PRIMA", "DAGSTER")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {
        **dagster_environment(prepare_dagster_home(home), inherited),
        "LIGHTSPEED_PRIMA_HOME": str(home),
        **variables,
    }


def _by_depot(stock: list[Row]) -> dict[StockPlace, int]:
    return {
        (depot, row["product"], row["mtrx1"], row["mtrx2"], row["mtrx3"], row["mtrx4"]): units
        for row in stock
        for depot, units in row["depots"].items()
    }


def _by_sale(extract: str) -> dict[str, Decimal]:
    booked: dict[str, Decimal] = {}
    for row in csv.DictReader(io.StringIO(extract)):
        sale_key = row["external_reference"]
        booked[sale_key] = booked.get(sale_key, Decimal(0)) + Decimal(row["gross"])
    return booked
