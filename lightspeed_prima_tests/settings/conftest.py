"""A good configuration file that every test of this folder may change.

What does not belong here: expectations; they are in the tests.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lightspeed_prima_tests.settings.config import Config


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(tmp_path)
