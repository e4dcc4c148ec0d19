"""One run at a time on a warehouse, and what a killed run left behind in Dagster.

What does not belong here: the lock for single visits to the warehouse (warehouse/database.py).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from lightspeed_prima.defs.names import LIGHTSPEED_POOL, PRIMA_POOL, WAREHOUSE_POOL
from lightspeed_prima.errors import PipelineError

# Longer than any cycle is expected to take.
TIMEOUT_SECONDS = 3600
_POOLS = (WAREHOUSE_POOL, LIGHTSPEED_POOL, PRIMA_POOL)


@contextmanager
def one_run_at_a_time(
    warehouse: Path,
    run_id: str,
    tell: Callable[[str], None],
    timeout_seconds: int = TIMEOUT_SECONDS,
) -> Iterator[str]:
    """Holds the warehouse for a run; gives the id of the run before when that one died holding it.

    Two runs side by side would mix tables planned from different moments: a line here, its total there. The
    lock is the operating system's, so it ends with its process; the name in it stays and tells who died.
    """
    from filelock import FileLock, Timeout

    warehouse.parent.mkdir(parents=True, exist_ok=True)
    holder = Path(f"{warehouse}.cycle.holder")
    lock = FileLock(f"{warehouse}.cycle.lock", thread_local=False)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell(f"waiting for the run at work on this warehouse, {_name_in(holder)}")
            lock.acquire(timeout=timeout_seconds)
    except Timeout as timeout:
        raise PipelineError(
            "CYCLE_BUSY",
            f"run {_name_in(holder)} has been at work for more than {timeout_seconds} seconds",
            where=lock.lock_file,
            next_step="look at that run in the Dagster UI; end it if it is stuck",
        ) from timeout
    try:
        died = _name_in(holder)
        holder.write_text(run_id, encoding="utf-8")
        yield "" if died == run_id else died
        holder.unlink(missing_ok=True)
    finally:
        lock.release()


def _name_in(holder: Path) -> str:
    return holder.read_text(encoding="utf-8") if holder.exists() else ""


def clear_leftovers(
    instance: dg.DagsterInstance, run_id: str, died: str, tell: Callable[[str], None]
) -> None:
    """Ends in Dagster's books what has ended in fact. Call it only while holding the warehouse.

    Seen: after `kill -9` the dead run kept its place in a pool, and the next run waited for it for ever; it
    also stayed "started", and the schedules took it for a run at work.
    """
    _free_pools(instance, run_id)
    run = instance.get_run_by_id(died) if died else None
    if run is not None and not run.is_finished:
        tell(f"run {died} died at work; this run takes up what it left")
        instance.report_run_failed(run, "The process of this run died; a later run has taken its place.")


def _free_pools(instance: dg.DagsterInstance, run_id: str) -> None:
    """Pool places are taken only while the warehouse is held, so a place of any other run is a dead one's."""
    storage = instance.event_log_storage
    if not storage.supports_global_concurrency_limits:
        return
    for pool in _POOLS:
        info = storage.get_concurrency_info(pool)
        for other in (info.active_run_ids | info.pending_run_ids | info.assigned_run_ids) - {run_id}:
            storage.free_concurrency_slots_for_run(other)
