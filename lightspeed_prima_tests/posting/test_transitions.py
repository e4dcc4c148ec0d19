"""The state machine alone: what is next in every state, and the edges of the quiet window."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lightspeed_prima.posting import transitions
from lightspeed_prima.posting.entry import Entry, State
from lightspeed_prima.posting.transitions import Memory, Rules
from lightspeed_prima.prima.outcome import Finding, Verdict
from lightspeed_prima.prima.requests import SiteChoices, render
from lightspeed_prima_tests.prima import make

NOW = datetime(2026, 11, 9, 8, tzinfo=UTC)
RULES = Rules(quiet_window_seconds=900)
FOUND = Finding("found", status="New")


def entry(state: State = "planned", **changes: object) -> Entry:
    document = make.order("70142")
    planned = transitions.proposal(document, render(document, SiteChoices()), NOW)
    return replace(planned, state=state, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("seconds", "step"), [(899.999, "leave"), (900, "send"), (5000, "send")])
def test_an_absent_document_is_sent_again_only_when_it_was_absent_after_the_quiet_window(
    seconds: float, step: str
) -> None:
    read_at = NOW + timedelta(seconds=seconds)
    memory = Memory(finding=Finding("not_found"), read_at=read_at)
    uncertain = entry("uncertain", last_sent_at=NOW, sends=1)
    assert transitions.next_step(uncertain, None, memory, RULES) == step


@pytest.mark.parametrize("kind", ["unclear", "not_sent", "found"])
def test_nothing_but_a_clear_absence_leads_to_a_second_send(kind: str) -> None:
    memory = Memory(finding=Finding(kind), read_at=NOW + timedelta(days=9))  # type: ignore[arg-type]
    uncertain = entry("uncertain", last_sent_at=NOW, sends=1)
    assert transitions.next_step(uncertain, None, memory, RULES) == "leave"


def test_an_uncertain_document_is_read_back_before_anything_else() -> None:
    uncertain = entry("uncertain", last_sent_at=NOW - timedelta(days=9), sends=1)
    assert transitions.next_step(uncertain, entry(), Memory(), RULES) == "read_back"


@pytest.mark.parametrize("state", ["confirmed", "exported"])
def test_a_settled_document_is_left_alone_whatever_the_plan_says(state: State) -> None:
    better = replace(entry(), payload_sha256="other")
    assert transitions.next_step(entry(state), better, Memory(), RULES) == "leave"


def test_the_intent_carries_number_attempt_and_hash_before_the_call() -> None:
    intent = transitions.begin_send(None, entry(), NOW)
    assert (intent.after.state, intent.after.sends, intent.after.posted_at) == ("sending", 1, NOW)
    assert intent.attempt is not None
    assert (intent.attempt.document_number, intent.attempt.attempt) == ("70142", 1)
    assert (intent.attempt.request_sha256, intent.attempt.outcome) == (entry().payload_sha256, "")


@pytest.mark.parametrize(
    ("kind", "state", "maybe", "sends"),
    [
        ("accepted", "confirmed", False, 1),
        ("refused", "rejected", False, 1),
        ("configuration", "rejected", False, 1),
        ("duplicate", "uncertain", False, 1),
        ("unclear", "uncertain", True, 1),
        ("not_sent", "planned", False, 0),
    ],
)
def test_each_verdict_has_its_state(kind: str, state: str, maybe: bool, sends: int) -> None:
    intent = transitions.begin_send(None, entry(), NOW)
    after = transitions.finish_send(entry(), intent, Verdict(kind), NOW).after  # type: ignore[arg-type]
    assert (after.state, after.maybe_in_prima, after.sends) == (state, maybe, sends)


def test_a_second_send_that_never_left_stays_uncertain_with_the_time_of_the_first() -> None:
    uncertain = entry("uncertain", sends=1, last_sent_at=NOW, maybe_in_prima=True)
    later = NOW + timedelta(seconds=1000)
    intent = transitions.begin_send(uncertain, uncertain, later)
    after = transitions.finish_send(uncertain, intent, Verdict("not_sent"), later).after
    assert (after.state, after.sends, after.last_sent_at) == ("uncertain", 1, NOW)


def test_a_killed_call_counts_as_one_that_may_have_arrived() -> None:
    intent = transitions.begin_send(None, entry(), NOW)
    write = transitions.interrupted(intent.after, intent.attempt)
    assert (write.after.state, write.after.maybe_in_prima) == ("uncertain", True)
    assert write.attempt is not None
    assert (write.attempt.outcome, write.attempt.error_code) == ("unclear", "INTERRUPTED")


@pytest.mark.parametrize(
    ("maybe_ours", "evidence", "recovering", "named", "state", "adopted"),
    [
        (True, "none", False, "", "confirmed", False),
        (False, "none", False, "", "rejected", False),
        (False, "none", True, "", "confirmed", True),
        (False, "match", False, "", "confirmed", True),
        (False, "contradiction", True, "", "rejected", False),
        (False, "none", False, "uk:42", "confirmed", True),
        (False, "contradiction", False, "uk:42", "rejected", False),
        (True, "none", True, "other:1", "rejected", False),
    ],
)
def test_whose_document_is_found_under_a_number_that_was_taken(
    maybe_ours: bool, evidence: str, recovering: bool, named: str, state: str, adopted: bool
) -> None:
    earlier = entry("uncertain" if maybe_ours else "planned", maybe_in_prima=maybe_ours)
    intent = transitions.begin_send(earlier, earlier, NOW)
    taken = transitions.finish_send(earlier, intent, Verdict("duplicate", "E:21", "exists"), NOW).after
    write = transitions.finish_read_back(
        taken,
        replace(FOUND, sale_key=named),
        evidence,  # type: ignore[arg-type]
        replace(RULES, recovering=recovering),
        NOW,
        NOW,
    )
    assert (write.after.state, write.after.adopted) == (state, adopted)
    assert write.after.alarm == ("DUPLICATE_IN_PRIMA" if state == "rejected" else "")


def test_a_document_rejected_for_its_configuration_is_tried_once_a_run() -> None:
    rejected = entry("rejected", error_code="E:548")
    assert transitions.next_step(rejected, entry(), Memory(), RULES) == "send"
    assert transitions.next_step(rejected, entry(), Memory(sends=1), RULES) == "leave"
    assert transitions.next_step(entry("rejected", error_code="14586"), entry(), Memory(), RULES) == "leave"
