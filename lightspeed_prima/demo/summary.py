"""The demo's result in the words of a shop owner: plain lines, the same on a terminal and in a file.

What does not belong here: figures that are not in the result.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightspeed_prima.demo.result import DemoResult
from lightspeed_prima.reports.figures import money
from lightspeed_prima.reports.headline import Headline


def summary_lines(result: DemoResult) -> list[str]:
    """The figures, every complaint, the verdict, and where to look further."""
    return ["A retail week, Lightspeed to Prima", "", *_figures(result), "", *_verdict(result)]


def _figures(result: DemoResult) -> Iterator[str]:
    figures = result.headline
    held = ", ".join(f"{code} {count}" for code, count in result.exceptions.items())
    rows = [
        ("Sales", f"{figures.sales}", f"{money(figures.lightspeed_gross)} rung"),
        (
            "Posted",
            f"{figures.posted}",
            f"{figures.orders} orders; {money(figures.prima_gross)} in Prima",
        ),
        ("Credited", f"{figures.credit_notes}", "credit notes, each linked to its order"),
        ("Left out", f"{figures.excluded}", "voided, still open, or without value"),
        ("Held", f"{figures.held}", held),
        ("Pending", f"{figures.pending}", "not posted yet"),
        ("Late", f"{result.late_sales}", "came after their day was reported complete, posted all the same"),
        (
            "In Prima",
            f"{result.documents_in_prima}",
            f"documents by Prima's own count, {result.duplicates_refused} refused as duplicates",
        ),
        ("Shop-days", f"{figures.days}", f"{figures.complete_days} complete"),
        ("Unexplained", money(figures.unexplained), _where_unexplained(figures)),
    ]
    for name, figure, detail in rows:
        yield f"  {name:<12}{figure:>9}  {detail}".rstrip()


def _verdict(result: DemoResult) -> Iterator[str]:
    for complaint in result.verdict.complaints:
        yield f"NOT AS THE ANSWER KEY SAYS: {complaint}"
    judged = "as" if result.is_right else "NOT as"
    yield (
        f"{result.verdict.sales} sales and {result.headline.open_exceptions} exceptions:"
        f" {judged} the answer key of the week says, in {result.seconds} s."
    )
    yield f"Report:    {result.report}"
    yield f"Tables:    {result.tables}"
    yield "Dagster:   make dev, then http://127.0.0.1:3000"


def _where_unexplained(figures: Headline) -> str:
    if figures.unexplained_days:
        return f"on {figures.unexplained_days} of {figures.days} shop-days"
    return f"on each of {figures.days} shop-days"
