"""Old runs are forgotten, young ones and unfinished ones are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg

from lightspeed_prima.defs.maintenance import KEPT_DAYS, delete_old_runs, maintenance_job


@dg.job(executor_def=dg.in_process_executor)
def quick() -> None: ...


def test_finished_runs_are_deleted_once_they_are_old_enough(instance: dg.DagsterInstance) -> None:
    quick.execute_in_process(instance=instance)
    quick.execute_in_process(instance=instance)
    now = datetime.now(UTC)

    assert delete_old_runs(instance, now + timedelta(days=KEPT_DAYS - 1)) == 0
    assert delete_old_runs(instance, now + timedelta(days=KEPT_DAYS + 1)) == 2
    assert instance.get_run_records() == []


def test_a_run_that_has_not_ended_is_kept(instance: dg.DagsterInstance) -> None:
    instance.create_run_for_job(quick, status=dg.DagsterRunStatus.STARTED)

    assert delete_old_runs(instance, datetime.now(UTC) + timedelta(days=365)) == 0


def test_the_job_runs_and_keeps_what_is_young(instance: dg.DagsterInstance) -> None:
    quick.execute_in_process(instance=instance)

    assert maintenance_job.execute_in_process(instance=instance).success
    assert len(instance.get_run_records()) == 2
