"""The configuration of the sandbox: where its files are, and a stand-in until the twins have written theirs.

What does not belong here: starting the twins, which write the file this module reads.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lightspeed_prima.settings.models import Settings
from lightspeed_prima.settings.reading import read_file, read_settings

HOME_VARIABLE = "LIGHTSPEED_PRIMA_HOME"

# Port 0 answers nobody: the definitions load, and a run says that the sandbox is not up.
_NOT_STARTED = """
[[lightspeed]]
account = "shoes"
series = "R"
base_url = "http://127.0.0.1:0"
token_url = "http://127.0.0.1:0/auth/oauth/token"
account_id = "120645"
order_prefix = "701"
start_from = "2026-11-01"
client_id_env = "SANDBOX_NOT_STARTED"
client_secret_env = "SANDBOX_NOT_STARTED"
refresh_token_env = "SANDBOX_NOT_STARTED"

[prima]
endpoint = "http://127.0.0.1:0/wsalive/wsalive"
ledger_extract = "http://127.0.0.1:0/extracts/ledger.csv"
"""


def sandbox_home(environ: Mapping[str, str] = os.environ) -> Path:
    """$LIGHTSPEED_PRIMA_HOME, else the project this package lies in, else the current folder."""
    named = environ.get(HOME_VARIABLE, "").strip()
    if named:
        return Path(named).expanduser().absolute()
    project = Path(__file__).absolute().parents[2]
    return project if (project / "workspace.yaml").is_file() else Path.cwd()


def sandbox_config_path(environ: Mapping[str, str] = os.environ) -> Path:
    """The file that the twins write with their ports and secrets."""
    return sandbox_home(environ) / "data" / "sandbox" / "config.toml"


def sandbox_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The sandbox's settings, from the twins' file when it is there."""
    path = sandbox_config_path(environ)
    filled_in = _places(sandbox_home(environ))
    if path.exists():
        return read_settings(
            read_file(path), path, environ, environment="sandbox", filled_in=filled_in, source=path
        )
    stand_in = {"SANDBOX_NOT_STARTED": "not started", **environ}
    return read_settings(_NOT_STARTED, path, stand_in, environment="sandbox", filled_in=filled_in)


def _places(home: Path) -> dict[str, dict[str, Any]]:
    data = home / "data"
    return {
        "warehouse": {
            "path": str(data / "warehouse.duckdb"),
            "published": str(data / "reconciliation.duckdb"),
        },
        "mappings": {"directory": str(data / "sandbox" / "mappings")},
        "posting": {"journal": f"sqlite:///{data / 'journal.db'}"},
    }
