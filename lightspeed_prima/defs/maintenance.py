"""Forgets old runs: Dagster keeps every event of every run until somebody deletes it.

What does not belong here: the pipeline's own data; nothing of that is ever deleted.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import dagster as dg

from lightspeed_prima.defs.names import MAINTENANCE

KEPT_DAYS = 90
_BATCH = 100
_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def delete_old_runs(
    instance: dg.DagsterInstance, now: datetime, tell: Callable[[str], None] = lambda _: None
) -> int:
    """Deletes finished runs older than KEPT_DAYS with their events; returns how many."""
    limit = now - timedelta(days=KEPT_DAYS)
    old = dg.RunsFilter(statuses=_FINISHED, created_before=limit)
    deleted = 0
    while records := instance.get_run_records(old, limit=_BATCH):
        for record in records:
            instance.delete_run(record.dagster_run.run_id)
        deleted += len(records)
        tell(f"{deleted} runs from before {limit:%Y-%m-%d} deleted")
    return deleted


@dg.op(description=f"Deletes finished runs older than {KEPT_DAYS} days with their events.")
def delete_runs(context: dg.OpExecutionContext) -> None:
    deleted = delete_old_runs(context.instance, datetime.now(UTC), context.log.info)
    context.add_output_metadata({"runs deleted": deleted})


@dg.job(
    name=MAINTENANCE,
    description=f"Deletes Dagster's records of runs older than {KEPT_DAYS} days. The pipeline's data stays.",
    executor_def=dg.in_process_executor,
)
def maintenance_job() -> None:
    delete_runs()
