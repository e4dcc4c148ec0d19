"""What an answer proves: a table of everything Prima, its adapter and the network were seen or feared to say."""

from __future__ import annotations

import pytest

from lightspeed_prima.prima.outcome import Answer, NoAnswer, Reply, judge_read_back, judge_submission
from lightspeed_prima_tests.prima.make import answer, result

NUMBER = "20199001"
OK = f'<Data CustRef="" CustomerCode="0000488311" OrderNumber="{NUMBER}" RequestStatus="OK" TPGUID="uk:1" UniqueID="10000001"/>'
SAX = (
    "The XML may be Invalid or may contain invalid characters. SAX parser error: "
    "SAX-PARSE-NEXT, Unexpected error. (14586)"
)
FAULT = (
    '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body><SOAP-ENV:Fault>'
    "<faultcode>SOAP-ENV:Server</faultcode><faultstring>An error was detected (10893)</faultstring>"
    '<detail><ns1:FaultDetail xmlns:ns1="http://anything/here"><errorMessage>service is unavailable (10921)'
    "</errorMessage><requestID>r1</requestID></ns1:FaultDetail></detail></SOAP-ENV:Fault></SOAP-ENV:Body>"
    "</SOAP-ENV:Envelope>"
)


def refused(*texts: str, number: str = NUMBER) -> Reply:
    words = "&#10;".join(texts)
    return answer(
        result(f'<Data OrderNumber="{number}" RequestStatus="ERROR"><RequestError Error="{words}"/></Data>')
    )


SUBMISSIONS: dict[str, tuple[Reply, str, str]] = {
    "accepted": (answer(result(OK)), "accepted", ""),
    "a root that says OK too": (
        answer(result(OK, 'RequestStatus="OK" RequestType="MultiNewOrder"')),
        "accepted",
        "",
    ),
    "only the root says OK": (
        answer(result("", 'RequestStatus="OK" RequestType="MultiNewOrder"')),
        "unclear",
        "NO_PROOF",
    ),
    "an error at the root over an OK": (
        answer(result(OK, 'RequestStatus="ERROR" Error="x" RequestType="MultiNewOrder"')),
        "unclear",
        "ROOT_ERROR",
    ),
    "OK for another number": (answer(result(OK.replace(NUMBER, "20199002"))), "unclear", "NO_PROOF"),
    "OK for no number": (answer(result(OK.replace(NUMBER, ""))), "unclear", "NO_PROOF"),
    "OK in another spelling": (answer(result(OK.replace('"OK"', '"Ok"'))), "unclear", "NO_PROOF"),
    "no status at all": (
        answer(result(OK.replace(' RequestStatus="OK"', ""))),
        "unclear",
        "NO_PROOF",
    ),
    "two results for one order": (answer(result(OK + OK)), "unclear", "NO_PROOF"),
    "an answer to another question": (
        answer(result(OK, 'RequestStatus="OK" RequestType="OrderStatus"')),
        "unclear",
        "NO_PROOF",
    ),
    "malformed XML": (
        answer(
            result(
                f'<RequestError Error="{SAX}"/>',
                f'Error="{SAX}" RequestStatus="ERROR" RequestType="MultiNewOrder"',
            )
        ),
        "refused",
        "14586",
    ),
    "any other error at the root": (
        answer(result("", 'Error="Database is locked" RequestStatus="ERROR" RequestType="MultiNewOrder"')),
        "unclear",
        "ROOT_ERROR",
    ),
    "duplicate with a stack trace and a follow-on": (
        refused(
            f"(E:21) Sales Order Header already exists with Order Number equal to {NUMBER}  DEV MODE Stack Trace "
            "(Msg - E:Exist1): CheckOrders imp/procorders.p at line 7",
            "(E:194) NO VALID Sales Order Header Details for Line ",
        ),
        "duplicate",
        "E:21",
    ),
    "configuration behind a follow-on": (
        refused(
            "(E:194) There were no Valid Order Lines found for the  Current Order 3",
            "(E:548) Price obtained from the Price Book has a different VAT Incl Prices Value to the Sales Order",
        ),
        "configuration",
        "E:548",
    ),
    "bad line": (refused("(E:194) NO VALID Sales Order Line Details for Matrix Levels"), "refused", "E:194"),
    "an unknown code before its follow-on": (
        refused("(E:194) NO VALID Sales Order Line Details", "(E:77) Customer is on stop"),
        "refused",
        "E:77",
    ),
    "an error without a code": (refused("computer says no"), "refused", "NO_CODE"),
    "an error for another number": (refused("(E:21) exists", number="1"), "unclear", "NO_PROOF"),
    "soap fault": (Answer(500, FAULT.encode()), "unclear", "SOAP_FAULT"),
    "html with status 200": (
        Answer(200, b"<!DOCTYPE html><html><body>It works</body></html>"),
        "unclear",
        "HTML_ANSWER",
    ),
    "html with status 503": (Answer(503, b"<html><body>busy</body></html>"), "unclear", "HTTP_503"),
    "proof under an error status": (
        Answer(500, answer(result(OK)).body),
        "unclear",
        "HTTP_500",
    ),
    "empty": (Answer(200, b""), "unclear", "EMPTY_ANSWER"),
    "empty response element": (answer("  "), "unclear", "EMPTY_ANSWER"),
    "truncated envelope": (Answer(200, answer(result(OK)).body[:300]), "unclear", "NOT_SOAP"),
    "truncated document": (answer(result(OK)[:-15]), "unclear", "BAD_DOCUMENT"),
    "wrong encoding": (
        Answer(200, answer(result(OK)).body.replace(b"uk:1", b"uk:\xe9\xff")),
        "unclear",
        "NOT_SOAP",
    ),
    "not a result": (answer("<Oops/>"), "unclear", "BAD_DOCUMENT"),
    "answer lost": (NoAnswer(sent=True, code="TIMEOUT", text="t"), "unclear", "TIMEOUT"),
    "never sent": (NoAnswer(sent=False, code="UNREACHABLE", text="t"), "not_sent", "UNREACHABLE"),
}


@pytest.mark.parametrize("case", SUBMISSIONS)
def test_a_submission_is_accepted_only_by_positive_proof(case: str) -> None:
    reply, kind, code = SUBMISSIONS[case]
    verdict = judge_submission(reply, "sales_order", NUMBER, "MultiNewOrder")
    assert (verdict.kind, verdict.code) == (kind, code)
    assert verdict.reference == (NUMBER if kind == "accepted" else "")


def test_a_credit_note_is_proven_by_its_own_number_attribute() -> None:
    inner = '<Data CreditNoteNumber="7019" OrderNumber="7011" RequestStatus="OK"/>'
    reply = answer(result(inner, 'RequestType="MultiNewCreditNote"'))
    assert judge_submission(reply, "credit_note", "7019", "MultiNewCreditNote").kind == "accepted"
    assert judge_submission(reply, "credit_note", "7011", "MultiNewCreditNote").kind == "unclear"


def test_stack_traces_and_line_feeds_do_not_reach_the_journal() -> None:
    verdict = judge_submission(*_submission(SUBMISSIONS["duplicate with a stack trace and a follow-on"][0]))
    assert "Stack Trace" not in verdict.text
    assert "procorders" not in verdict.text
    assert verdict.text.startswith(
        f"(E:21) Sales Order Header already exists with Order Number equal to {NUMBER};"
    )
    assert "\n" not in verdict.text


def _submission(reply: Reply) -> tuple[Reply, str, str, str]:
    return reply, "sales_order", NUMBER, "MultiNewOrder"


STATUS = 'RequestStatus="OK" RequestType="OrderStatus"'
READ_BACKS: dict[str, tuple[Reply, str]] = {
    "found": (answer(result('<Data OrderStatus="Despatched"/>', STATUS)), "found"),
    "found with the number echoed": (
        answer(result(f'<Data OrderNumber="{NUMBER}" OrderStatus="New"/>', STATUS)),
        "found",
    ),
    "another number echoed": (answer(result('<Data OrderNumber="1" OrderStatus="New"/>', STATUS)), "unclear"),
    "no status": (answer(result('<Data OrderStatus=""/>', STATUS)), "unclear"),
    "no data": (answer(result("", STATUS)), "unclear"),
    "not found": (
        answer(result("", 'RequestStatus="ERROR" RequestType="OrderStatus" Error="Order does not exist"')),
        "not_found",
    ),
    "not found, said per order": (
        answer(result('<Data RequestStatus="ERROR"/>', 'RequestType="OrderStatus"')),
        "not_found",
    ),
    "not found in OpenEdge's words": (
        answer(result("", 'RequestStatus="ERROR" Error="** OrderHeader record not on file. (138)"')),
        "not_found",
    ),
    "a failure of the server": (
        answer(result("", 'RequestStatus="ERROR" Error="Lock table overflow, increase -L (915)"')),
        "unclear",
    ),
    "soap fault": (Answer(500, FAULT.encode()), "unclear"),
    "html": (Answer(200, b"<html></html>"), "unclear"),
    "refused connection": (NoAnswer(sent=False, code="UNREACHABLE", text=""), "not_sent"),
}


@pytest.mark.parametrize("case", READ_BACKS)
def test_a_read_back_tells_found_absent_and_unclear_apart(case: str) -> None:
    reply, kind = READ_BACKS[case]
    assert judge_read_back(reply, NUMBER).kind == kind


def test_a_read_back_names_the_sale_when_prima_does() -> None:
    reply = answer(result('<Data OrderStatus="New" TPGUID="uk:9"/>', STATUS))
    assert judge_read_back(reply, NUMBER).sale_key == "uk:9"
