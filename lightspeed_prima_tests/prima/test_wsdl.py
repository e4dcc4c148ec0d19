"""Reading the WSDL and building the envelope it asks for."""

from __future__ import annotations

import pytest
from lxml import etree

from lightspeed_prima.prima import soap
from lightspeed_prima.prima.wire import WireOverrides
from lightspeed_prima.prima.wsdl import WsdlError, read_operation

WSDL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions targetNamespace="urn:omlink" xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:tns="urn:omlink"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <message name="in1"><part name="{part}" type="xsd:string"/></message>
  <message name="in2"><part name="doc" type="xsd:string"/><part name="{company}" type="xsd:{kind}"/></message>
  <portType name="obj">
    <operation name="wsomhandler" parameterOrder="{part} out"><input message="tns:in1"/></operation>
    <operation name="comwsomhandler" parameterOrder="{company} doc out"><input message="tns:in2"/></operation>
  </portType>
  <binding name="obj" type="tns:obj"><soap:binding style="{style}" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="wsomhandler"><soap:operation soapAction="{action}"/>
      <input><soap:body use="{use}" namespace="urn:omlink:Thing"/></input></operation>
    <operation name="comwsomhandler"><soap:operation soapAction=""/>
      <input><soap:body use="{use}" namespace="urn:omlink:Thing"/></input></operation>
  </binding>
</definitions>"""


def wsdl(**changes: str) -> bytes:
    names = {
        "part": "inPart",
        "company": "company",
        "kind": "string",
        "style": "rpc",
        "use": "literal",
        "action": "",
        **changes,
    }
    return WSDL.format(**names).encode()


def test_the_wsdl_decides_names_namespace_use_and_action() -> None:
    operation = read_operation(wsdl(part="ipcXML", use="encoded", action="urn:do"), "wsomhandler")
    assert operation.document_part == "ipcXML"
    assert (operation.namespace, operation.use) == ("urn:omlink:Thing", "encoded")
    assert (operation.soap_action, operation.company_part) == ("urn:do", None)


@pytest.mark.parametrize(("company", "kind"), [("pcCompanyId", "string"), ("firm", "int"), ("zzz", "string")])
def test_the_company_part_is_told_by_name_by_type_or_by_place(company: str, kind: str) -> None:
    operation = read_operation(wsdl(company=company, kind=kind), "comwsomhandler")
    assert (operation.company_part, operation.document_part) == (company, "doc")
    assert [part.name for part in operation.parts] == [company, "doc"]


def test_the_site_may_say_otherwise() -> None:
    overrides = WireOverrides("urn:other", "theirs", "theirCompany", "encoded", "urn:act")
    operation = read_operation(wsdl(), "comwsomhandler").overridden(overrides)
    assert (operation.namespace, operation.use, operation.soap_action) == ("urn:other", "encoded", "urn:act")
    assert (operation.company_part, operation.document_part) == ("theirCompany", "theirs")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"<html><body>login</body></html>", "no operation"),
        (b"nothing", "not XML"),
        (wsdl(style="document"), "not RPC"),
        (wsdl().replace(b"wsomhandler", b"other"), "it offers comother, other"),
    ],
)
def test_what_is_not_this_wsdl_is_said_in_words(text: bytes, words: str) -> None:
    with pytest.raises(WsdlError, match=words):
        read_operation(text, "wsomhandler")


def test_the_document_travels_as_escaped_text_and_comes_out_as_it_went_in() -> None:
    document = '<?xml version="1.0" encoding="ISO-8859-1"?><R a="&quot;&lt;é]]&gt;"/>'.encode("latin-1")
    operation = read_operation(wsdl(use="encoded"), "comwsomhandler")
    root = etree.fromstring(soap.envelope(operation, document, "7"))
    call = root[0][0]
    assert call.tag == "{urn:omlink:Thing}comwsomhandler"
    assert [(part.tag, part.text) for part in call] == [("company", "7"), ("doc", document.decode("latin-1"))]
    types = [part.get("{http://www.w3.org/2001/XMLSchema-instance}type") for part in call]
    assert types == ["xsd:string", "xsd:string"]
    assert call.get("{http://schemas.xmlsoap.org/soap/envelope/}encodingStyle") is not None


def test_a_literal_envelope_carries_no_types() -> None:
    root = etree.fromstring(soap.envelope(read_operation(wsdl(), "wsomhandler"), b"<R/>", ""))
    assert dict(root[0][0][0].attrib) == {}


def test_an_answer_in_latin_1_words_is_not_garbled() -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1" ?>\n<Result Name="Groß"/>'
    assert soap.inner_document(text).get("Name") == "Groß"
