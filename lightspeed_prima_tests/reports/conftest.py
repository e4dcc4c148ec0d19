"""The snapshots the report tests look at, each built once, and its report as a person sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lightspeed_prima.reports.daily import write_daily_report
from lightspeed_prima.reports.snapshot import Snapshot, read_snapshot
from lightspeed_prima_tests.reports import shop
from lightspeed_prima_tests.reports.page import Page

NOW = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """A published snapshot, what was read from it, and the page."""

    published: Path
    snapshot: Snapshot
    page: Page


def _case(published: Path) -> Case:
    report = write_daily_report(published, published.parent / "reports", NOW)
    return Case(published, read_snapshot(published), Page(report.read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return shop.publish_stages(tmp_path_factory.mktemp("books"))


@pytest.fixture(scope="session")
def nothing(stages: dict[str, Path]) -> Case:
    return _case(stages["nothing"])


@pytest.fixture(scope="session")
def quiet(stages: dict[str, Path]) -> Case:
    return _case(stages["quiet"])


@pytest.fixture(scope="session")
def troubled(stages: dict[str, Path]) -> Case:
    return _case(stages["troubled"])


@pytest.fixture(scope="session")
def two_currencies(stages: dict[str, Path]) -> Case:
    return _case(stages["two_currencies"])
