"""SOAP 1.1 rpc as the Web Services Adapter speaks it: takes a call out of its envelope, wraps the answer.

The Prima document inside is one string here; request_xml.py and result_xml.py know what it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from lightspeed_prima.twins.prima.options import PrimaOptions
from lightspeed_prima.twins.prima.wsdl import ENCODING_STYLE

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_XSD = "http://www.w3.org/2001/XMLSchema"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


class SoapProblem(Exception):
    """The call never reached Prima: the adapter answers it with a SOAP fault and HTTP 500."""


@dataclass(frozen=True)
class SoapCall:
    """One call: the operation, the company it is for and the Prima document as text."""

    operation: str
    company: str
    document: str


def read_call(body: bytes, headers: Mapping[str, str], options: PrimaOptions) -> SoapCall:
    """Take a call apart, or raise SoapProblem saying what about it is not as the WSDL says."""
    if headers.get("content-type", "").split(";")[0].strip().lower() != "text/xml":
        raise SoapProblem("Content-Type has to be text/xml")
    if "soapaction" not in headers:
        raise SoapProblem("the SOAPAction header is missing")
    operation = _operation(_parse(body))
    name = etree.QName(operation)
    if name.namespace != options.operation_namespace:
        raise SoapProblem(f"operation namespace is {name.namespace}, not {options.operation_namespace}")
    if name.localname == "wsomhandler":
        (document,) = _parts(operation, (options.in_part,), options)
        return SoapCall("wsomhandler", options.companies[0], document)
    if name.localname == "comwsomhandler":
        company, document = _parts(operation, (options.company_part, options.in_part), options)
        if company not in options.companies:
            raise SoapProblem(f"company {company!r} is not known")
        return SoapCall("comwsomhandler", company, document)
    raise SoapProblem(f"there is no operation {name.localname}")


def _parse(body: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as problem:
        raise SoapProblem(f"the envelope is not well-formed: {problem}") from problem
    if root.tag != f"{{{ENVELOPE}}}Envelope":
        raise SoapProblem("the root element is not a SOAP 1.1 Envelope")
    return root


def _operation(envelope: etree._Element) -> etree._Element:
    body = envelope.find(f"{{{ENVELOPE}}}Body")
    operations = [] if body is None else list(body)
    if len(operations) != 1:
        raise SoapProblem(f"the Body holds {len(operations)} operations, not one")
    return operations[0]


def _parts(operation: etree._Element, names: tuple[str, ...], options: PrimaOptions) -> list[str]:
    found = tuple(str(part.tag) for part in operation)
    if found != names:
        raise SoapProblem(f"the parts are {', '.join(found) or 'none'}, not {', '.join(names)}")
    if options.use == "encoded" and any(not _is_string(part) for part in operation):
        raise SoapProblem("an rpc/encoded part needs xsi:type xsd:string")
    if any(len(part) for part in operation):
        raise SoapProblem("a part holds elements; the document has to travel as escaped text")
    return [part.text or "" for part in operation]


def _is_string(part: etree._Element) -> bool:
    prefix, _, local = str(part.get(f"{{{_XSI}}}type", "")).rpartition(":")
    return local == "string" and part.nsmap.get(prefix or None) == _XSD


def render_answer(operation: str, document: str, options: PrimaOptions) -> bytes:
    """The envelope around Prima's answer, as UTF-8 whatever the document's own declaration says."""
    encoded = options.use == "encoded"
    style = f" SOAP-ENV:encodingStyle={quoteattr(ENCODING_STYLE)}" if encoded else ""
    part_type = ' xsi:type="xsd:string"' if encoded else ""
    return _envelope(
        f"<m:{operation}Response xmlns:m={quoteattr(options.operation_namespace)}{style}>"
        f"<{options.out_part}{part_type}>{escape(document)}</{options.out_part}></m:{operation}Response>"
    )


def render_fault(message: str, side: str = "Server") -> bytes:
    """A fault as the adapter writes it: a faultstring that ends in (10893), the detail in FaultDetail."""
    return _envelope(
        f"<SOAP-ENV:Fault><faultcode>SOAP-ENV:{side}</faultcode>"
        "<faultstring>An error was detected while executing the Web Service request. (10893)</faultstring>"
        '<detail><ns1:FaultDetail xmlns:ns1="urn:soap-fault:details">'
        f"<errorMessage>{escape(message)}</errorMessage><requestID>twin</requestID>"
        "</ns1:FaultDetail></detail></SOAP-ENV:Fault>"
    )


def _envelope(body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{ENVELOPE}" xmlns:xsd="{_XSD}" xmlns:xsi="{_XSI}">'
        f"<SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()
