"""Asks everything the pipeline leans on one harmless question, before a day's money depends on it.

What does not belong here: repairs. A finding says what answered and, when nothing did, what to do.
"""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import httpx

from lightspeed_prima.errors import PipelineError
from lightspeed_prima.lightspeed.client import RetryLimits
from lightspeed_prima.lightspeed.clock import SystemClock, utc_now
from lightspeed_prima.lightspeed.opening import open_reader
from lightspeed_prima.lightspeed.raw_store import RawStore
from lightspeed_prima.mapping import read_mappings
from lightspeed_prima.posting import prima_address
from lightspeed_prima.posting.journal import Journal
from lightspeed_prima.prima.client import PrimaClient
from lightspeed_prima.prima.ledger import read_ledger
from lightspeed_prima.prima.outcome import judge_read_back
from lightspeed_prima.settings import AlertSettings, LightspeedAccount, Settings
from lightspeed_prima.warehouse.database import Warehouse

# No order has this number: prefixes never begin with 0.
NO_SUCH_ORDER = "0"
# A run holds the warehouse for moments only; whoever holds it longer is worth a finding.
PATIENCE_SECONDS = 20
# What recon.sources calls a stale ledger.
LEDGER_FRESH = timedelta(hours=36)


class DoctorError(PipelineError):
    """Something answers, but not as it should."""


@dataclass(frozen=True)
class Finding:
    """One question and its answer."""

    what: str
    ok: bool
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Every question asked, whatever the answers before it."""
    return list(_answers(settings))


def finding_lines(findings: Iterable[Finding]) -> list[str]:
    """One line per question."""
    return [
        f"{'ok  ' if finding.ok else 'FAIL'} {finding.what}: {' '.join(finding.detail.split())}"
        for finding in findings
    ]


def _answers(settings: Settings) -> Iterator[Finding]:
    yield _asked("warehouse", lambda: _warehouse(settings))
    yield _asked("journal", lambda: _journal(settings))
    yield _asked("mappings", lambda: _mappings(settings))
    for account in settings.lightspeed:
        yield _asked(f"lightspeed {account.account}", partial(_lightspeed, account, settings))
    yield _asked("prima", lambda: asyncio.run(_prima(settings)))
    if settings.prima.ledger_extract:
        yield _asked("ledger extract", lambda: _ledger(settings, utc_now()))
    if settings.alerts.smtp_host:
        yield _asked("mail server", lambda: _mail_server(settings.alerts))


def _asked(what: str, question: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, question())
    except (PipelineError, httpx.HTTPError, smtplib.SMTPException, OSError) as problem:
        return Finding(what, False, str(problem) or type(problem).__name__)


def _open_warehouse(settings: Settings) -> Warehouse:
    return Warehouse(settings.warehouse.path, PATIENCE_SECONDS, environment=settings.environment)


def _warehouse(settings: Settings) -> str:
    with _open_warehouse(settings).connect():
        return f"{settings.warehouse.path} can be written"


def _journal(settings: Settings) -> str:
    with Journal.open(settings.posting.journal) as journal:
        waiting = len(journal.states())
    return f"opens, {waiting} documents in it are not settled"


def _mappings(settings: Settings) -> str:
    mappings = read_mappings(settings.mappings.directory)
    unknown = mappings.unknown_accounts(frozenset(account.account for account in settings.lightspeed))
    remarks = [*mappings.warnings, *(f"no account is called {name}" for name in unknown)]
    return "; ".join([f"{settings.mappings.directory} is sound", *remarks])


def _lightspeed(account: LightspeedAccount, settings: Settings) -> str:
    """Asks the account who it is, which proves address and credentials; the answer is not kept."""
    warehouse = _open_warehouse(settings)
    limits = RetryLimits(failures=1, throttled=5)
    with open_reader(account, settings.tokens_directory, SystemClock(), utc_now, limits) as reader:
        raw = RawStore(warehouse, account.account, account.series, "doctor", utc_now)
        next(iter(reader.batches(raw)))
    return f"answers, and takes our credentials; {_last_walk(account, warehouse)}"


def _last_walk(account: LightspeedAccount, warehouse: Warehouse) -> str:
    with warehouse.connect() as con:
        walks = con.execute(
            "select outcome, coalesce(error_text, ''), finished_at from raw.walks where account = ?"
            " order by finished_at desc limit 1",
            [account.account],
        ).fetchall()
    if not walks:
        return "never read yet"
    ((outcome, error, finished_at),) = walks
    ended = f"{finished_at:%Y-%m-%d %H:%M} UTC"
    return f"last read {ended}" if outcome == "ok" else f"the last walk failed, {ended}: {error}"


async def _prima(settings: Settings) -> str:
    async with PrimaClient(prima_address(settings.prima)) as prima:
        operation = await prima.describe()
        reply = await prima.order_status(NO_SUCH_ORDER)
    finding = judge_read_back(reply, NO_SUCH_ORDER)
    if finding.kind in ("unclear", "not_sent"):
        raise DoctorError(
            finding.code or "PRIMA_UNCLEAR",
            f"no clear answer to OrderStatus: {finding.text}",
            where=settings.prima.endpoint,
            next_step="have Prima's people look at their web service; nothing can be read back meanwhile",
        )
    described = f"operation {operation.name} of {operation.namespace}, {operation.use}"
    return f"{described}; OrderStatus answers"


def _ledger(settings: Settings, now: datetime) -> str:
    source = settings.prima.ledger_extract
    beside = settings.source.parent if settings.source else None
    extract = read_ledger(source, relative_to=beside, timeout_seconds=settings.prima.timeout_seconds)
    if extract.outcome != "ok":
        raise DoctorError("LEDGER_UNREADABLE", extract.problem or extract.outcome, where=source)
    if extract.last_modified is None:
        return f"{len(extract.rows)} rows, of unknown age: it will count as stale"
    age = f"of {extract.last_modified:%Y-%m-%d %H:%M} UTC"
    if now - extract.last_modified > LEDGER_FRESH:
        raise DoctorError(
            "LEDGER_STALE",
            f"the extract is {age}, older than 36 hours",
            where=source,
            next_step="no shop-day becomes complete: have Prima's people write a new one",
        )
    return f"{len(extract.rows)} rows, {age}"


def _mail_server(alerts: AlertSettings) -> str:
    with smtplib.SMTP(alerts.smtp_host, alerts.smtp_port, timeout=PATIENCE_SECONDS) as server:
        code, _ = server.noop()
    return f"{alerts.smtp_host}:{alerts.smtp_port} answers {code}"
