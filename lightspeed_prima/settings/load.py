"""Which configuration is in force: the file given, the one the environment names, or the sandbox's.

What does not belong here: how a file is read (reading.py).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from lightspeed_prima.settings.models import Settings
from lightspeed_prima.settings.reading import read_file, read_settings
from lightspeed_prima.settings.sandbox import sandbox_config_path, sandbox_settings

CONFIG_VARIABLE = "LIGHTSPEED_PRIMA_CONFIG"


def load_settings(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads the configuration whole; raises SettingsError with every mistake in it."""
    if path is None:
        named = environ.get(CONFIG_VARIABLE, "").strip()
        if not named:
            return sandbox_settings(environ)
        path = Path(named).expanduser()
    if path.absolute() == sandbox_config_path(environ):
        return sandbox_settings(environ)
    return read_settings(read_file(path), path, environ, source=path.absolute())
