"""The one way XML from outside is parsed: no entities, no network, no surprise in size.

What does not belong here: what the XML means (soap, wsdl, outcome).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator


class NotXml(ValueError):
    """The text is not well-formed XML."""


def parse(text: bytes) -> etree._Element:
    """The root element, or NotXml. Every attribute value is plain text: raw line feeds became spaces."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as problem:
        raise NotXml(str(problem)) from problem
    return root


def local_name(element: etree._Element) -> str:
    """The name without its namespace; blank for comments and processing instructions."""
    tag = element.tag
    return etree.QName(tag).localname if isinstance(tag, str) else ""


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The child elements, or those with one of these local names."""
    for child in element:
        name = local_name(child)
        if name and (not names or name in names):
            yield child
