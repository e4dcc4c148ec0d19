"""One engine at a time: the lease, its end, and the epoch that shuts a stale engine out."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from lightspeed_prima.posting import PostingResult, transitions
from lightspeed_prima.posting.database import JournalError, open_database
from lightspeed_prima.posting.entry import Write
from lightspeed_prima.posting.journal import Journal
from lightspeed_prima.posting.lease import TERM_SECONDS, Held, Lease, LostLease
from lightspeed_prima.posting.tables import lease as lease_table
from lightspeed_prima.prima.requests import SiteChoices, render
from lightspeed_prima_tests.posting.lab import Lab
from lightspeed_prima_tests.prima import make

NOW = datetime(2026, 11, 9, 8, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/deep/down/journal.db"


def _lease(journal: Journal, now: datetime = NOW) -> Lease:
    lease = journal.acquire("default", "test", now)
    assert isinstance(lease, Lease)
    return lease


def _planned(number: str = "70142") -> Write:
    document = make.order(number)
    entry = transitions.proposal(document, render(document, SiteChoices()), NOW)
    return transitions.begin_send(None, entry, NOW)


def test_a_second_engine_learns_who_holds_the_lease(url: str) -> None:
    with Journal.open(url) as one, Journal.open(url) as two:
        _lease(one)
        held = two.acquire("default", "second", NOW)
        assert isinstance(held, Held)
        assert "run test, process" in held.holder


def test_a_lease_that_is_not_renewed_ends_by_itself(url: str) -> None:
    with Journal.open(url) as journal:
        lease = _lease(journal)
        journal.renew(lease, NOW + timedelta(seconds=10))
        assert isinstance(journal.acquire("default", "x", NOW + timedelta(seconds=TERM_SECONDS + 9)), Held)
        taken = journal.acquire("default", "x", NOW + timedelta(seconds=TERM_SECONDS + 10))
        assert isinstance(taken, Lease)
        assert taken.epoch == lease.epoch + 1


def test_two_companies_do_not_wait_for_each_other(url: str) -> None:
    with Journal.open(url) as journal:
        _lease(journal)
        assert isinstance(journal.acquire("2", "other", NOW), Lease)


def test_a_released_lease_is_free_at_once(url: str) -> None:
    with Journal.open(url) as journal:
        journal.release(_lease(journal), NOW)
        assert _lease(journal).epoch == 2


def test_a_stale_engine_can_neither_write_nor_renew(url: str) -> None:
    with Journal.open(url) as journal:
        stale = _lease(journal)
        _lease(journal, NOW + timedelta(seconds=60))
        with pytest.raises(LostLease):
            journal.commit(stale, [_planned()])
        with pytest.raises(LostLease):
            journal.renew(stale, NOW)
        with pytest.raises(LostLease):
            journal.stop_channel(stale, "x")
        assert journal.entries(["70142"]) == {}


def test_a_holder_on_this_machine_that_is_dead_loses_the_lease_at_once(url: str) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with Journal.open(url) as journal:
        lease = _lease(journal)
        engine = open_database(url)
        with engine.begin() as connection:
            connection.execute(update(lease_table).values(pid=dead.pid))
        engine.dispose()
        assert _lease(journal).epoch == lease.epoch + 1


def test_a_step_that_rests_on_an_old_picture_is_refused(url: str) -> None:
    with Journal.open(url) as journal:
        lease = _lease(journal)
        intent = _planned()
        journal.commit(lease, [intent])
        ended = transitions.interrupted(intent.after, intent.attempt)
        journal.commit(lease, [ended])
        with pytest.raises(JournalError, match="JOURNAL_CONFLICT"):
            journal.commit(lease, [ended])


def test_steps_committed_together_are_all_there_or_none(url: str) -> None:
    with Journal.open(url) as journal:
        lease = _lease(journal)
        first = _planned("70142")
        journal.commit(lease, [first])
        with pytest.raises(JournalError):
            journal.commit(lease, [_planned("70143"), first])
        assert list(journal.entries(["70142", "70143"])) == ["70142"]


def test_a_journal_that_cannot_be_opened_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(JournalError, match="JOURNAL_UNUSABLE"):
        Journal.open(f"sqlite:///{tmp_path}/file/journal.db")


def test_a_journal_whose_driver_is_missing_says_what_to_install() -> None:
    with pytest.raises(JournalError, match="psycopg"):
        Journal.open("postgresql+psycopg://posting:secret@127.0.0.1:9/journal")


def test_two_runs_at_once_post_everything_once(lab: Lab) -> None:
    lab.plan(*(make.order(f"7010{number}") for number in range(8)))
    lab.fault("latency", seconds=0.1, count=8)
    results: list[PostingResult] = []
    threads = [threading.Thread(target=lambda: results.append(lab.post())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    by_outcome = sorted(result.outcome for result in results)
    assert by_outcome.count("lease_held") >= 1
    assert sum(result.confirmed for result in results) == 8
    assert all("run-" in result.holder for result in results if result.outcome == "lease_held")
    assert lab.stats()["submissions"] == 8
