"""The dbt-like runner: one SELECT per file, ref and source, tests from YAML.

What does not belong here: the models themselves; they are in dbt_like_sql, where an analyst finds them.
"""

from __future__ import annotations

from lightspeed_prima.warehouse.models.model import (
    Column,
    Model,
    ModelError,
    ModelResult,
    ModelTest,
    Source,
    TestResult,
)
from lightspeed_prima.warehouse.models.project import ModelProject

__all__ = [
    "Column",
    "Model",
    "ModelError",
    "ModelProject",
    "ModelResult",
    "ModelTest",
    "Source",
    "TestResult",
]
