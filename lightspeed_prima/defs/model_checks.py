"""The YAML tests of a model as asset checks: rules one by one, the promises about columns together.

What does not belong here: running the tests, or checks over several models (checks.py).
"""

from collections.abc import Sequence

import dagster as dg

from lightspeed_prima.defs.names import key
from lightspeed_prima.defs.reading import Shown, markdown_table
from lightspeed_prima.warehouse.models import Model, TestResult

# The runner's own test of a model's YAML.
DOCUMENTED_COLUMNS = "documented_columns_exist"

# Where a broken promise would become wrong money: nothing downstream is built in that run.
BLOCKING_SCHEMAS = ("staging", "core", "posting")

# Columns have some 370 tests, nearly all not_null. Every check costs Dagster three events and a run with one
# check per test spent two thirds of its time on writing them, so a model's column tests are one check.
COLUMNS = "columns_keep_their_promises"
COLUMNS_TO_LOOK_AT = "columns_to_look_at"


def check_specs(model: Model) -> list[dg.AssetCheckSpec]:
    """What is promised about the model's rows."""
    asset, blocks = key(model.relation), model.schema in BLOCKING_SCHEMAS
    specs = []
    if model.columns:
        count = sum(test.column is not None and test.severity == "error" for test in model.tests)
        specs.append(
            dg.AssetCheckSpec(
                COLUMNS,
                asset=asset,
                description=f"The documented columns exist with their types, {count} tests of columns pass.",
                blocking=blocks,
            )
        )
    if to_look_at := sum(test.column is not None and test.severity == "warn" for test in model.tests):
        specs.append(
            dg.AssetCheckSpec(
                COLUMNS_TO_LOOK_AT,
                asset=asset,
                description=f"{to_look_at} tests of columns pass whose failure is for a person to look at.",
            )
        )
    for test in model.tests:
        if test.column is None:
            is_blocking = blocks and test.severity == "error"
            specs.append(
                dg.AssetCheckSpec(test.name, asset=asset, description=test.description, blocking=is_blocking)
            )
    return specs


def check_results(results: Sequence[TestResult]) -> list[dg.AssetCheckResult]:
    """What the tests found, one result for each spec."""
    by_check: dict[str, list[TestResult]] = {}
    for result in results:
        by_check.setdefault(_check_name(result), []).append(result)
    return [_check_result(name, found) for name, found in by_check.items()]


def _check_name(result: TestResult) -> str:
    if result.name == DOCUMENTED_COLUMNS:
        return COLUMNS
    if result.column is None:
        return result.name
    return COLUMNS if result.severity == "error" else COLUMNS_TO_LOOK_AT


def _check_result(name: str, results: Sequence[TestResult]) -> dg.AssetCheckResult:
    failed = [result for result in results if not result.passed]
    severity = dg.AssetCheckSeverity.ERROR if results[0].severity == "error" else dg.AssetCheckSeverity.WARN
    metadata: Shown = {"tests": len(results), "rows that fail": sum(result.failures for result in failed)}
    for result in failed:
        metadata[result.name] = dg.MetadataValue.md(_evidence(result))
    description = "; ".join(f"{result.description}: {result.failures} rows do not" for result in failed)
    return dg.AssetCheckResult(
        check_name=name,
        passed=not failed,
        severity=severity,
        description=description or (results[0].description if len(results) == 1 else "all pass"),
        metadata=metadata,
    )


def _evidence(result: TestResult) -> str:
    """Some of the rows, and the query that finds them all."""
    rows = [list(row.values()) for row in result.sample]
    table = markdown_table(list(result.sample[0]), rows) if result.sample else ""
    return f"{table}\n\n```sql\n{result.sql}\n```" if result.sql else table
