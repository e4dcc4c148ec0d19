"""The report in a real browser: nothing sticks out of a phone's screen, and it can be printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from lightspeed_prima_tests.reports.conftest import Case
from lightspeed_prima_tests.ui.browser import NO_BROWSER, find_chromium, open_browser

pytestmark = pytest.mark.ui


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        pytest.skip(NO_BROWSER)
    with open_browser(executable) as browser:
        yield browser


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_page_is_never_wider_than_the_screen(
    browser: Browser, troubled: Case, tmp_path: Path, width: int
) -> None:
    file = tmp_path / "report.html"
    file.write_text(troubled.page.html, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})

    page.goto(file.as_uri())

    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


def test_in_print_a_table_is_a_table_whatever_the_paper(
    browser: Browser, troubled: Case, tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    file.write_text(troubled.page.html, encoding="utf-8")
    page = browser.new_page(viewport={"width": 500, "height": 800})
    page.goto(file.as_uri())
    first_head = "getComputedStyle(document.querySelector('thead')).display"
    assert page.evaluate(first_head) == "none"

    page.emulate_media(media="print")

    assert page.evaluate(first_head) == "table-header-group"
    page.close()
