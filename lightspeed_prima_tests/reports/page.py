"""A report as a person sees it: its sections, their tables as rows of text."""

from __future__ import annotations

import lxml.html


class Page:
    """One HTML page, parsed."""

    def __init__(self, html: str) -> None:
        self.html = html
        self._tree = lxml.html.document_fromstring(html)

    def text(self, css: str) -> list[str]:
        """The text of everything that a class or tag names, white space folded."""
        path = f"//*[contains(concat(' ', @class, ' '), ' {css[1:]} ')]" if css[0] == "." else f"//{css}"
        return [text_of(element) for element in self._tree.xpath(path)]

    def cards(self) -> dict[str, str]:
        """The figure on each card."""
        cards = self._tree.xpath("//div[@class='card']")
        return {fold(card.text or ""): text_of(card.xpath("b")[0]) for card in cards}

    def tables(self, heading: str) -> list[list[list[str]]]:
        """The tables below a heading, up to the next one of its rank: rows of cells."""
        (start,) = [h2 for h2 in self._tree.xpath("//h2") if text_of(h2) == heading]
        found = []
        for element in start.itersiblings():
            if element.tag == "h2":
                break
            found += [_rows(table) for table in element.xpath("descendant-or-self::table")]
        return found

    def attributes(self, tag: str, name: str) -> list[str]:
        """An attribute of every such element."""
        return [str(value) for value in self._tree.xpath(f"//{tag}/@{name}")]


def text_of(element: lxml.html.HtmlElement) -> str:
    """What is in it, with a space where one element ends and the next begins."""
    return fold(" ".join(element.itertext()))


def fold(text: str) -> str:
    return " ".join(text.split())


def _rows(table: lxml.html.HtmlElement) -> list[list[str]]:
    return [[text_of(cell) for cell in row.xpath("th|td")] for row in table.xpath(".//tr")]
