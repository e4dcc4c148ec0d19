"""The sensor that starts posting: in its window, when something new has been read, and once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from lightspeed_prima.defs.posting_window import latest_tick, posting_window
from lightspeed_prima_tests.defs.site import CONFIG, Site

READ, POSTED = dg.AssetKey(["core", "transactions"]), dg.AssetKey(["posting", "journal_documents"])
START = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)


class Watch:
    """The sensor with a clock of its own and the cursor it left."""

    def __init__(self, site: Site, instance: dg.DagsterInstance, cron: str) -> None:
        self.now = START
        self.instance = instance
        self.cursor: str | None = None
        settings = site.settings(f'{CONFIG}\n[posting]\ncron = "{cron}"\n')
        self.sensor = posting_window(lambda: settings, lambda: self.now)

    def look(self, minutes: int = 0) -> dg.SensorResult | dg.SkipReason:
        self.now += timedelta(minutes=minutes)
        context = dg.build_sensor_context(instance=self.instance, cursor=self.cursor)
        found = self.sensor(context)
        assert isinstance(found, dg.SensorResult | dg.SkipReason)
        if isinstance(found, dg.SensorResult) and found.cursor is not None:
            self.cursor = found.cursor
        return found

    def starts(self, minutes: int = 0) -> list[str | None]:
        found = self.look(minutes)
        requests = found.run_requests if isinstance(found, dg.SensorResult) else None
        return [request.run_key for request in requests or ()]


def note(instance: dg.DagsterInstance, key: dg.AssetKey) -> None:
    instance.report_runless_asset_event(dg.AssetMaterialization(key))


@pytest.fixture
def quarter_hours(site: Site, instance: dg.DagsterInstance) -> Watch:
    watch = Watch(site, instance, "*/15 * * * *")
    watch.look()
    return watch


def test_it_starts_nothing_before_its_first_window(quarter_hours: Watch) -> None:
    note(quarter_hours.instance, READ)

    assert quarter_hours.starts(minutes=14) == []
    assert quarter_hours.starts(minutes=1) == ["window-2026-11-10T09:15Z"]


def test_a_window_with_nothing_new_passes(quarter_hours: Watch) -> None:
    assert quarter_hours.starts(minutes=16) == []
    note(quarter_hours.instance, READ)
    assert quarter_hours.starts(minutes=1) == []
    assert quarter_hours.starts(minutes=14) == ["window-2026-11-10T09:30Z"]


def test_what_was_posted_since_it_was_read_is_not_new(quarter_hours: Watch) -> None:
    note(quarter_hours.instance, READ)
    note(quarter_hours.instance, POSTED)

    assert quarter_hours.starts(minutes=15) == []
    note(quarter_hours.instance, READ)
    assert quarter_hours.starts(minutes=15) == ["window-2026-11-10T09:30Z"]


def test_a_window_is_used_once(quarter_hours: Watch) -> None:
    note(quarter_hours.instance, READ)

    assert quarter_hours.starts(minutes=15) == ["window-2026-11-10T09:15Z"]
    assert quarter_hours.starts(minutes=1) == []


def test_a_daemon_that_slept_through_windows_posts_at_once_and_once(quarter_hours: Watch) -> None:
    note(quarter_hours.instance, READ)

    assert quarter_hours.starts(minutes=200) == ["window-2026-11-10T12:15Z"]
    assert quarter_hours.starts(minutes=1) == []


def test_a_posting_run_at_work_keeps_the_window_open(quarter_hours: Watch) -> None:
    instance = quarter_hours.instance
    note(instance, READ)
    run = _create_run(instance, dg.DagsterRunStatus.STARTED)

    assert quarter_hours.starts(minutes=15) == []
    instance.report_run_failed(run)
    assert quarter_hours.starts(minutes=1) == ["window-2026-11-10T09:15Z"]


def test_without_a_window_it_starts_as_soon_as_something_was_read(
    site: Site, instance: dg.DagsterInstance
) -> None:
    watch = Watch(site, instance, "")

    assert watch.starts() == []
    note(instance, READ)
    assert len(watch.starts()) == 1
    note(instance, POSTED)
    assert watch.starts() == []


def test_a_posting_run_that_failed_does_not_start_the_next_one_for_ever(
    site: Site, instance: dg.DagsterInstance
) -> None:
    @dg.asset(key=READ)
    def transactions() -> None: ...

    @dg.asset(key=POSTED, deps=[READ])
    def journal() -> None:
        raise dg.Failure("Prima's journal is on a full disk")

    job = dg.define_asset_job("post_to_prima", dg.AssetSelection.all())
    definitions = dg.Definitions(assets=[transactions, journal], jobs=[job], executor=dg.in_process_executor)
    definitions.resolve_job_def("post_to_prima").execute_in_process(instance=instance, raise_on_error=False)

    found = Watch(site, instance, "").look()

    assert isinstance(found, dg.SkipReason)
    assert found.skip_message == "post_to_prima posts by itself what it has read"


@pytest.mark.parametrize(
    ("cron", "after", "now", "tick"),
    [
        ("*/15 * * * *", "09:00:00", "09:14:59", None),
        ("*/15 * * * *", "09:00:00", "09:15:00", "2026-11-10T09:15Z"),
        ("*/15 * * * *", "09:14:59", "09:15:00", "2026-11-10T09:15Z"),
        ("*/15 * * * *", "09:15:00", "09:29:59", None),
        ("*/15 * * * *", "09:00:00", "09:45:01", "2026-11-10T09:45Z"),
        ("0 6 * * 1-5", "05:59:59", "06:00:00", "2026-11-10T06:00Z"),
        ("0 6 * * 1-5", "06:00:00", "23:59:59", None),
        ("0 6 * * sun", "00:00:00", "23:59:59", None),
    ],
)
def test_the_times_of_a_window_are_those_of_its_cron_expression(
    cron: str, after: str, now: str, tick: str | None
) -> None:
    def moment(clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-10T{clock}+00:00")

    assert latest_tick(cron, moment(after), moment(now)) == tick


def _create_run(instance: dg.DagsterInstance, status: dg.DagsterRunStatus) -> dg.DagsterRun:
    @dg.job(name="post_to_prima")
    def job() -> None: ...

    return instance.create_run_for_job(job, status=status)
