"""SOAP 1.1 around a Prima document: the envelope that carries it, and the text an answer carries back.

What does not belong here: what the inner document means (outcome), or the network (client).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from lightspeed_prima.prima import wire
from lightspeed_prima.prima.xml import NotXml, children, local_name, parse

if TYPE_CHECKING:
    from lxml import etree

    from lightspeed_prima.prima.wsdl import Operation

CONTENT_TYPE = "text/xml; charset=utf-8"

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
_XSD = "http://www.w3.org/2001/XMLSchema"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True)
class Trouble:
    """An answer that carries no Prima document: what it was, for the journal."""

    code: str
    text: str


def envelope(operation: Operation, document: bytes, company: str) -> bytes:
    """The request message. The document travels as escaped text; its own declaration goes with it."""
    text = document.decode(wire.ENCODING)
    attribute = ' xsi:type="xsd:{}"' if operation.use == "encoded" else ""
    parts = "".join(
        f"<{part.name}{attribute.format(part.xsd_type or 'string')}>"
        f"{escape(company if part.name == operation.company_part else text)}</{part.name}>"
        for part in operation.parts
    )
    style = f' soap:encodingStyle="{_ENCODING}"' if operation.use == "encoded" else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soap:Envelope xmlns:soap="{_ENVELOPE}" xmlns:xsd="{_XSD}" xmlns:xsi="{_XSI}"><soap:Body>'
        f"<m:{operation.name} xmlns:m={quoteattr(operation.namespace)}{style}>{parts}</m:{operation.name}>"
        "</soap:Body></soap:Envelope>"
    ).encode()


def read_answer(body: bytes) -> str | Trouble:
    """The one text an answer carries, or why there is none. Namespaces and part names do not matter here."""
    if not body.strip():
        return Trouble("EMPTY_ANSWER", "the answer has no body")
    try:
        root = parse(body)
    except NotXml as problem:
        return _not_soap(body, str(problem))
    soap_body = next(children(root, "Body"), None) if local_name(root) == "Envelope" else None
    if soap_body is None:
        return _not_soap(body, f"the root element is {local_name(root)}")
    for message in children(soap_body):
        if local_name(message) == "Fault":
            return Trouble("SOAP_FAULT", _fault_text(message))
        if local_name(message).endswith("Response"):
            return _single_text(message)
    return Trouble("NOT_SOAP", "the SOAP body holds no response")


def inner_document(text: str) -> etree._Element:
    """The Prima document of an answer, or NotXml.

    The text is Unicode already while its declaration still says ISO-8859-1: believing it makes mojibake.
    """
    return parse(_DECLARATION.sub("", text).strip().encode())


def _single_text(message: etree._Element) -> str | Trouble:
    texts = [part.text for part in children(message) if part.text and part.text.strip()]
    if len(texts) == 1:
        return texts[0]
    if not texts:
        return Trouble("EMPTY_ANSWER", "the response carries no text")
    return Trouble("NOT_SOAP", f"the response carries {len(texts)} texts, one was expected")


def _fault_text(fault: etree._Element) -> str:
    wanted = {"faultcode", "faultstring", "errorMessage", "requestID"}
    found = [(element.text or "").strip() for element in fault.iter() if local_name(element) in wanted]
    return " | ".join(text for text in found if text) or "a fault without words"


def _not_soap(body: bytes, problem: str) -> Trouble:
    start = body[:2000].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")) or b"<html" in start:
        return Trouble("HTML_ANSWER", "the answer is a web page")
    return Trouble("NOT_SOAP", f"the answer is not a SOAP message: {problem}")
