"""The sensor that starts posting: there is something new, and the posting window of the settings is open.

What does not belong here: what is due; SQL decides that, and posting may be started any number of times.
A plain sensor that reads Dagster's own events, not an asset sensor: that one forgets what it skipped.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import dagster as dg

from lightspeed_prima.defs.activity import run_at_work
from lightspeed_prima.defs.jobs import CYCLE_JOBS
from lightspeed_prima.defs.names import JOURNAL_DOCUMENTS, POST, POSTING_JOBS, TRANSACTIONS
from lightspeed_prima.settings import Settings

_TICK_FORMAT = "%Y-%m-%dT%H:%MZ"


def posting_window(
    load: Callable[[], Settings], clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> dg.SensorDefinition:
    """The sensor. Settings are read at every evaluation, so that a changed window holds at once."""

    @dg.sensor(
        name="post_when_due",
        job=CYCLE_JOBS[POST],
        minimum_interval_seconds=30,
        description="Starts post_to_prima when sales have been read since the last posting, at the times of "
        'posting.cron; with "" as soon as they have been read.',
        default_status=dg.DefaultSensorStatus.STOPPED,
    )
    def post_when_due(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        cron = load().posting.cron
        if not cron:
            return _as_soon_as_read(context.instance)
        return _at_its_times(context.instance, cron, context.cursor, clock())

    return post_when_due


def _as_soon_as_read(instance: dg.DagsterInstance) -> dg.SensorResult | dg.SkipReason:
    read, posted = _latest(instance, TRANSACTIONS), _latest(instance, JOURNAL_DOCUMENTS)
    if read is None or (posted is not None and posted.timestamp >= read.timestamp):
        return dg.SkipReason("nothing has been read since the last posting")
    # A posting run normalises first and posts then, also when it failed in between: starting another one for
    # what it normalised would never end.
    run = instance.get_run_by_id(read.run_id)
    if run is not None and run.job_name in POSTING_JOBS:
        return dg.SkipReason(f"{run.job_name} posts by itself what it has read")
    if busy := run_at_work(instance, POSTING_JOBS):
        return dg.SkipReason(busy)
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"read-by-{read.run_id}")])


def _at_its_times(
    instance: dg.DagsterInstance, cron: str, cursor: str | None, now: datetime
) -> dg.SensorResult | dg.SkipReason:
    """The cursor is the moment up to which the window's times have been dealt with."""
    if cursor is None:
        reason = dg.SkipReason(f"watching from now on; posts at {cron} (UTC)")
        return dg.SensorResult(skip_reason=reason, cursor=now.isoformat())
    tick = latest_tick(cron, datetime.fromisoformat(cursor), now)
    if tick is None:
        return dg.SkipReason(f"the window is closed; it opens at {cron} (UTC)")
    if busy := run_at_work(instance, POSTING_JOBS):
        return dg.SkipReason(busy)
    read, posted = _latest(instance, TRANSACTIONS), _latest(instance, JOURNAL_DOCUMENTS)
    if read is None or (posted is not None and posted.timestamp >= read.timestamp):
        reason = dg.SkipReason(f"nothing has been read since the last posting; window of {tick}")
        return dg.SensorResult(skip_reason=reason, cursor=now.isoformat())
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"window-{tick}")], cursor=now.isoformat())


def latest_tick(cron: str, after: datetime, now: datetime) -> str | None:
    """The last time of the cron expression in (after, now], in UTC; None when there is none."""
    ticks = dg.TimeWindowPartitionsDefinition(
        start=datetime(2000, 1, 1, tzinfo=UTC), cron_schedule=cron, fmt=_TICK_FORMAT, timezone="UTC"
    )
    # Cron's times are whole minutes: those in (after, now] begin with the first minute after the one, and end
    # before the first minute after the other.
    window = dg.TimeWindow(_next_minute(after), _next_minute(now))
    found = ticks.get_partition_keys_in_time_window(window)
    return found[-1] if found else None


def _next_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _latest(instance: dg.DagsterInstance, asset_key: dg.AssetKey) -> dg.EventLogEntry | None:
    return instance.get_latest_materialization_event(asset_key)
