"""Writes the daily report: one HTML file that finance and shop staff read without any other program.

What does not belong here: figures of its own; everything comes from the published snapshot.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from lightspeed_prima.reports import figures
from lightspeed_prima.reports.bridge import bridges
from lightspeed_prima.reports.chart import sales_against_postings
from lightspeed_prima.reports.days import by_account, in_period, left_open
from lightspeed_prima.reports.headline import headline
from lightspeed_prima.reports.snapshot import Snapshot, read_snapshot
from lightspeed_prima.reports.worklist import by_owner

FILE_NAME = "daily_report.html"
# A page has to open on a phone: longer lists are cut, and say where the rest is.
EXCEPTIONS_PER_CODE = 25
TAX_DIFFERENCES = 100
OPEN_DAYS = 60


def write_daily_report(published: Path, reports_directory: Path, now: datetime) -> Path:
    """Renders the newest snapshot to `<reports_directory>/daily_report.html`, replaced atomically."""
    html = render_daily_report(read_snapshot(published), now)
    reports_directory.mkdir(parents=True, exist_ok=True)
    target = reports_directory / FILE_NAME
    # A name of its own: the console and a job may write at the same time.
    descriptor, fresh = tempfile.mkstemp(prefix=f".{FILE_NAME}.", dir=reports_directory)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(html)
        # mkstemp is for the owner alone; a report is there to be read.
        Path(fresh).chmod(0o644)
        os.replace(fresh, target)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
    return target


def render_daily_report(snapshot: Snapshot, now: datetime) -> str:
    """The report as one self-contained HTML page."""
    shop_days = in_period(snapshot.shop_days, snapshot.since)
    period = by_account(shop_days)
    open_days = left_open(snapshot.shop_days, snapshot.since)
    return (
        _environment()
        .get_template("daily_report.html.j2")
        .render(
            now=now,
            snapshot=snapshot,
            headline=headline(snapshot),
            verdict=verdict(snapshot),
            bridges=bridges(snapshot.sales),
            has_ledger=any(source.source == "ledger" for source in snapshot.sources),
            charts=[sales_against_postings(account) for account in period],
            period=period,
            period_days=sorted({row.business_date for row in shop_days}),
            open_days=by_account(open_days[:OPEN_DAYS]),
            open_days_cut=max(0, len(open_days) - OPEN_DAYS),
            owners=by_owner(snapshot.exceptions, snapshot.currencies),
            exceptions_per_code=EXCEPTIONS_PER_CODE,
            tax_differences_shown=TAX_DIFFERENCES,
            names=_Names(snapshot.currencies, snapshot.depots),
        )
    )


def verdict(snapshot: Snapshot) -> tuple[str, str]:
    """good, warn or bad, and the one sentence to read when there is time for one."""
    figures_of_all = headline(snapshot)
    stale = [source for source in snapshot.sources if not source.is_fresh]
    if not snapshot.shop_days:
        return "warn", "No sale has been read yet."
    if figures_of_all.unexplained_days:
        return (
            "bad",
            f"{_count(figures_of_all.unexplained_days, 'shop-day')} with unexplained money.",
        )
    if stale:
        return "warn", f"{_count(len(stale), 'source')} not up to date: what came later is not in here."
    if figures_of_all.open_exceptions:
        return "warn", (
            f"Every penny is accounted for. {_count(figures_of_all.open_exceptions, 'exception')}"
            f" {'needs' if figures_of_all.open_exceptions == 1 else 'need'} a person."
        )
    return "good", "Everything that was rung is in Prima, to the penny."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


class _Names:
    """What accounts and shops are called on the page; an account is named only where there are several."""

    def __init__(self, currencies: Mapping[str, str], depots: Mapping[tuple[str, str], str]) -> None:
        self._currencies = currencies
        self._depots = depots

    @property
    def several_accounts(self) -> bool:
        return len(self._currencies) > 1

    @property
    def currency(self) -> str:
        """The one currency of the whole report; "" when there are several."""
        found = set(self._currencies.values())
        return found.pop() if len(found) == 1 else ""

    def account(self, account: str) -> str:
        currency = self._currencies.get(account, "")
        return f"{account} ({currency})" if currency else account

    def shop(self, account: str, shop_id: str | None) -> str:
        """`1 DUB`: Lightspeed's id and Prima's depot, which is what people know it by."""
        depot = self._depots.get((account, shop_id or ""), "")
        return f"{shop_id or '?'} {depot}".strip()


@cache
def _environment() -> Environment:
    # Names, details and answers of other systems go into the page: nothing is trusted to be without markup.
    environment = Environment(
        loader=PackageLoader("lightspeed_prima.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("money", "totals_in_words", "percent", "day", "moment", "age", "words"):
        environment.filters[name] = getattr(figures, name)
    return environment
