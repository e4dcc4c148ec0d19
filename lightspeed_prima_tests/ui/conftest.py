"""One small world taken through daily_cycle, its UI, and a browser to look at it.

The browser comes first: without one nothing else is started.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lightspeed_prima.dagster_home import dagster_command, workspace_arguments
from lightspeed_prima.twins.sandbox import WorldSize, ensure_sandbox, stop_sandbox
from lightspeed_prima_tests.ui.browser import NO_BROWSER, find_chromium, open_browser
from lightspeed_prima_tests.ui.webserver import environment_of, serve_ui

# The smallest world: a day of four plain sales, and every planted trouble.
WORLD = WorldSize(seed=7, days=1, sales_per_day=4)

# Two cores may be busy with other tests; nothing here depends on how long it takes.
PATIENCE_MILLISECONDS = 60_000


# Playwright keeps an event loop running in its thread: it has to be gone before the next file's tests.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        pytest.skip(NO_BROWSER)
    with open_browser(executable) as browser:
        yield browser


@pytest.fixture(scope="module")
def home_after_a_cycle(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home in which `dagster job execute -j daily_cycle` has run once; its twins still answer."""
    assert browser.is_connected()
    home = tmp_path_factory.mktemp("ui_home")
    shutil.copyfile(Path(__file__).parents[2] / "workspace.yaml", home / "workspace.yaml")
    ensure_sandbox(home, world=WORLD)
    try:
        cycle = subprocess.run(
            dagster_command("job", "execute", *workspace_arguments(home), "-j", "daily_cycle"),
            cwd=home,
            env=environment_of(home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert cycle.returncode == 0, cycle.stdout[-3000:]
        yield home
    finally:
        stop_sandbox(home)


@pytest.fixture(scope="module")
def ui_address(home_after_a_cycle: Path) -> Iterator[str]:
    with serve_ui(home_after_a_cycle) as address:
        yield address


@pytest.fixture
def page(browser: Browser, ui_address: str) -> Iterator[Page]:
    """A fresh browser profile for every test, as somebody has who opens the UI for the first time."""
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    context = browser.new_context(
        base_url=ui_address, viewport={"width": 1600, "height": 1000}, color_scheme="light"
    )
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context.new_page()
    context.close()
