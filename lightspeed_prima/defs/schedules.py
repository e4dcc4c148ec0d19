"""When jobs start by the clock. All are off until somebody switches them on.

What does not belong here: posting in its window, which also asks for news (posting_window.py).
"""

import dagster as dg

from lightspeed_prima.defs.activity import run_at_work
from lightspeed_prima.defs.jobs import CYCLE_JOBS
from lightspeed_prima.defs.maintenance import maintenance_job
from lightspeed_prima.defs.names import DAILY_CYCLE, INGEST, SYNC_STOCK

# A run that finds another one at work waits for it. By the quarter hour that would pile up behind a long
# posting run, and the next quarter reads the same sales anyway.
_DESCRIPTION = "Every quarter of an hour, unless a run is still at work."


@dg.schedule(
    name="ingest_every_quarter_hour",
    cron_schedule="*/15 * * * *",
    execution_timezone="UTC",
    job=CYCLE_JOBS[INGEST],
    description=_DESCRIPTION,
    default_status=dg.DefaultScheduleStatus.STOPPED,
)
def ingest_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    if busy := run_at_work(context.instance):
        return dg.SkipReason(busy)
    return dg.RunRequest()


SCHEDULES = [
    ingest_schedule,
    dg.ScheduleDefinition(
        name="daily_cycle_at_night",
        cron_schedule="30 4 * * *",
        execution_timezone="UTC",
        job=CYCLE_JOBS[DAILY_CYCLE],
        description="04:30 UTC: the shops are closed, the night's ledger extract is there.",
        default_status=dg.DefaultScheduleStatus.STOPPED,
    ),
    dg.ScheduleDefinition(
        name="stock_every_hour",
        cron_schedule="10 * * * *",
        execution_timezone="UTC",
        job=CYCLE_JOBS[SYNC_STOCK],
        description="Ten past every hour.",
        default_status=dg.DefaultScheduleStatus.STOPPED,
    ),
    dg.ScheduleDefinition(
        name="maintenance_every_sunday",
        cron_schedule="15 2 * * 0",
        execution_timezone="UTC",
        job=maintenance_job,
        description="Sundays at 02:15 UTC.",
        default_status=dg.DefaultScheduleStatus.STOPPED,
    ),
]
