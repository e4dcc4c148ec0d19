"""The only reader of the configuration file and of the environment.

What belongs here: the public face of the package. What does not: how a value is used; nothing here opens a
warehouse, calls a server or reads a mapping.
"""

from lightspeed_prima.settings.load import CONFIG_VARIABLE, load_settings
from lightspeed_prima.settings.models import (
    AlertSettings,
    LightspeedAccount,
    MappingSettings,
    PostingSettings,
    PrimaSettings,
    Settings,
    StockSettings,
    ToleranceSettings,
    WarehouseSettings,
)
from lightspeed_prima.settings.problems import SettingsError, SettingsProblem
from lightspeed_prima.settings.sandbox import (
    HOME_VARIABLE,
    sandbox_config_path,
    sandbox_home,
    sandbox_settings,
)

__all__ = [
    "CONFIG_VARIABLE",
    "HOME_VARIABLE",
    "AlertSettings",
    "LightspeedAccount",
    "MappingSettings",
    "PostingSettings",
    "PrimaSettings",
    "Settings",
    "SettingsError",
    "SettingsProblem",
    "StockSettings",
    "ToleranceSettings",
    "WarehouseSettings",
    "load_settings",
    "sandbox_config_path",
    "sandbox_home",
    "sandbox_settings",
]
