"""The envelope, the WSDL and the recorded shapes of Prima's answers."""

from __future__ import annotations

import pytest
from lxml import etree

from lightspeed_prima_tests.twins.prima.conftest import StartPrima
from lightspeed_prima_tests.twins.prima.talk import (
    HEADERS,
    NAMESPACE,
    Talk,
    envelope,
    plain_order,
    request,
    tag,
)

WSDL = {"w": "http://schemas.xmlsoap.org/wsdl/", "s": "http://schemas.xmlsoap.org/wsdl/soap/"}
PARSE_ERROR = (
    "The XML may be Invalid or may contain invalid characters. "
    "SAX parser error: SAX-PARSE-NEXT, Unexpected error. (14586)"
)
STATUS = request("OrderStatus", tag("Data", {"OrderNumber": "7011"}))


def test_an_accepted_order_is_answered_in_the_recorded_bytes(prima: Talk) -> None:
    answer = prima.text(request("MultiNewOrder", plain_order("70100000042")))
    assert answer == (
        '<?xml version="1.0" encoding="ISO-8859-1" ?>\n'
        '<Result Company="1" RequestType="MultiNewOrder"><Data CustRef="" CustomerCode="SHOP01" '
        'OrderNumber="70100000042" RequestStatus="OK" TPGUID="uk:70100000042" UniqueID="00000042"/></Result>'
    )


def test_a_repeated_number_is_answered_in_the_recorded_shape_with_raw_line_feeds(prima: Talk) -> None:
    prima.send_order(plain_order("7011"))
    answer = prima.text(request("MultiNewOrder", plain_order("7011", UniqueId="99999999")))
    assert answer == (
        '<?xml version="1.0" encoding="ISO-8859-1" ?>\n'
        '<Result Company="1" RequestType="MultiNewOrder"><Data CustRef="" CustomerCode="" OrderNumber="7011" '
        'RequestStatus="ERROR" TPGUID="uk:7011" UniqueID="99999999"><RequestError Error="'
        "(E:21) Sales Order Header already exists with Order Number equal to 7011\n"
        "(E:194) NO VALID Sales Order Header Details for Line 1\n"
        '(E:194) NO VALID Sales Order Header Details for Charges\n"/></Data></Result>'
    )


def test_a_site_in_development_mode_adds_a_stack_trace_after_two_spaces(start_prima: StartPrima) -> None:
    prima = start_prima(dev_mode=True)
    prima.send_order(plain_order("7011"))
    answer = prima.text(request("MultiNewOrder", plain_order("7011")))
    assert "equal to 7011  DEV MODE Stack Trace (Msg - E:21): CheckOrders imp/procorders.p\n(E:194)" in answer


@pytest.mark.parametrize(
    "document",
    [
        request("MultiNewOrder", '<Data Note="a "quoted" word"></Data>'),
        request("MultiNewOrder", "<Data>"),
        request("MultiNewOrder", "").replace("?>", "?><!DOCTYPE x>"),
        request("MultiNewOrder", '<Data Name="Zoë"/>'),
        request("MultiNewOrder", '<Data Name="€"/>').replace("?>", ' encoding="ISO-8859-1"?>'),
        "",
    ],
    ids=["quote", "unclosed", "doctype", "undeclared-latin-1", "not-latin-1", "empty"],
)
def test_broken_xml_is_refused_as_a_whole_with_14586(prima: Talk, document: str) -> None:
    answer = etree.fromstring(prima.text(document).encode("iso-8859-1"))
    request_type = "MultiNewOrder" if document and "DOCTYPE" not in document else ""
    assert {**answer.attrib} == {
        "Company": "1",
        "Error": PARSE_ERROR,
        "RequestStatus": "ERROR",
        "RequestType": request_type,
    }
    assert [child.get("Error") for child in answer] == [PARSE_ERROR]


def test_orders_before_a_parse_error_stay_booked_although_the_answer_hides_them(prima: Talk) -> None:
    answer = prima.ask("MultiNewOrder", plain_order("7011"), plain_order("7012"), '<Data x="')
    assert answer.get("RequestStatus") == "ERROR"
    assert prima.booked() == ["7011", "7012"]


def test_declared_latin_1_text_arrives_whole(prima: Talk) -> None:
    document = request("MultiNewOrder", plain_order("7011", CustomerRef="Zoë"))
    declared = document.replace("?>", ' encoding="ISO-8859-1"?>', 1)
    answer = etree.fromstring(prima.text(declared).encode("iso-8859-1"))
    assert answer[0].get("CustRef") == "Zoë"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (request("NewSale", ""), "Request Type NewSale is not known"),
        ('<?xml version="1.0"?><Query RequestType="OrderStatus"/>', "The root element must be Request"),
        (request("OrderStatus", '<Data Number="1"/>'), "attribute OrderNumber is missing"),
    ],
)
def test_a_request_that_means_nothing_is_a_root_error(prima: Talk, document: str, said: str) -> None:
    answer = etree.fromstring(prima.text(document).encode())
    assert answer.get("RequestStatus") == "ERROR"
    assert said in str(answer.get("Error"))


def test_order_status_knows_orders_and_says_so_when_it_does_not(prima: Talk) -> None:
    prima.send_order(plain_order("7011"))
    prima.send_order(plain_order("7012", HoldOrder="Yes"))
    found, held, missing = prima.status("7011"), prima.status("7012"), prima.status("7013")
    assert (found.get("RequestStatus"), found[0].get("OrderStatus")) == ("OK", "Despatched")
    assert held[0].get("OrderStatus") == "On Hold"
    assert missing.get("RequestStatus") == "ERROR"
    assert "(14586)" not in str(missing.get("Error"))
    assert "7013" in str(missing.get("Error"))


def test_the_wsdl_names_parts_and_namespace_and_its_own_address(prima: Talk) -> None:
    answer = prima.http.get(f"{prima.base}/wsalive/wsalive/wsdl?targetURI=urn:omlink")
    wsdl = etree.fromstring(answer.content)
    operation = wsdl.find("w:portType/w:operation[@name='comwsomhandler']", WSDL)
    body = wsdl.find("w:binding/w:operation/w:input/s:body", WSDL)
    address = wsdl.find("w:service/w:port/s:address", WSDL)
    assert operation is not None
    assert body is not None
    assert address is not None
    assert operation.get("parameterOrder") == "company inPart outPart"
    assert (body.get("use"), body.get("namespace")) == ("literal", NAMESPACE)
    assert address.get("location") == f"{prima.base}/wsalive/wsalive"


def test_the_wsdl_exists_only_under_its_target_uri(prima: Talk) -> None:
    assert prima.http.get(f"{prima.base}/wsalive/wsalive/wsdl?targetURI=urn:else").status_code == 404


def test_an_encoded_site_with_odd_part_names_takes_only_typed_parts(start_prima: StartPrima) -> None:
    prima = start_prima(use="encoded", in_part="pcRequest", out_part="pcResponse", app_object="omlink")
    untyped = prima.post(envelope(STATUS, parts="<pcRequest>{}</pcRequest>"))
    types = (
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    )
    typed = prima.post(envelope(STATUS, parts=f'<pcRequest {types} xsi:type="xsd:string">{{}}</pcRequest>'))
    assert untyped.status_code == 500
    assert typed.status_code == 200
    assert 'xsi:type="xsd:string">&lt;?xml' in typed.text
    assert etree.fromstring(typed.content).find(".//pcResponse") is not None


def test_comwsomhandler_answers_for_the_company_it_was_asked_for(start_prima: StartPrima) -> None:
    prima = start_prima(companies=("1", "2"))
    parts = "<company>{company}</company><inPart>{{}}</inPart>"
    known = prima.post(envelope(STATUS, "comwsomhandler", parts.format(company="2")))
    unknown = prima.post(envelope(STATUS, "comwsomhandler", parts.format(company="9")))
    assert 'Company="2"' in (etree.fromstring(known.content).findtext(".//outPart") or "")
    assert "company '9' is not known" in unknown.text


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (envelope(STATUS), {"Content-Type": "application/json", "SOAPAction": '""'}),
        (envelope(STATUS), {"Content-Type": "text/xml"}),
        (envelope(STATUS).replace(NAMESPACE, "urn:other"), HEADERS),
        (envelope(STATUS, "otherhandler"), HEADERS),
        (envelope(STATUS, parts="<part>{}</part>"), HEADERS),
        (envelope("", parts="<inPart><Request/></inPart>"), HEADERS),
        ("<Envelope/>", HEADERS),
        ("not xml", HEADERS),
    ],
    ids=["type", "action", "namespace", "operation", "part", "unescaped", "root", "xml"],
)
def test_a_call_that_the_wsdl_does_not_describe_is_a_soap_fault(
    prima: Talk, body: str, headers: dict[str, str]
) -> None:
    answer = prima.post(body, headers)
    assert answer.status_code == 500
    fault = etree.fromstring(answer.content)
    assert (fault.findtext(".//faultstring") or "").endswith("(10893)")
    assert fault.find(".//{urn:soap-fault:details}FaultDetail/errorMessage") is not None
