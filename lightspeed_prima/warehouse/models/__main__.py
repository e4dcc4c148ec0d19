"""Builds models by hand: `python -m lightspeed_prima.warehouse.models WAREHOUSE [MODEL ...]`.

What does not belong here: the daily run, which is Dagster's.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lightspeed_prima.errors import PipelineError
from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima.warehouse.models.project import ModelProject


def main(arguments: list[str]) -> int:
    """0: built, every test passed; 1: a test of severity error failed; 2: an error."""
    parser = argparse.ArgumentParser(prog="python -m lightspeed_prima.warehouse.models", description=__doc__)
    parser.add_argument("warehouse", type=Path, help="the DuckDB file; made when it does not exist")
    parser.add_argument(
        "models", nargs="*", help="models to build, with all they are built from; default: all"
    )
    parser.add_argument("--full-refresh", action="store_true", help="build incremental models anew")
    parser.add_argument("--var", action="append", default=[], metavar="NAME=VALUE", help="a value for var()")
    parser.add_argument("--directory", type=Path, help="another dbt_like_sql folder")
    options = parser.parse_intermixed_args(arguments)
    try:
        return _build(options)
    except PipelineError as error:
        print(error.sentence(), file=sys.stderr)
        return 2


def _build(options: argparse.Namespace) -> int:
    project = ModelProject.load(options.directory)
    variables = dict(pair.split("=", 1) for pair in options.var)
    wanted = {model.name for name in options.models for model in project.upstream(name)}
    failed = 0
    with Warehouse(options.warehouse).transaction() as con:
        for model in project.models:
            if options.models and model.name not in wanted:
                continue
            result = project.run(con, model, variables, full_refresh=options.full_refresh)
            rows = "" if result.rows is None else f"{result.rows:>9} rows"
            print(f"{result.model:<40} {model.materialized:<12}{rows:>14} {result.seconds:7.3f} s")
            for test in project.test(con, model, variables):
                if not test.passed:
                    failed += test.severity == "error"
                    print(
                        f"    {test.severity}: {test.description}: {test.failures} rows, as {test.sample[:1]}"
                    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
