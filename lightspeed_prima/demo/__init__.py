"""The demo: a retail week from the sandbox till to the sandbox Prima, through the real Dagster job.

What does not belong here: any figure of its own; it runs what users run and reads what analysts read.
"""

from lightspeed_prima.demo.job import DemoError
from lightspeed_prima.demo.result import DemoResult
from lightspeed_prima.demo.run import run_demo
from lightspeed_prima.demo.summary import summary_lines

__all__ = ["DemoError", "DemoResult", "run_demo", "summary_lines"]
