"""What holds for the whole suite: the browser tests never go missing without a word.

What does not belong here: fixtures; each folder has its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
    """Says after everything else that browser tests did not run, and why; nothing when they did."""
    yield
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "ui" in report.keywords]
    reasons = Counter(_reason(report) for report in skipped)
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} browser tests did NOT run: {reason}", yellow=True, bold=True)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The words of the skip without `Skipped:` and the place in the file."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return str(reason).removeprefix("Skipped: ")
