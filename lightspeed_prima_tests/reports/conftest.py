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
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return _case(shop.publish_quiet(tmp_path_factory.mktemp("quiet")))


@pytest.fixture(scope="session")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return _case(shop.publish_troubled(tmp_path_factory.mktemp("troubled")))


@pytest.fixture(scope="session")
def two_currencies(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return _case(shop.publish_two_currencies(tmp_path_factory.mktemp("currencies")))


@pytest.fixture(scope="session")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return _case(shop.publish_nothing(tmp_path_factory.mktemp("nothing")))
