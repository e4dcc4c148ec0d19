"""Text in the form Prima can take: Latin-1, one line, no control characters, escaped.

What does not belong here: which attributes may be folded (requests); a code is never folded.
"""

from __future__ import annotations

import unicodedata
from xml.sax.saxutils import escape

# NFKD leaves these as they are; a till's keyboard produces them all the time.
_TYPOGRAPHY = {
    "€": "EUR",
    "\u2018": "'",
    "\u2019": "'",
    "\u201a": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
}
_LINE_BREAKS = {"\r", "\n", "\t", "\u2028", "\u2029", "\x85"}
_REPLACEMENT = "?"


def fold(text: str) -> str:
    """`text` in Latin-1, as near as it comes. What has no near form becomes a question mark."""
    return "".join(_fold_character(character) for character in unicodedata.normalize("NFC", text))


def attribute(text: str) -> str:
    """`text` escaped for a double-quoted attribute. The caller has folded it."""
    return escape(text, {'"': "&quot;", "'": "&apos;"})


def _fold_character(character: str) -> str:
    if character in _LINE_BREAKS:
        return " "
    if unicodedata.category(character) in ("Cc", "Cf"):
        return ""
    if _is_latin1(character):
        return character
    if character in _TYPOGRAPHY:
        return _TYPOGRAPHY[character]
    decomposed = unicodedata.normalize("NFKD", character)
    return "".join(part for part in decomposed if _is_latin1(part)) or _REPLACEMENT


def _is_latin1(character: str) -> bool:
    return ord(character) < 0x100
