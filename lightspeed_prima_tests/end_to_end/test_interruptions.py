"""Prima does not answer, then a job is killed in the middle of posting, then all is well: every sale goes once.

Each fixture is one job and goes on where the one before stopped. What does not belong here: single faults on
Prima's wire, which the tests of posting have.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from lightspeed_prima_tests.end_to_end.sandbox import Job, Moment, Sandbox, kill_at_once, started

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.timeout(1200),
]

SECONDS_PER_DOCUMENT = 1.0
BOOKED_WHEN_KILLED = 12


@pytest.fixture(scope="module")
def closed_port() -> Iterator[int]:
    """A port that refuses connections, and keeps doing so."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture(scope="module")
def prima_down(sandbox: Sandbox, closed_port: int) -> Moment:
    """The first cycle finds nobody where Prima should be."""
    service = f"http://127.0.0.1:{closed_port}/wsalive/wsalive"
    variables = {
        "LIGHTSPEED_PRIMA__PRIMA__ENDPOINT": service,
        "LIGHTSPEED_PRIMA__PRIMA__WSDL": f"{service}/wsdl?targetURI=urn:omlink",
    }
    return sandbox.run(after=None, variables=variables)


@pytest.fixture(scope="module")
def killed(sandbox: Sandbox, prima_down: Moment) -> Moment:
    """The second finds Prima slow, and dies of SIGKILL with calls under way."""
    assert prima_down.prima.documents == []
    sandbox.slow_prima_down(SECONDS_PER_DOCUMENT)
    with started(sandbox.home, "daily_cycle") as (process, log):
        sandbox.wait_for_documents(BOOKED_WHEN_KILLED, lambda: process.poll() is None)
        kill_at_once(process)
    moment = sandbox.moment(Job(process.returncode, log.read_text(encoding="utf-8")))
    sandbox.let_prima_be()
    return moment


@pytest.fixture(scope="module")
def recovered(sandbox: Sandbox, killed: Moment) -> Moment:
    """The third is an ordinary one."""
    return sandbox.run(after=killed).ended_well()


# Prima down


def test_a_prima_that_cannot_be_reached_is_no_failure_of_the_job(prima_down: Moment) -> None:
    assert prima_down.job.exit_code == 0, prima_down.job.trouble


def test_what_could_not_be_sent_stays_planned_and_counts_as_unexplained(
    sandbox: Sandbox, prima_down: Moment
) -> None:
    expected = {
        sale_key: "pending" if disposition == "posted" else disposition
        for sale_key, disposition in sandbox.key.dispositions(with_late=False).items()
    }
    assert prima_down.dispositions == expected
    assert prima_down.rows("select distinct state from posting.documents where state <> 'held'") == [
        ("planned",)
    ]
    assert prima_down.unexplained_days
    ((unexplained, pending),) = prima_down.rows(
        "select sum(unexplained), (select sum(difference) from recon.sales where disposition = 'pending') "
        "from recon.shop_days"
    )
    assert unexplained == pending


def test_nothing_is_complete_while_prima_is_down(prima_down: Moment) -> None:
    assert prima_down.rows("select * from recon.shop_days where complete and pending > 0") == []
    assert prima_down.prima.submissions == []


# Killed in the middle


def test_the_job_died_of_the_kill_with_part_of_the_week_in_prima(sandbox: Sandbox, killed: Moment) -> None:
    assert killed.job.exit_code == -9
    assert BOOKED_WHEN_KILLED <= len(killed.prima.documents) < len(sandbox.key.documents(with_late=False))


def test_the_next_run_posts_the_rest_and_nothing_twice(
    sandbox: Sandbox, killed: Moment, recovered: Moment
) -> None:
    assert recovered.prima.in_short == sandbox.key.documents(with_late=False)
    assert recovered.prima.accepted == recovered.prima.numbers
    assert [one["number"] for one in recovered.prima.documents if one["submissions"] != 1] == []
    assert set(killed.prima.numbers) < set(recovered.prima.numbers)
    assert recovered.prima.stock == sandbox.key.closing_stock(with_late=False)


def test_what_was_under_way_when_the_job_died_was_looked_up_and_not_sent_again(recovered: Moment) -> None:
    calls = recovered.rows(
        "select document_number, list(call || ' ' || outcome order by attempt) from posting.attempts "
        "where document_number in (select document_number from posting.attempts where error_code = 'INTERRUPTED') "
        "group by all order by all"
    )
    assert calls
    assert {number for number, _ in calls} <= set(recovered.prima.accepted)
    # A call that was killed on its way out never reached Prima; only such a one is sent again.
    arrived, lost = ["send unclear", "read_back found"], ["send unclear", "read_back not_found"]
    assert [of_one for _, of_one in calls if of_one not in (arrived, [*lost, "send confirmed"])] == []


def test_after_the_recovery_the_books_are_those_of_an_undisturbed_week(
    sandbox: Sandbox, recovered: Moment
) -> None:
    expected = sandbox.key.posted_gross(with_late=False)
    assert recovered.dispositions == sandbox.key.dispositions(with_late=False)
    assert recovered.exceptions == sandbox.key.exceptions(with_late=False)
    assert recovered.prima.ledger == recovered.prima.gross == expected
    assert recovered.unexplained_days == []
