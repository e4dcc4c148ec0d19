"""What the end of a test run says on a machine that has no browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from lightspeed_prima_tests.ui.browser import NO_BROWSER

ROOT = Path(__file__).parents[2]


def test_the_last_lines_say_that_the_browser_tests_did_not_run(tmp_path: Path) -> None:
    *_, said, figures = _run_browser_tests(path=str(tmp_path))

    counted = re.fullmatch(rf"(\d+) browser tests did NOT run: {re.escape(NO_BROWSER)}", said)
    assert counted, said
    assert int(counted[1]) > 1
    assert f" {counted[1]} skipped in " in figures


def _run_browser_tests(path: str) -> list[str]:
    """The lines of a pytest run of the browser tests with nothing but this on the PATH."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "lightspeed_prima_tests/ui/test_dagster_ui.py"],
        cwd=ROOT,
        env={**environment, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout.splitlines()
