"""Makes the pictures of the README: `python -m lightspeed_prima_tests.ui.picture [HOME]`.

HOME is where a demo has run; without it one is run in a temporary home. What does not belong here: tests.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from lightspeed_prima_tests.ui.browser import NO_BROWSER, find_chromium, open_browser
from lightspeed_prima_tests.ui.webserver import environment_of, serve_ui

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"

# The lineage by groups, and in it the one table that says where every sale stands.
ASSET = "recon/sales"
GROUP = "recon"
SELECTION = f'not group:"{GROUP}" or key:"{ASSET}"'
UI_SIZE: ViewportSize = {"width": 1700, "height": 1012}
SIDEBAR_WIDTH = 695
REPORT_SIZE: ViewportSize = {"width": 1200, "height": 900}
MARGIN = 20

# What the UI remembers of a visitor who likes the graph top-down, the navigation small, and the counts of
# each group readable: below a zoom of 0.6 it draws the names of groups only.
REMEMBERED = """
localStorage.setItem('dagster-nav-collapsed', 'true');
localStorage.setItem('large-screen-nav-open', 'false');
localStorage.setItem('asset-graph-direction', '"vertical"');
localStorage.setItem('defaultZoom', '0.7');
"""


def main() -> None:
    """Takes both pictures and prints where they are."""
    executable = find_chromium()
    if executable is None:
        raise SystemExit(NO_BROWSER)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, open_browser(executable) as browser:
        home = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else demo_home(Path(folder))
        with serve_ui(home) as address:
            picture_of_the_ui(browser, address, IMAGES / "ui.png")
        picture_of_the_report(browser, home, IMAGES / "report.png")
    for picture in sorted(IMAGES.glob("*.png")):
        print(f"{picture} {picture.stat().st_size // 1000} kB")


def demo_home(home: Path) -> Path:
    """The folder after a whole demo in it."""
    shutil.copyfile(ROOT / "workspace.yaml", home / "workspace.yaml")
    console_script = Path(sys.executable).with_name("lightspeed-prima")
    subprocess.run([console_script, "demo"], cwd=home, env=environment_of(home), check=True)
    return home


def picture_of_the_ui(browser: Browser, address: str, target: Path) -> None:
    """The pipeline on the left; on the right what the chosen asset says of itself."""
    context = browser.new_context(viewport=UI_SIZE, device_scale_factor=1.25, color_scheme="light")
    context.set_default_timeout(60_000)
    context.add_init_script(REMEMBERED)
    page = context.new_page()
    page.goto(
        f"{address}/asset-groups~{quote(SELECTION, safe='')}/{quote(ASSET, safe='')}"
        f"?expanded={quote(f'global@global:{GROUP}', safe='')}"
    )
    _hide_the_list_of_groups(page)
    expect(page.get_by_text("Latest materialization", exact=True)).to_be_visible()
    _widen_the_graph(page)
    _centre_the_graph(page)
    page.wait_for_load_state("networkidle")
    for unfinished in ("fetching statuses", "Loading"):
        expect(page.get_by_text(unfinished)).to_have_count(0, timeout=60_000)
    page.screenshot(path=target)
    context.close()


def picture_of_the_report(browser: Browser, home: Path, target: Path) -> None:
    """The HTML report down to its chart; what needs a person comes after that and is long."""
    context = browser.new_context(viewport=REPORT_SIZE, device_scale_factor=1.25, color_scheme="light")
    page = context.new_page()
    page.goto((home / "data" / "reports" / "daily_report.html").as_uri())
    end = _box(page.get_by_role("heading", name="open exceptions"))["y"] - MARGIN
    page.screenshot(
        path=target, full_page=True, clip={"x": 0, "y": 0, "width": REPORT_SIZE["width"], "height": end}
    )
    context.close()


def _hide_the_list_of_groups(page: Page) -> None:
    """The button beside the search box; the navigation has one with the same icon before it."""
    page.locator("button:has([aria-label='panel_show_right'])").last.click()


def _widen_the_graph(page: Page) -> None:
    divider = _box(page.locator("[class*='SplitPanelContainer_horizontalDivider']"))
    _drag(page, (divider["x"] + 1, 300), (UI_SIZE["width"] - SIDEBAR_WIDTH, 300))


def _centre_the_graph(page: Page) -> None:
    graph = page.locator("[class*='AssetGraphExplorer_svgContainer']")
    canvas, drawn = _box(graph.locator("xpath=../..")), _box(graph)
    empty = (canvas["x"] + 30, canvas["y"] + canvas["height"] - 40)
    right = canvas["x"] + canvas["width"] / 2 - drawn["x"] - drawn["width"] / 2
    down = canvas["y"] + canvas["height"] / 2 - drawn["y"] - drawn["height"] / 2
    _drag(page, empty, (empty[0] + right, empty[1] + down))


def _drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()
    page.wait_for_timeout(1000)


def _box(element: Locator) -> dict[str, float]:
    box = element.bounding_box()
    assert box is not None
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}


if __name__ == "__main__":
    main()
