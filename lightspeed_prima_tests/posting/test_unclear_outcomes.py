"""When an answer is lost: read back by number, wait the quiet window, then the same bytes again. Never twice."""

from __future__ import annotations

import dataclasses

import pytest

from lightspeed_prima.posting import PostingResult
from lightspeed_prima_tests.posting.lab import Lab
from lightspeed_prima_tests.prima import make


@pytest.mark.parametrize(
    "fault", ["reset_after", "http_500_after", "truncated_body", "cut_document", "garbage_encoding"]
)
def test_a_lost_answer_is_read_back_and_not_sent_again(lab: Lab, fault: str) -> None:
    lab.plan(make.order("70142"))
    lab.fault(fault)
    assert lab.post() == PostingResult("ok", due=1, confirmed=1)
    assert [(call.call, call.outcome) for call in lab.attempts("70142")] == [
        ("send", "unclear"),
        ("read_back", "found"),
    ]
    assert lab.in_prima()["70142"]["submissions"] == 1


@pytest.mark.parametrize("fault", ["reset_before", "http_500_before", "html_page", "soap_fault"])
def test_a_lost_request_waits_for_the_quiet_window_and_then_goes_as_the_same_bytes(
    lab: Lab, fault: str
) -> None:
    lab.plan(make.order("70142"))
    lab.fault(fault)
    assert lab.post() == PostingResult("ok", due=1, uncertain=1)
    lab.pass_time(899)
    assert lab.post() == PostingResult("ok", due=1, uncertain=1)
    assert lab.in_prima() == {}
    lab.pass_time(2)
    assert lab.post() == PostingResult("ok", due=1, confirmed=1)
    calls = lab.attempts("70142")
    assert [call.call for call in calls] == ["send", "read_back", "read_back", "read_back", "send"]
    assert calls[0].request_sha256 == calls[-1].request_sha256
    assert lab.entry("70142").sends == 2


def test_without_a_quiet_window_a_lost_request_goes_again_in_the_same_run(lab: Lab) -> None:
    lab.configure(posting="quiet_window_seconds = 0")
    lab.plan(make.order("70142"))
    lab.fault("reset_before", count=2)
    assert lab.post() == PostingResult("ok", due=1, confirmed=1)
    assert lab.entry("70142").sends == 3


def test_a_document_is_not_sent_forever_in_one_run(lab: Lab) -> None:
    lab.configure(posting="quiet_window_seconds = 0")
    lab.plan(make.order("70142"))
    lab.fault("reset_before", count=50)
    assert lab.post() == PostingResult("ok", due=1, uncertain=1)
    assert lab.entry("70142").sends == 3


def test_a_changed_plan_does_not_change_the_bytes_of_what_may_be_in_prima(lab: Lab) -> None:
    lab.plan(make.order("70142"))
    lab.fault("reset_before")
    lab.post()
    before = lab.entry("70142").payload
    lab.plan(make.order("70142", prima_customer="OTHER", source_digest="newer"))
    lab.pass_time(1000)
    assert lab.post().confirmed == 1
    assert lab.entry("70142").payload == before
    assert lab.entry("70142").source_digest == "digest-70142"
    assert lab.in_prima()["70142"]["customer"] == "SHOP01"


@pytest.mark.parametrize("fate", ["gone", "held"])
def test_what_was_sent_is_brought_to_an_end_even_when_nobody_plans_it_any_more(lab: Lab, fate: str) -> None:
    lab.plan(make.order("70142"), make.order("70143"))
    lab.fault("reset_after", contains="70142")
    lab.fault("reset_before", request_type="OrderStatus")
    assert lab.post() == PostingResult("ok", due=2, confirmed=1, uncertain=1)
    if fate == "gone":
        lab.unplan("70142")
    else:
        lab.plan(make.order("70142"), hold="PERIOD_CLOSED")
    assert lab.post() == PostingResult("ok", due=1, confirmed=1)


def test_a_late_commit_is_found_when_the_number_is_sent_again(lab: Lab) -> None:
    lab.configure(posting="quiet_window_seconds = 0")
    lab.plan(make.order("70142"))
    lab.fault("late_commit", seconds=0.2)
    assert lab.post() == PostingResult("ok", due=1, confirmed=1)
    assert list(lab.in_prima()) == ["70142"]
    assert lab.entry("70142").adopted is False


def test_dependents_of_an_uncertain_document_wait(lab: Lab) -> None:
    original = make.order("70142")
    lab.plan(original, make.credit_note("70199", original))
    lab.fault("reset_before")
    assert lab.post() == PostingResult("ok", due=2, uncertain=1, deferred=1)
    assert lab.in_prima() == {}


def test_a_refused_connection_leaves_everything_planned(lab: Lab) -> None:
    lab.plan(make.order("70142"), make.order("70143"))
    lab.configure(base="http://127.0.0.1:9")
    result = lab.post()
    assert (result.outcome, result.due, result.deferred) == ("unreachable", 2, 2)
    assert "UNREACHABLE" in result.message
    lab.configure()
    assert lab.post() == PostingResult("ok", due=2, confirmed=2)


def test_a_connection_that_is_refused_mid_run_is_not_an_attempt_that_may_have_arrived(lab: Lab) -> None:
    lab.plan(make.order("70142"), make.order("70143"))
    lab.break_endpoint()
    result = lab.post()
    assert (result.outcome, result.deferred, result.uncertain) == ("unreachable", 2, 0)
    entry = lab.entry("70142")
    assert (entry.state, entry.sends, entry.posted_at, entry.maybe_in_prima) == ("planned", 0, None, False)
    assert {call.outcome for call in lab.attempts("70142")} == {"not_sent"}
    lab.plan(make.order("70142", reason="better"))
    lab.configure()
    assert lab.post() == PostingResult("ok", due=2, confirmed=2)
    assert lab.entry("70142").reason == "better"


def test_a_prima_that_never_answers_clearly_ends_the_run(lab: Lab) -> None:
    lab.plan(*(make.order(f"7010{number:02}") for number in range(30)))
    lab.fault("soap_fault", request_type="", count=200, skip=1)
    result = lab.post()
    assert result.outcome == "unreachable"
    assert result.uncertain <= 6
    assert result.due == 30
    lab.pass_time(1000)
    lab.no_more_faults()
    assert lab.post() == PostingResult("ok", due=30, confirmed=30)


def test_a_rejected_document_is_sent_again_only_with_other_bytes(lab: Lab) -> None:
    bad = make.order("70142", lines=(make.line(mtrx=("F", "999", "", "")),))
    lab.plan(bad, make.order("70143"))
    assert lab.post() == PostingResult("ok", due=2, confirmed=1, rejected=1)
    assert lab.entry("70142").error_code == "E:194"
    assert lab.post() == PostingResult("ok")
    lab.plan(dataclasses.replace(bad, sequence=9))
    assert lab.post() == PostingResult("ok")
    assert len(lab.attempts("70142")) == 1
    lab.plan(make.order("70142"))
    assert lab.post() == PostingResult("ok", due=1, confirmed=1)
