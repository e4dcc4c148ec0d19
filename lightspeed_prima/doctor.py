"""Asks everything the pipeline leans on one harmless question, before a day's money depends on it.

What does not belong here: repairs. A finding says what answered and, when nothing did, what to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import httpx

from lightspeed_prima.errors import PipelineError
from lightspeed_prima.mapping import read_mappings
from lightspeed_prima.posting import prima_address
from lightspeed_prima.posting.journal import Journal
from lightspeed_prima.prima.client import PrimaClient
from lightspeed_prima.prima.ledger import read_ledger
from lightspeed_prima.prima.outcome import NoAnswer
from lightspeed_prima.settings import LightspeedAccount, Settings
from lightspeed_prima.warehouse.database import Warehouse

# No order has this number: prefixes never begin with 0.
NO_SUCH_ORDER = "0"


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
        yield _asked(f"lightspeed {account.account}", lambda account=account: _lightspeed(account, settings))  # type: ignore[misc]
    yield _asked("prima", lambda: asyncio.run(_prima(settings)))
    if settings.prima.ledger_extract:
        yield _asked("ledger extract", lambda: _ledger(settings))


def _asked(what: str, question: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, question())
    except (PipelineError, httpx.HTTPError, OSError) as problem:
        return Finding(what, False, str(problem) or type(problem).__name__)


def _warehouse(settings: Settings) -> str:
    with Warehouse(settings.warehouse.path, environment=settings.environment).connect():
        return str(settings.warehouse.path)


def _journal(settings: Settings) -> str:
    with Journal.open(settings.posting.journal):
        return "opens, and can be written durably"


def _mappings(settings: Settings) -> str:
    mappings = read_mappings(settings.mappings.directory)
    unknown = mappings.unknown_accounts(frozenset(account.account for account in settings.lightspeed))
    remarks = [*mappings.warnings, *(f"no account is called {name}" for name in unknown)]
    return "; ".join([f"{settings.mappings.directory} is sound", *remarks])


def _lightspeed(account: LightspeedAccount, settings: Settings) -> str:
    answer = httpx.get(account.base_url, timeout=settings.prima.timeout_seconds, follow_redirects=False)
    with Warehouse(settings.warehouse.path, environment=settings.environment).connect() as con:
        walks = con.execute(
            "select outcome, coalesce(error_text, ''), finished_at from raw.walks where account = ?"
            " order by finished_at desc limit 1",
            [account.account],
        ).fetchall()
    if not walks:
        return f"answers ({answer.status_code}); never read yet"
    outcome, error, finished_at = walks[0]
    if outcome != "ok":
        raise PipelineError("WALK_FAILED", error, where=f"the walk of {finished_at:%Y-%m-%d %H:%M} UTC")
    return f"answers ({answer.status_code}); last read {finished_at:%Y-%m-%d %H:%M} UTC"


async def _prima(settings: Settings) -> str:
    async with PrimaClient(prima_address(settings.prima)) as prima:
        operation = await prima.describe()
        reply = await prima.order_status(NO_SUCH_ORDER)
    if isinstance(reply, NoAnswer):
        raise PipelineError(reply.code, reply.text, where=settings.prima.endpoint)
    described = f"operation {operation.name} of {operation.namespace}, {operation.use}"
    return f"{described}; OrderStatus answers HTTP {reply.status}"


def _ledger(settings: Settings) -> str:
    extract = read_ledger(settings.prima.ledger_extract)
    if extract.outcome != "ok":
        raise PipelineError(
            "LEDGER_STALE", extract.problem or extract.outcome, where=settings.prima.ledger_extract
        )
    age = f"of {extract.last_modified:%Y-%m-%d %H:%M} UTC" if extract.last_modified else "of unknown age"
    return f"{len(extract.rows)} rows, {age}"
