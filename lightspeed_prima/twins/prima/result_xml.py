"""Writes Prima's answers, byte for byte in the recorded shape.

One line after the declaration, no pretty printing, double quotes, attributes in alphabetical order, line
feeds inside error texts left raw (docs/wire_notes.md, facts 14 and (c)2). What to answer is decided
elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DECLARATION = '<?xml version="1.0" encoding="ISO-8859-1" ?>\n'
PARSE_ERROR = (
    "The XML may be Invalid or may contain invalid characters. "
    "SAX parser error: SAX-PARSE-NEXT, Unexpected error. (14586)"
)


@dataclass(frozen=True)
class PrimaMessage:
    """One `(E:n) text` of a refused document."""

    code: int
    text: str


def render_element(name: str, attributes: Mapping[str, str], content: str = "") -> str:
    """One element; without content it closes itself."""
    written = "".join(f' {key}="{_escape(attributes[key])}"' for key in sorted(attributes))
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def render_result(company: str, request_type: str, content: str, *, status: str = "") -> str:
    """A whole answer; order answers carry no status at the root, stock and status answers do."""
    attributes = {"Company": company, "RequestType": request_type}
    if status:
        attributes["RequestStatus"] = status
    return DECLARATION + render_element("Result", attributes, content)


def render_root_error(company: str, request_type: str, text: str) -> str:
    """The answer to a request that failed as a whole."""
    attributes = {
        "Company": company,
        "Error": text,
        "RequestStatus": "ERROR",
        "RequestType": request_type,
    }
    return DECLARATION + render_element("Result", attributes, render_element("RequestError", {"Error": text}))


def render_messages(messages: Sequence[PrimaMessage], dev_mode: bool) -> str:
    """The RequestError of one document: every message ends in a raw line feed."""
    trace = "  DEV MODE Stack Trace (Msg - E:{code}): CheckOrders imp/procorders.p" if dev_mode else ""
    text = "".join(f"(E:{m.code}) {m.text}{trace.format(code=m.code)}\n" for m in messages)
    return render_element("RequestError", {"Error": text})


def _escape(value: str) -> str:
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return escaped.encode("iso-8859-1", "replace").decode("iso-8859-1")
