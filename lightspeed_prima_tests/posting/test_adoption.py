"""A number that Prima already has: ours after a lost journal, somebody else's otherwise."""

from __future__ import annotations

import httpx

from lightspeed_prima.posting import PostingResult
from lightspeed_prima.prima import soap
from lightspeed_prima.prima.requests import SiteChoices, render
from lightspeed_prima.prima.wsdl import read_operation
from lightspeed_prima_tests.posting.lab import Lab
from lightspeed_prima_tests.prima import make


def _journal_with_one_document_of_its_own(lab: Lab) -> None:
    lab.plan(make.order("70101"))
    assert lab.post().confirmed == 1


def _post_from_elsewhere(lab: Lab, document: make.PlannedDocument) -> None:
    """Somebody else puts a document into Prima."""
    endpoint = f"{lab.base}/wsalive/wsalive"
    wsdl = httpx.get(f"{endpoint}/wsdl?targetURI=urn:omlink").content
    message = soap.envelope(read_operation(wsdl, "wsomhandler"), render(document, SiteChoices()).payload, "")
    answer = httpx.post(
        endpoint, content=message, headers={"Content-Type": soap.CONTENT_TYPE, "SOAPAction": '""'}
    )
    assert b"OK" in answer.content


def test_after_a_lost_journal_everything_in_prima_is_adopted_without_an_alarm(lab: Lab) -> None:
    original = make.order("70142")
    documents = [original, make.credit_note("70199", original), make.order("70143")]
    lab.plan(*documents)
    lab.post()
    lab.lose_journal()
    lab.plan(make.order("70144"))
    assert lab.post() == PostingResult("ok", due=4, adopted=3, confirmed=1)
    assert len(lab.in_prima()) == 4
    assert lab.rows("select distinct state, alarm from posting.journal_documents") == [("confirmed", "")]


def test_a_lost_journal_is_made_good_even_without_a_ledger_and_over_several_runs(lab: Lab) -> None:
    lab.plan(*(make.order(f"7010{number}") for number in range(4)))
    lab.post()
    lab.lose_journal()
    lab.hide_ledger()
    assert lab.post(limit=2) == PostingResult("ok", due=4, adopted=2, deferred=2)
    assert lab.post() == PostingResult("ok", due=2, adopted=2)


def test_a_document_of_somebody_else_under_our_number_is_an_alarm_even_after_a_lost_journal(lab: Lab) -> None:
    _post_from_elsewhere(lab, make.order("70142", sale_key="other:1"))
    lab.plan(make.order("70142"))
    assert lab.post() == PostingResult("ok", due=1, rejected=1)
    entry = lab.entry("70142")
    assert (entry.state, entry.alarm, entry.error_code) == ("rejected", "DUPLICATE_IN_PRIMA", "E:21")


def test_a_number_the_journal_never_sent_is_an_alarm_without_evidence(lab: Lab) -> None:
    _journal_with_one_document_of_its_own(lab)
    lab.hide_ledger()
    _post_from_elsewhere(lab, make.order("70142", sale_key="other:1"))
    lab.plan(make.order("70142"))
    assert lab.post() == PostingResult("ok", due=1, rejected=1)
    assert lab.entry("70142").alarm == "DUPLICATE_IN_PRIMA"
    assert lab.rows("select document_number, alarm from posting.journal_documents where alarm <> ''") == [
        ("70142", "DUPLICATE_IN_PRIMA")
    ]


def test_the_same_document_in_the_ledger_is_evidence_enough_for_adoption(lab: Lab) -> None:
    _journal_with_one_document_of_its_own(lab)
    _post_from_elsewhere(lab, make.order("70142"))
    lab.plan(make.order("70142"))
    assert lab.post() == PostingResult("ok", due=1, adopted=1)


def test_another_total_in_the_ledger_is_a_contradiction(lab: Lab) -> None:
    _journal_with_one_document_of_its_own(lab)
    twice = make.order(
        "70142",
        lines=(make.line(1), make.line(2)),
        payments=(make.payment(1), make.payment(2)),
        gross=make.line().gross * 2,
    )
    _post_from_elsewhere(lab, twice)
    lab.plan(make.order("70142"))
    assert lab.post() == PostingResult("ok", due=1, rejected=1)


def test_an_alarm_ends_by_itself_when_the_ledger_shows_later_that_it_was_ours(lab: Lab) -> None:
    _journal_with_one_document_of_its_own(lab)
    lab.hide_ledger()
    _post_from_elsewhere(lab, make.order("70142"))
    lab.plan(make.order("70142"))
    assert lab.post() == PostingResult("ok", due=1, rejected=1)
    assert lab.post() == PostingResult("ok")
    lab.configure()
    assert lab.post() == PostingResult("ok", due=1, adopted=1)
    assert lab.entry("70142").alarm == ""


def test_the_ledger_is_read_at_most_once_and_only_when_it_is_needed(lab: Lab) -> None:
    _journal_with_one_document_of_its_own(lab)
    assert "ledger" not in lab.stats()["calls"]
    for number in ("70142", "70143"):
        _post_from_elsewhere(lab, make.order(number))
    lab.plan(make.order("70142"), make.order("70143"))
    assert lab.post().adopted == 2
    assert lab.stats()["calls"]["ledger"] == 1
