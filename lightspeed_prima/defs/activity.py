"""Whether a run of the pipeline is waiting or at work, as Dagster knows it.

What does not belong here: the lock that keeps runs apart; that one also knows of runs Dagster does not.
"""

from collections.abc import Sequence

import dagster as dg

from lightspeed_prima.defs.names import CYCLE_JOBS

_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def run_at_work(instance: dg.DagsterInstance, jobs: Sequence[str] = CYCLE_JOBS) -> str:
    """A sentence about one unfinished run of these jobs; blank when there is none."""
    for job_name in jobs:
        for record in instance.get_run_records(
            dg.RunsFilter(job_name=job_name, statuses=_UNFINISHED), limit=1
        ):
            run = record.dagster_run
            return f"{job_name} is at work: run {run.run_id[:8]} is {run.status.value.lower()}"
    return ""
