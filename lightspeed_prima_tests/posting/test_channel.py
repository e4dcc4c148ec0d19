"""A configuration error fails every document alike: the channel stops once, later runs try one document."""

from __future__ import annotations

from lightspeed_prima_tests.posting.lab import Lab
from lightspeed_prima_tests.prima import make


def _wrong(number: str) -> make.PlannedDocument:
    """The account's price book says prices without VAT, the order says with."""
    return make.order(number, prima_customer="TRADE1")


def test_a_configuration_error_stops_the_channel_instead_of_failing_every_document(lab: Lab) -> None:
    lab.plan(*(_wrong(f"7010{number}") for number in range(5)))
    result = lab.post()
    assert (result.outcome, result.rejected, result.deferred) == ("channel_stopped", 1, 4)
    assert "E:548" in result.message
    assert lab.stats()["submissions"] == 1
    assert lab.entry("70100").error_code == "E:548"


def test_a_later_run_tries_one_document_and_stops_again(lab: Lab) -> None:
    lab.configure(prima="max_connections = 4")
    lab.plan(*(_wrong(f"7010{number}") for number in range(5)))
    lab.post()
    before = lab.stats()["submissions"]
    assert lab.post().outcome == "channel_stopped"
    assert lab.stats()["submissions"] == before + 1


def test_when_the_configuration_is_mended_the_probe_reopens_the_channel_for_all(lab: Lab) -> None:
    lab.plan(*(_wrong(f"7010{number}") for number in range(5)))
    lab.post()
    lab.plan(*(make.order(f"7010{number}") for number in range(5)))
    result = lab.post()
    assert (result.outcome, result.confirmed, result.deferred) == ("ok", 5, 0)
    lab.plan(make.order("70150"))
    assert lab.post().confirmed == 1


def test_prima_mended_on_its_own_side_takes_the_same_bytes_again(lab: Lab) -> None:
    lab.plan(_wrong("70100"))
    lab.post()
    sent = lab.entry("70100").payload_sha256
    lab.post()
    calls = lab.attempts("70100")
    assert [call.request_sha256 for call in calls] == [sent, sent]
    assert [call.outcome for call in calls] == ["rejected", "rejected"]


def test_an_unclear_probe_does_not_open_the_channel(lab: Lab) -> None:
    lab.plan(*(_wrong(f"7010{number}") for number in range(3)))
    lab.post()
    lab.plan(*(make.order(f"7010{number}") for number in range(3)))
    lab.fault("reset_before")
    result = lab.post()
    assert (result.outcome, result.uncertain, result.deferred) == ("channel_stopped", 1, 2)
    lab.pass_time(1000)
    assert (lab.post().outcome, len(lab.in_prima())) == ("ok", 3)
