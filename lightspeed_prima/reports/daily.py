"""Writes the daily report: one HTML file that finance and shop staff read without any other program.

What does not belong here: figures of its own; everything comes from the published snapshot.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from lightspeed_prima.reports.chart import sales_against_postings
from lightspeed_prima.reports.snapshot import ShopDay, Snapshot, read_snapshot


@dataclass(frozen=True)
class Headline:
    """The figures a shop owner asks for first."""

    sales: int
    posted: int
    excluded: int
    held: int
    pending: int
    lightspeed_gross: Decimal
    prima_gross: Decimal
    unexplained: Decimal
    days: int
    complete_days: int
    orders: int
    credit_notes: int
    open_exceptions: int


def write_daily_report(published: Path, reports_directory: Path, now: datetime) -> Path:
    """Renders the newest snapshot to `<reports_directory>/daily_report.html`, replaced atomically."""
    html = render_daily_report(read_snapshot(published), now)
    reports_directory.mkdir(parents=True, exist_ok=True)
    target = reports_directory / "daily_report.html"
    fresh = target.with_suffix(".html.writing")
    fresh.write_text(html, encoding="utf-8")
    os.replace(fresh, target)
    return target


def render_daily_report(snapshot: Snapshot, now: datetime) -> str:
    """The report as one self-contained HTML page."""
    environment = Environment(
        loader=PackageLoader("lightspeed_prima.reports"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["money"] = money
    return environment.get_template("daily_report.html.j2").render(
        now=now,
        snapshot=snapshot,
        headline=headline(snapshot),
        chart=sales_against_postings(snapshot.shop_days),
        currency=" / ".join(snapshot.currencies),
    )


def headline(snapshot: Snapshot) -> Headline:
    """Adds the shop-days up."""
    days = snapshot.shop_days
    done = ("confirmed", "exported")

    def documents(document_type: str) -> int:
        return sum(
            row.documents
            for row in snapshot.documents
            if row.document_type == document_type and row.state in done
        )

    return Headline(
        sales=sum(day.sales for day in days),
        posted=sum(day.posted for day in days),
        excluded=sum(day.excluded for day in days),
        held=sum(day.held for day in days),
        pending=sum(day.pending for day in days),
        lightspeed_gross=_total([day.lightspeed_gross for day in days]),
        prima_gross=_total([day.prima_gross for day in days]),
        unexplained=_total([abs(day.unexplained) for day in days]),
        days=len(days),
        complete_days=_complete(days),
        orders=documents("sales_order"),
        credit_notes=documents("credit_note"),
        open_exceptions=len(snapshot.exceptions),
    )


def money(amount: Decimal | None) -> str:
    """1234.5 -> 1,234.50; nothing for no amount."""
    return "" if amount is None else f"{amount:,.2f}"


def _total(amounts: Sequence[Decimal]) -> Decimal:
    return sum(amounts, Decimal("0.00"))


def _complete(days: Sequence[ShopDay]) -> int:
    return sum(day.complete for day in days)
