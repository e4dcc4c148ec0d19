"""A sandbox for a test module: its own home, its own twins of a small world, all ended with the module.

What does not belong here: what happens in it. A job takes 20 s, so a module is a story told once.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lightspeed_prima.twins.sandbox import WorldSize, ensure_sandbox, stop_sandbox
from lightspeed_prima_tests.end_to_end.sandbox import Sandbox

# Every kind of sale and of trouble is in it at least once, and four days leave room for late sales.
SMALL = WorldSize(seed=7, days=4, sales_per_day=12)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    home = tmp_path_factory.mktemp("home").resolve()
    try:
        opened = Sandbox(home, ensure_sandbox(home, world=SMALL))
        yield opened
        opened.close()
    finally:
        stop_sandbox(home)
