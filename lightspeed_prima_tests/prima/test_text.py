"""Folding to Latin-1: what a till's keyboard produces must never break Prima's parser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightspeed_prima.prima import text


@pytest.mark.parametrize(
    ("given_text", "folded"),
    [
        ("plain ASCII", "plain ASCII"),
        ("Bjørn's café", "Bjørn's café"),
        ("cafe\u0301", "café"),
        ("5 €", "5 EUR"),
        ("‘size’ “8” – wide", "'size' \"8\" - wide"),
        ("Ångström…", "Ångström..."),
        ("Dvořák ﬁne", "Dvorák fine"),
        ("鞋", "?"),
        ("line\r\nfeed\ttab", "line  feed tab"),
        ("bell\x07 and \x00 nul", "bell and  nul"),
        ("zero\u200bwidth", "zerowidth"),
        ("\ud800", "?"),
    ],
)
def test_text_is_folded_to_what_prima_can_take(given_text: str, folded: str) -> None:
    assert text.fold(given_text) == folded


@given(st.text())
def test_folded_text_is_latin_1_without_control_characters_and_stays_as_it_is(words: str) -> None:
    folded = text.fold(words)
    assert folded.encode("latin-1").decode("latin-1") == folded
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in folded)
    assert text.fold(folded) == folded


def test_all_five_special_characters_are_escaped() -> None:
    assert text.attribute("""a & b < c > d " e ' f""") == "a &amp; b &lt; c &gt; d &quot; e &apos; f"
