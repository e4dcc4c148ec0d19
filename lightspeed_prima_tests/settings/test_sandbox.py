"""Without a file the sandbox is configured, started or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightspeed_prima.settings import load_settings
from lightspeed_prima_tests.settings.config import GOOD, SECRETS


def test_without_a_file_the_sandbox_is_used_even_before_it_was_started(tmp_path: Path) -> None:
    settings = load_settings(None, {"LIGHTSPEED_PRIMA_HOME": str(tmp_path)})

    assert settings.environment == "sandbox"
    assert settings.source is None
    assert settings.warehouse.path == tmp_path / "data/warehouse.duckdb"
    assert settings.warehouse.published == tmp_path / "data/reconciliation.duckdb"
    assert settings.posting.journal == f"sqlite:///{tmp_path}/data/journal.db"
    assert settings.mappings.directory == tmp_path / "data/sandbox/mappings"
    assert settings.lightspeed[0].base_url == "http://127.0.0.1:0"


@pytest.mark.parametrize("named", [True, False])
def test_the_sandbox_reads_the_file_the_twins_wrote(tmp_path: Path, named: bool) -> None:
    path = tmp_path / "data" / "sandbox" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(GOOD.replace("data/warehouse.duckdb", "../other.duckdb"), encoding="utf-8")

    settings = load_settings(path if named else None, {**SECRETS, "LIGHTSPEED_PRIMA_HOME": str(tmp_path)})

    assert settings.environment == "sandbox"
    assert settings.source == path
    assert settings.warehouse.path == tmp_path / "data/other.duckdb"
    assert settings.warehouse.published == tmp_path / "data/reconciliation.duckdb"
    assert settings.mappings.directory == tmp_path / "data/sandbox/mappings"


def test_the_environment_overrides_the_sandbox_too(tmp_path: Path) -> None:
    environ = {"LIGHTSPEED_PRIMA_HOME": str(tmp_path), "LIGHTSPEED_PRIMA__PRIMA__CREDIT_NOTES": "hold"}

    settings = load_settings(None, environ)

    assert settings.prima.credit_notes == "hold"
