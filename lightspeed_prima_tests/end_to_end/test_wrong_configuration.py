"""A configuration with a mistake, met by the command that users run."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightspeed_prima_tests.end_to_end.sandbox import run_dagster

pytestmark = pytest.mark.end_to_end

CONFIG = """\
[[lightspeed]]
account = "shoes"
series = "R"
base_url = "http://127.0.0.1:9"
token_url = "http://127.0.0.1:9/token"
account_id = "1"
order_prefix = "701"
start_from = "2026-11-02"
client_id_env = "ID"
client_secret_env = "SECRET"
refresh_token_env = "TOKEN"

[prima]
endpoint = "http://127.0.0.1:9/wsalive/wsalive"
timeout_second = 30
"""
TYPO_LINE = 1 + CONFIG.splitlines().index("timeout_second = 30")


def test_a_typo_is_named_with_key_and_line_and_nothing_starts(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG, encoding="utf-8")
    secrets = {"ID": "id", "SECRET": "secret", "TOKEN": "token"}

    job = run_dagster(tmp_path, "daily_cycle", {"LIGHTSPEED_PRIMA_CONFIG": str(config), **secrets})

    assert job.exit_code != 0
    assert "timeout_second" in job.output
    assert f"{config}:{TYPO_LINE}" in job.output
    assert "RUN_START" not in job.output
    assert sorted(file.name for file in (tmp_path / "data").iterdir()) == ["dagster"]
    assert not list(tmp_path.rglob("*.duckdb*")) + list(tmp_path.rglob("journal.db*"))
