"""The process ends in the middle: SIGTERM finishes what is under way, kill -9 leaves an intent to clear up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from lightspeed_prima.posting import PostingResult
from lightspeed_prima_tests.posting.lab import Lab
from lightspeed_prima_tests.prima import make

RUN = """
import sys
from pathlib import Path
from lightspeed_prima.posting import post_due
from lightspeed_prima.settings import load_settings
from lightspeed_prima.warehouse.database import Warehouse

settings = load_settings(Path(sys.argv[1]), {"ID": "i", "SECRET": "s", "TOKEN": "t"})
post_due(settings, Warehouse(settings.warehouse.path), "child")
"""


def _start(lab: Lab, orders_seen: int) -> subprocess.Popen[bytes]:
    """A run in a process of its own, once it has made so many calls."""
    child = subprocess.Popen([sys.executable, "-c", RUN, str(lab.home / "config.toml")], env={**os.environ})
    deadline = time.monotonic() + 60
    while lab.stats()["calls"].get("MultiNewOrder", 0) < orders_seen:
        assert child.poll() is None, "the run ended too early"
        assert time.monotonic() < deadline, "the run made no call"
        time.sleep(0.02)
    return child


def _wait_until_booked(lab: Lab, number: str) -> None:
    deadline = time.monotonic() + 30
    while number not in lab.in_prima():
        assert time.monotonic() < deadline, f"{number} was never booked"
        time.sleep(0.05)


def test_sigterm_finishes_what_is_under_way_and_starts_nothing_new(lab: Lab) -> None:
    lab.plan(*(make.order(f"7010{number:02}") for number in range(20)))
    lab.fault("latency", seconds=0.3, count=20)
    child = _start(lab, orders_seen=2)
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=20) == -signal.SIGTERM
    posted = len(lab.in_prima())
    assert 1 <= posted < 20
    assert lab.rows("select state, count(*) from posting.journal_documents group by state") == [
        ("confirmed", posted)
    ]
    lab.no_more_faults()
    assert lab.post() == PostingResult("ok", due=20 - posted, confirmed=20 - posted)
    assert lab.stats()["submissions"] == 20


def test_a_call_that_outlives_the_grace_of_sigterm_is_recorded_as_unclear(lab: Lab) -> None:
    lab.configure(timeout_seconds=60)
    lab.plan(make.order("70142"))
    lab.fault("latency_after", seconds=30)
    child = _start(lab, orders_seen=1)
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=25) == -signal.SIGTERM
    entry = lab.entry("70142")
    assert (entry.state, entry.error_code) == ("uncertain", "INTERRUPTED")
    assert lab.post() == PostingResult("ok", due=1, confirmed=1)


@pytest.mark.parametrize("booked_after_the_kill", [False, True])
def test_after_kill_9_the_next_run_starts_at_once_and_clears_up(
    lab: Lab, booked_after_the_kill: bool
) -> None:
    lab.plan(*(make.order(f"7010{number}") for number in range(3)))
    lab.fault("latency" if booked_after_the_kill else "latency_after", seconds=3, contains="70101")
    child = _start(lab, orders_seen=2)
    child.kill()
    child.wait()
    assert lab.entry("70101").state == "sending"
    lab.time = lab.entry("70101").last_sent_at or lab.time
    _wait_until_booked(lab, "70101")
    assert lab.post() == PostingResult("ok", due=2, confirmed=2)
    calls = lab.attempts("70101")
    assert [(call.call, call.outcome, call.error_code) for call in calls] == [
        ("send", "unclear", "INTERRUPTED"),
        ("read_back", "found", ""),
    ]
    assert lab.stats()["submissions"] == 3
