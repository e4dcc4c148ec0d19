"""Trouble on demand: what the client sees, and what is booked behind its back."""

from __future__ import annotations

import time

import httpx
import pytest

from lightspeed_prima_tests.twins.prima.talk import Talk, envelope, plain_order, request

ORDER = envelope(request("MultiNewOrder", plain_order("7011")))


@pytest.mark.parametrize(
    ("kind", "booked"), [("http_500_before", []), ("http_500_after", ["7011"])], ids=["before", "after"]
)
def test_an_error_page_comes_before_or_after_the_booking(prima: Talk, kind: str, booked: list[str]) -> None:
    prima.spoil(faults=[{"kind": kind, "status": 503}])
    answer = prima.post(ORDER)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (503, "text/html")
    assert prima.booked() == booked


@pytest.mark.parametrize(
    ("kind", "booked"), [("reset_before", []), ("reset_after", ["7011"])], ids=["before", "after"]
)
def test_a_reset_really_closes_the_socket(prima: Talk, kind: str, booked: list[str]) -> None:
    prima.spoil(faults=[{"kind": kind}])
    with pytest.raises(httpx.ReadError):
        prima.post(ORDER)
    assert prima.booked() == booked


def test_a_late_commit_is_booked_after_the_client_has_given_up(prima: Talk) -> None:
    prima.spoil(faults=[{"kind": "late_commit", "seconds": 0.3}])
    with pytest.raises(httpx.ReadError):
        prima.post(ORDER)
    assert prima.status("7011").get("RequestStatus") == "ERROR"
    deadline = time.monotonic() + 20
    while not prima.booked() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert prima.status("7011").get("RequestStatus") == "OK"


def test_a_truncated_body_is_shorter_than_it_promised(prima: Talk) -> None:
    prima.spoil(faults=[{"kind": "truncated_body"}])
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        prima.post(ORDER)
    assert prima.booked() == ["7011"]


def test_a_cut_document_travels_in_a_whole_envelope(prima: Talk) -> None:
    prima.spoil(faults=[{"kind": "cut_document"}])
    text = prima.text(request("MultiNewOrder", plain_order("7011")))
    assert text.startswith("<?xml")
    assert not text.endswith("</Result>")
    assert prima.booked() == ["7011"]


def test_garbage_is_not_utf_8(prima: Talk) -> None:
    prima.spoil(faults=[{"kind": "garbage_encoding"}])
    answer = prima.post(ORDER)
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode()
    assert prima.booked() == ["7011"]


def test_a_page_or_a_fault_books_nothing(prima: Talk) -> None:
    prima.spoil(faults=[{"kind": "html_page"}, {"kind": "soap_fault"}])
    page, fault = prima.post(ORDER), prima.post(ORDER)
    assert (page.status_code, "<html>" in page.text) == (200, True)
    assert (fault.status_code, "(10921)" in fault.text) == (500, True)
    assert prima.booked() == []


@pytest.mark.parametrize(("kind", "booked"), [("latency", []), ("latency_after", ["7011"])])
def test_a_slow_answer_is_booked_at_its_end_or_at_once(prima: Talk, kind: str, booked: list[str]) -> None:
    prima.spoil(faults=[{"kind": kind, "seconds": 2}])
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{prima.base}/wsalive/wsalive", content=ORDER, headers=_headers(), timeout=0.5, trust_env=False
        )
    assert prima.booked() == booked


def _headers() -> dict[str, str]:
    return {"Content-Type": "text/xml", "SOAPAction": '""'}


def test_a_short_catalogue_says_ok_and_holds_too_little(prima: Talk) -> None:
    prima.spoil(faults=[{"kind": "short_catalogue"}])
    answer = prima.ask("ProductAvailableToSell", '<Data ProductFrom="" ProductTo=""/>')
    assert (answer.get("RequestStatus"), len(answer[0])) == ("OK", 1)


def test_faults_hit_only_what_they_are_meant_for_and_are_used_up(prima: Talk) -> None:
    prima.spoil(
        faults=[
            {"kind": "http_500_before", "request_type": "OrderStatus"},
            {
                "kind": "http_500_before",
                "request_type": "MultiNewOrder",
                "contains": "7012",
                "skip": 1,
                "count": 2,
            },
            {"kind": "http_500_before", "request_type": "wsdl"},
        ]
    )
    second = envelope(request("MultiNewOrder", plain_order("7012")))
    assert prima.post(ORDER).status_code == 200
    assert [prima.post(second).status_code for _ in range(4)] == [200, 500, 500, 200]
    wsdl = f"{prima.base}/wsalive/wsalive/wsdl?targetURI=urn:omlink"
    assert [prima.http.get(wsdl).status_code for _ in range(2)] == [500, 200]
    assert [fault["request_type"] for fault in prima.get("/_twin/faults")["faults"]] == ["OrderStatus"]


def test_an_unknown_fault_is_refused(prima: Talk) -> None:
    answer = prima.http.post(f"{prima.base}/_twin/faults", json={"faults": [{"kind": "earthquake"}]})
    assert answer.status_code == 400


def test_a_reset_twin_has_forgotten_everything(prima: Talk) -> None:
    prima.send_order(plain_order("7011"))
    prima.spoil(faults=[{"kind": "soap_fault"}], ledger={"missing": True})
    prima.http.post(f"{prima.base}/_twin/reset")
    assert prima.booked() == []
    assert len(prima.ledger()) == 1
    assert prima.get("/_twin/stats")["submissions"] == 0
