"""`python -m lightspeed_prima.twins --home HOME`: both twins of one sandbox, in the foreground.

Usually started by sandbox.ensure_sandbox; nothing but the command line belongs here.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lightspeed_prima.twins.sandbox_files import IDLE_SECONDS, WorldSize
from lightspeed_prima.twins.sandbox_process import ALREADY_RUNNING, run_sandbox


def main() -> int:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m lightspeed_prima.twins", description=__doc__)
    usual = WorldSize()
    parser.add_argument("--home", type=Path, required=True, help="folder whose data/sandbox the twins use")
    parser.add_argument("--seed", type=int, default=usual.seed, help="which world")
    parser.add_argument("--days", type=int, default=usual.days, help="trading days in it")
    parser.add_argument(
        "--sales-per-day", type=int, default=usual.sales_per_day, help="sales on each of them"
    )
    parser.add_argument(
        "--idle-seconds", type=int, default=IDLE_SECONDS, help="end after so long without a request"
    )
    given = parser.parse_args()
    size = WorldSize(given.seed, given.days, given.sales_per_day)
    code = run_sandbox(given.home, size, given.idle_seconds)
    if code == ALREADY_RUNNING:
        print(f"the twins of {given.home} are running already", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
