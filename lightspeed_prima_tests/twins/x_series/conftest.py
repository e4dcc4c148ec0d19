"""One world for all tests of the X-Series twin, and one twin for those that only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lightspeed_prima.twins.x_world import XWorld, build_x_world
from lightspeed_prima_tests.twins.x_series.talk import Till, open_till


@pytest.fixture(scope="package")
def world() -> XWorld:
    return build_x_world()


@pytest.fixture(scope="module")
def shared_till(world: XWorld) -> Iterator[Till]:
    with open_till(world) as till:
        yield till


@pytest.fixture
def till(world: XWorld) -> Iterator[Till]:
    with open_till(world) as own:
        yield own
