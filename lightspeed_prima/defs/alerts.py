"""The sensors that tell people: a run failed (its first attempt), a check began to fail.

What does not belong here: how the word gets out (alert_delivery.py).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import dagster as dg

from lightspeed_prima.defs.alert_delivery import Alert, deliver, is_configured
from lightspeed_prima.settings import AlertSettings, Settings

_RETRY_TAG = "dagster/retry_number"
_OFF = "no alert is configured: neither [alerts] webhook_url nor smtp_host"
_MOST_RUNS = 50


def alert_sensors(load: Callable[[], Settings], *, switched_on: bool) -> list[dg.SensorDefinition]:
    """Both sensors; on from the start when the settings name somebody to tell."""
    status = dg.DefaultSensorStatus.RUNNING if switched_on else dg.DefaultSensorStatus.STOPPED
    return [_failed_runs(load, status), _failed_checks(load, status)]


def _failed_runs(load: Callable[[], Settings], status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name="alert_on_failed_run",
        description="Tells people when a run fails. A run that Dagster retries by itself is told of once.",
        default_status=status,
    )
    def alert_on_failed_run(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        alerts = load().alerts
        if not is_configured(alerts):
            return dg.SkipReason(_OFF)
        run = context.dagster_run
        if int(run.tags.get(_RETRY_TAG, "0")) > 0:
            return dg.SkipReason(f"attempt {run.tags[_RETRY_TAG]} of a run that was told of before")
        steps = [_step_failure(event) for event in context.get_step_failure_events()]
        alert = Alert(
            title=f"{run.job_name} failed",
            text="\n".join(steps) or context.failure_event.message or "no reason was recorded",
            facts={"kind": "failed_run", "job": run.job_name, "run_id": run.run_id},
        )
        context.log.info(f"told by {', '.join(deliver(alert, alerts))}")
        return None

    return alert_on_failed_run


def _step_failure(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error
    user_data = event.step_failure_data.user_failure_data
    reason = user_data.description if user_data and user_data.description else error and error.message
    return f"{event.step_key}: {(reason or 'no reason was recorded').strip()}"


@dataclass(frozen=True)
class CheckOutcome:
    """One evaluation of a check, and whether it failed as an error."""

    name: str
    is_bad: bool
    description: str


def _failed_checks(load: Callable[[], Settings], status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.sensor(
        name="alert_on_failed_checks",
        minimum_interval_seconds=60,
        description="Tells people when a check of severity ERROR begins to fail. One that stays red is told "
        "of once, until it has passed.",
        default_status=status,
    )
    def alert_on_failed_checks(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        alerts = load().alerts
        if not is_configured(alerts):
            return _skip(_OFF, context.cursor)
        if context.cursor is None:
            newest = [record.storage_id for record in _finished_runs(context.instance, None)]
            return _skip("watching from now on", _cursor(max(newest, default=0), frozenset()))
        remembered = json.loads(context.cursor)
        finished = _finished_runs(context.instance, remembered["after"])
        if not finished:
            return _skip("no run has ended since", context.cursor)
        known, failing = frozenset(remembered["failing"]), frozenset(remembered["failing"])
        news: dict[str, str] = {}
        for record in finished:
            for outcome in _outcomes(context.instance, record.event_log_entry.run_id):
                failing = failing | {outcome.name} if outcome.is_bad else failing - {outcome.name}
                if outcome.is_bad and outcome.name not in known:
                    news[outcome.name] = outcome.description
        cursor = _cursor(finished[-1].storage_id, failing)
        began = {name: text for name, text in news.items() if name in failing}
        if not began:
            return _skip("no check began to fail", cursor)
        # Delivered before the cursor moves: an alert that could not be delivered is tried again.
        context.log.info(f"told by {', '.join(_tell(began, alerts))}")
        return _skip(f"told of {len(began)} checks", cursor)

    return alert_on_failed_checks


def _tell(began: dict[str, str], alerts: AlertSettings) -> tuple[str, ...]:
    title = next(iter(began)) if len(began) == 1 else f"{len(began)} checks"
    alert = Alert(
        title=f"{title} failed",
        text="\n".join(f"{name}: {text}" for name, text in began.items()),
        facts={"kind": "failed_checks", "checks": list(began)},
    )
    return deliver(alert, alerts)


def _finished_runs(instance: dg.DagsterInstance, after: int | None) -> list[dg.EventLogRecord]:
    """The ends of runs after that event, oldest first; without one only the newest of each kind."""
    records: list[dg.EventLogRecord] = []
    is_first_look = after is None
    for wanted in (
        dg.RunStatusChangeRecordsFilter(dg.DagsterEventType.RUN_SUCCESS, after_storage_id=after),
        dg.RunStatusChangeRecordsFilter(dg.DagsterEventType.RUN_FAILURE, after_storage_id=after),
    ):
        found = instance.fetch_run_status_changes(
            wanted, limit=1 if is_first_look else _MOST_RUNS, ascending=not is_first_look
        )
        records.extend(found.records)
    return sorted(records, key=lambda record: record.storage_id)[:_MOST_RUNS]


def _outcomes(instance: dg.DagsterInstance, run_id: str) -> Iterator[CheckOutcome]:
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION):
        if entry.dagster_event is None:
            continue
        found = entry.dagster_event.asset_check_evaluation_data
        yield CheckOutcome(
            name=f"{found.asset_key.to_user_string()}:{found.check_name}",
            is_bad=not found.passed and found.severity == dg.AssetCheckSeverity.ERROR,
            description=found.description or "did not pass",
        )


def _cursor(after: int, failing: Iterable[str]) -> str:
    return json.dumps({"after": after, "failing": sorted(failing)})


def _skip(reason: str, cursor: str | None) -> dg.SensorResult:
    return dg.SensorResult(skip_reason=dg.SkipReason(reason), cursor=cursor)
