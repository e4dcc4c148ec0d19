"""Checks the shape of one document: which elements, which attributes, what their values look like.

Every problem becomes a message that names the attribute, so that a developer sees all of them at once.
Whether a product or a customer exists is not a matter of shape; see orders.py and credit_notes.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from lightspeed_prima.twins.prima.request_xml import Element
from lightspeed_prima.twins.prima.result_xml import PrimaMessage

_DIGITS = re.compile(r"[0-9]+")
_MONEY = re.compile(r"-?[0-9]+(\.[0-9]{1,2})?")
_CODE = re.compile(r"[0-9A-Z]*")
_ZERO = Decimal(0)


class Problems:
    """What is wrong with one document so far."""

    def __init__(self) -> None:
        self.messages: list[PrimaMessage] = []

    def add(self, text: str, code: int = 194) -> None:
        """Note one problem; E:194 is Prima's generic code."""
        self.messages.append(PrimaMessage(code, text))

    def __bool__(self) -> bool:
        return bool(self.messages)


class Fields:
    """Reads the attributes of one element; anything not as it has to be is noted and read as nothing."""

    def __init__(self, element: Element, where: str, problems: Problems) -> None:
        self._values = element.attributes
        self._where = where
        self._problems = problems

    def text(self, name: str, *, required: bool = False) -> str:
        """The value as it stands."""
        value = self._values.get(name, "")
        if required and not value.strip():
            self._wrong(name, "must not be blank")
        return value

    def digits(self, name: str, longest: int, *, shortest: int = 1) -> str:
        """A number written in digits only."""
        value = self._values.get(name, "")
        if not _DIGITS.fullmatch(value) or not shortest <= len(value) <= longest:
            self._wrong(name, f"must be {shortest} to {longest} digits, not {value!r}")
        return value

    def code(self, name: str) -> str:
        """A product or matrix code: upper-case alphanumerics, possibly blank."""
        value = self._values.get(name, "")
        if not _CODE.fullmatch(value):
            self._wrong(name, f"must be upper-case alphanumerics, not {value!r}")
        return value

    def flag(self, name: str, *, required: bool = False) -> bool:
        """`Yes` or `No`; blank is No where it may be blank."""
        value = self._values.get(name, "")
        if value not in (("Yes", "No") if required else ("Yes", "No", "")):
            self._wrong(name, f"must be Yes or No, not {value!r}")
        return value == "Yes"

    def count(self, name: str) -> int:
        """A positive whole number."""
        value = self._values.get(name, "")
        if not _DIGITS.fullmatch(value) or int(value) < 1:
            self._wrong(name, f"must be a positive whole number, not {value!r}")
            return 1
        return int(value)

    def money(self, name: str, *, blank: bool = False, negative: bool = False, zero: bool = True) -> Decimal:
        """An amount with at most two decimals and a decimal point."""
        value = self._values.get(name, "")
        if blank and not value:
            return _ZERO
        if not _MONEY.fullmatch(value):
            self._wrong(name, f"must be an amount with at most two decimals, not {value!r}")
            return _ZERO
        amount = Decimal(value)
        if amount < 0 and not negative:
            self._wrong(name, f"must not be negative, not {value}")
        if not amount and not zero:
            self._wrong(name, "must not be zero")
        return amount

    def blank(self, *names: str) -> None:
        """Attributes whose effect on money nobody knows, so this twin refuses any value but nothing."""
        for name in names:
            if self._values.get(name, "") not in ("", "0", "0.00"):
                self._wrong(name, "must be blank")

    def _wrong(self, name: str, what: str) -> None:
        self._problems.add(f"NO VALID Details: {self._where} attribute {name} {what}")


def check_attributes(element: Element, allowed: frozenset[str], where: str, problems: Problems) -> None:
    """Every attribute of the list has to be there, and no other."""
    for name in sorted(allowed - element.attributes.keys()):
        problems.add(f"NO VALID Details: {where} attribute {name} is missing")
    for name in sorted(element.attributes.keys() - allowed):
        problems.add(f"NO VALID Details: {where} attribute {name} is unknown")
    if element.has_text:
        problems.add(f"NO VALID Details: {where} holds text")


def check_sections(data: Element, sections: Mapping[str, frozenset[str]], problems: Problems) -> None:
    """The elements below `<Data>`: known ones, in their order, with exactly their attributes."""
    order = list(sections)
    last = 0
    for position, child in enumerate(data.children, start=1):
        where = f"{child.name} {position}"
        if child.name not in sections:
            problems.add(f"NO VALID Details: {where} is an unknown element")
            continue
        if order.index(child.name) < last:
            problems.add(f"NO VALID Details: {where} stands after {order[last]}")
        last = max(last, order.index(child.name))
        check_attributes(child, sections[child.name], where, problems)
        if child.children:
            problems.add(f"NO VALID Details: {where} holds elements")


def named(data: Element, name: str) -> list[Element]:
    """The children of that name."""
    return [child for child in data.children if child.name == name]
