"""Judges whether a sale reads: every field that money and identity rest on, in the skeleton of its shape.

What does not belong here: the shape itself (shapes.py). A sale that does not read is kept and walked past; it
becomes BAD_PAYLOAD.
"""

from __future__ import annotations

import re

import msgspec

from lightspeed_prima.lightspeed.x_series.flat import FlatSale
from lightspeed_prima.lightspeed.x_series.nested import NestedSale
from lightspeed_prima.lightspeed.x_series.shapes import Shape
from lightspeed_prima.lightspeed.x_series.values import Problem

_DECODERS: dict[Shape, msgspec.json.Decoder[NestedSale] | msgspec.json.Decoder[FlatSale]] = {
    Shape.NESTED: msgspec.json.Decoder(NestedSale),
    Shape.FLAT: msgspec.json.Decoder(FlatSale),
}


def first_problem(payload: str, shape: Shape) -> Problem | None:
    """The JSON path of the first field that does not read, and what is wrong there; None when all do."""
    try:
        sale = _DECODERS[shape].decode(payload)
    except msgspec.ValidationError as problem:
        words, _, path = str(problem).partition(" - at `")
        return _with_field(path.rstrip("`") or "$", words), words
    except (msgspec.DecodeError, UnicodeError) as problem:
        return "$", str(problem)
    return sale.problem()


def _with_field(path: str, words: str) -> str:
    """A missing field is named in the words only; the path shall lead to it too."""
    missing = re.search(r"missing required field `(\w+)`", words)
    return f"{path}.{missing.group(1)}" if missing else path
