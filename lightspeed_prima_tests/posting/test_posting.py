"""The ordinary day: what is planned gets into Prima once, in order, and the warehouse sees it."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from lightspeed_prima.errors import PipelineError
from lightspeed_prima.posting import PostingProgress, PostingResult, refresh_mirror
from lightspeed_prima_tests.posting.lab import Lab
from lightspeed_prima_tests.prima import make


def test_everything_planned_is_posted_once_and_a_second_run_posts_nothing(lab: Lab) -> None:
    lab.plan(*(make.order(f"7010{number}") for number in range(5)))
    assert lab.post() == PostingResult("ok", due=5, confirmed=5)
    assert lab.post() == PostingResult("ok")
    assert {number: row["submissions"] for number, row in lab.in_prima().items()} == {
        f"7010{number}": 1 for number in range(5)
    }


def test_several_connections_post_everything_once_too(lab: Lab) -> None:
    lab.configure(prima="max_connections = 4")
    lab.plan(*(make.order(f"7010{number:02}") for number in range(40)))
    lab.fault("latency", seconds=0.05, count=40)
    assert lab.post() == PostingResult("ok", due=40, confirmed=40)
    assert lab.stats()["submissions"] == 40
    assert 1 < lab.stats()["max_in_flight"] <= 4


def test_a_credit_note_goes_after_its_original_whatever_the_sequence_says(lab: Lab) -> None:
    original = make.order("70142")
    note = make.credit_note("70199", original, sequence=1)
    lab.plan(note, original)
    assert lab.post() == PostingResult("ok", due=2, confirmed=2)
    booked = lab.in_prima()
    assert booked["70142"]["received_at"] < booked["70199"]["received_at"]
    assert (booked["70199"]["type"], booked["70199"]["original"]) == ("credit_note", "70142")


def test_an_exchange_pays_the_order_with_the_credit_note_before_it(lab: Lab) -> None:
    original = make.order("70142")
    credit = (make.payment(pay_method="EXC", kind="exchange"),)
    note = make.credit_note("70199", original, payments=credit)
    paid = (make.payment(pay_method="EXC", kind="exchange", exchange_credit_number="70199"),)
    order = make.order("70150", payments=paid, depends_on=("70199",))
    lab.plan(original, note, order)
    assert lab.post().confirmed == 3
    assert [payment["exchange_credit"] for payment in lab.in_prima()["70150"]["payments"]] == ["70199"]


def test_what_depends_on_a_document_that_is_not_posted_waits_for_the_next_run(lab: Lab) -> None:
    original = make.order("70142")
    lab.plan(make.credit_note("70199", original))
    lab.plan(original, hold="SKU_UNMAPPED")
    assert lab.post() == PostingResult("ok", due=1, deferred=1)
    lab.plan(original)
    assert lab.post() == PostingResult("ok", due=2, confirmed=2)


def test_what_is_held_is_not_touched(lab: Lab) -> None:
    lab.plan(make.order("70142"), hold="TAX_MISMATCH")
    assert lab.post() == PostingResult("ok")
    assert lab.in_prima() == {}


def test_a_limit_leaves_the_rest_for_the_next_run_and_goes_in_order(lab: Lab) -> None:
    lab.plan(*(make.order(f"7010{number}") for number in range(5)))
    assert lab.post(limit=2) == PostingResult("ok", due=5, confirmed=2, deferred=3)
    assert sorted(lab.in_prima()) == ["70100", "70101"]
    lab.configure(posting="max_documents_per_run = 1")
    assert lab.post() == PostingResult("ok", due=3, confirmed=1, deferred=2)


def test_a_document_that_must_not_be_sent_is_rejected_without_a_call_until_its_plan_is_better(
    lab: Lab,
) -> None:
    unbalanced = make.order("70142", gross=Decimal("120.00"))
    lab.plan(unbalanced, make.order("70143"))
    assert lab.post() == PostingResult("ok", due=2, confirmed=1, rejected=1)
    assert lab.entry("70142").error_code == "PLAN_REFUSED"
    assert lab.attempts("70142") == []
    lab.plan(dataclasses.replace(unbalanced, sequence=77))
    assert lab.post() == PostingResult("ok")
    lab.plan(make.order("70142"))
    assert lab.post() == PostingResult("ok", due=1, confirmed=1)


def test_text_that_had_to_be_folded_is_reported(lab: Lab) -> None:
    original = make.order("70142")
    lab.plan(original, make.credit_note("70199", original, reason="too small – returned"))
    assert lab.post() == PostingResult("ok", due=2, confirmed=2, changed_texts=("70199",))
    assert "Reason" in lab.entry("70199").text_changes


def test_credit_notes_can_be_files_for_import_by_hand(lab: Lab) -> None:
    lab.configure(prima='credit_notes = "export"')
    original = make.order("70142")
    paid = (make.payment(pay_method="EXC", kind="exchange", exchange_credit_number="70199"),)
    lab.plan(original, make.credit_note("70199", original))
    assert lab.post() == PostingResult("ok", due=2, confirmed=1, exported=1)
    assert lab.entry("70199").state == "exported"
    folder = lab.home / "data" / "credit_notes"
    header, row = (folder / "70199.csv").read_text(encoding="utf-8").splitlines()
    assert dict(zip(header.split(","), row.split(","), strict=True))["original_order_number"] == "70142"
    assert '"document_number": "70199"' in (folder / "70199.json").read_text(encoding="utf-8")
    assert list(lab.in_prima()) == ["70142"]
    lab.plan(make.order("70150", payments=paid, depends_on=("70199",)))
    result = lab.post()
    assert (result.due, result.deferred) == (1, 0)


def test_credit_notes_on_hold_stay_where_they_are(lab: Lab) -> None:
    lab.configure(prima='credit_notes = "hold"')
    original = make.order("70142")
    lab.plan(original, make.credit_note("70199", original))
    assert lab.post() == PostingResult("ok", due=2, confirmed=1, deferred=1)


def test_the_warehouse_mirrors_the_journal(lab: Lab) -> None:
    lab.plan(make.order("70142"), make.order("70143", gross=Decimal("1.00")))
    lab.post()
    documents = lab.rows(
        "select document_number, state, gross, attempts, prima_reference, source_digest, posted_at is not null, "
        "confirmed_at is not null from posting.journal_documents order by 1"
    )
    assert documents == [
        ("70142", "confirmed", Decimal("123.00"), 1, "70142", "digest-70142", True, True),
        ("70143", "rejected", Decimal("1.00"), 0, "", "digest-70143", False, False),
    ]
    attempts = lab.rows(
        "select document_number, attempt, call, outcome, request_sha256 from posting.attempts order by 1, 2"
    )
    assert attempts == [("70142", 1, "send", "confirmed", lab.entry("70142").payload_sha256)]


def test_the_mirror_can_be_rebuilt_from_the_journal(lab: Lab) -> None:
    lab.plan(make.order("70142"))
    lab.post()
    with lab.warehouse.transaction() as con:
        con.execute("delete from posting.journal_documents")
        con.execute("delete from posting.attempts")
    assert refresh_mirror(lab.settings, lab.warehouse) == 1
    assert lab.rows("select state from posting.journal_documents") == [("confirmed",)]
    assert lab.rows("select outcome from posting.attempts") == [("confirmed",)]


def test_progress_is_told_document_by_document(lab: Lab) -> None:
    lab.plan(make.order("70142"), make.order("70143"))
    seen: list[PostingProgress] = []
    lab.post(on_progress=seen.append)
    assert [(progress.done, progress.due, progress.confirmed) for progress in seen] == [(1, 2, 1), (2, 2, 2)]


def test_a_warehouse_without_a_plan_is_said_in_words(lab: Lab) -> None:
    with pytest.raises(PipelineError, match="PLAN_MISSING"):
        lab.post()


def test_prices_without_vat_come_out_at_the_same_total_in_prima(lab: Lab) -> None:
    line = make.line(price=Decimal("100.00"), ext_tax=Decimal("23.00"))
    order = make.order("70142", vat_inclusive=False, prima_customer="TRADE1", lines=(line,))
    lab.plan(order, make.credit_note("70199", order))
    assert lab.post() == PostingResult("ok", due=2, confirmed=2)
    assert {number: row["gross"] for number, row in lab.in_prima().items()} == {
        "70142": "123.00",
        "70199": "123.00",
    }


def test_a_credit_note_whose_answer_is_lost_is_read_back_by_its_own_number(lab: Lab) -> None:
    original = make.order("70142")
    lab.plan(original, make.credit_note("70199", original))
    lab.fault("reset_after", request_type="MultiNewCreditNote")
    assert lab.post() == PostingResult("ok", due=2, confirmed=2)
    assert [call.call for call in lab.attempts("70199")] == ["send", "read_back"]
