"""Reads Prima's inner request document the way Prima does: element by element, while it is being parsed.

Prima processes an order at its `</Data>`, before it has seen the rest (docs/wire_notes.md, fact 34), so an
order can be booked although the document turns out to be broken further on. What a request means is not
known here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat


class MalformedRequest(Exception):
    """The document is not well-formed XML, or uses what Prima's parser does not take."""


@dataclass
class Element:
    """One element with its attributes and child elements; Prima's documents have no text."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    has_text: bool = False


def read_request(
    document: str, on_root: Callable[[Element], None], on_data: Callable[[Element], None]
) -> None:
    """Parse `document`; `on_root` is called at the root's start tag, `on_data` at each `</Data>` below it."""
    # The AppServer's code page is most likely ISO-8859-1; what it lacks becomes SUB, which is not XML.
    octets = "".join(c if c <= "\xff" else "\x1a" for c in document).encode("iso-8859-1")
    reader = _Reader(on_root, on_data)
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(octets, True)
    except expat.ExpatError as problem:
        raise MalformedRequest(str(problem)) from problem


class _Reader:
    def __init__(self, on_root: Callable[[Element], None], on_data: Callable[[Element], None]) -> None:
        self._on_root = on_root
        self._on_data = on_data
        self._open: list[Element] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element = Element(name, attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._on_root(element)
        self._open.append(element)

    def end(self, _name: str) -> None:
        element = self._open.pop()
        if element.name == "Data" and len(self._open) == 1:
            self._on_data(element)

    def text(self, text: str) -> None:
        if text.strip():
            self._open[-1].has_text = True

    def doctype(self, *_declaration: object) -> None:
        raise MalformedRequest("a document type is not allowed")
