"""The skeleton of an R-Series sale: the fields that money and identity rest on, and how each must read.

What does not belong here: meaning. A sale that does not fit is kept and walked past; it becomes BAD_PAYLOAD.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

# More than the DECIMAL(18,8) of the staging models can hold, so it could only be read as nothing.
_TOO_BIG = Decimal(10) ** 10

# Every scalar is a string on this wire. Bare numbers and booleans are read as the same text.


class SaleNumber:
    """Digits that do not begin with 0: Prima document numbers are built from it."""


class Identifier:
    """Digits; 0 where nothing is referred to."""


class Figure:
    """A decimal number of any length, perhaps in scientific notation (seen on a big totalDue)."""


class Whole:
    """A number of pieces."""


class Flag:
    """Either `true` or `false`."""


class Moment:
    """ISO 8601 with an offset. A time that is not set has no key at all."""


class OptionalFigure:
    """A figure that may be blank."""


class OptionalIdentifier:
    """An identifier that may be blank."""


class PaymentType(Struct):
    paymentTypeID: Identifier
    type: str


class SalePayment(Struct):
    salePaymentID: Identifier
    amount: Figure
    paymentTypeID: Identifier
    archived: Flag
    tipAmount: OptionalFigure | UnsetType = UNSET
    creditAccountID: OptionalIdentifier | UnsetType = UNSET
    refPaymentID: OptionalIdentifier | UnsetType = UNSET
    PaymentType: PaymentType | Literal[""] | UnsetType = UNSET


class Item(Struct):
    itemID: Identifier
    itemType: str = ""
    customSku: str = ""
    manufacturerSku: str = ""


class Note(Struct):
    note: str = ""


class SaleLine(Struct):
    saleLineID: Identifier
    unitQuantity: Whole
    unitPrice: Figure
    calcTotal: Figure
    calcSubtotal: Figure
    calcTax1: Figure
    calcTax2: Figure
    itemID: Identifier
    parentSaleLineID: Identifier
    taxClassID: OptionalIdentifier | UnsetType = UNSET
    taxCategoryID: OptionalIdentifier | UnsetType = UNSET
    calcLineDiscount: OptionalFigure | UnsetType = UNSET
    calcTransactionDiscount: OptionalFigure | UnsetType = UNSET
    tax1Rate: OptionalFigure | UnsetType = UNSET
    tax2Rate: OptionalFigure | UnsetType = UNSET
    tax: Flag | UnsetType = UNSET
    lineType: str = ""
    Item: Item | Literal[""] | UnsetType = UNSET
    Note: Note | Literal[""] | UnsetType = UNSET


class SaleLines(Struct):
    SaleLine: SaleLine | list[SaleLine] | Literal[""] | UnsetType = UNSET


class SalePayments(Struct):
    SalePayment: SalePayment | list[SalePayment] | Literal[""] | UnsetType = UNSET


class Sale(Struct):
    saleID: SaleNumber
    completed: Flag
    voided: Flag
    updateTime: Moment
    shopID: Identifier
    calcTotal: Figure
    calcTax1: Figure
    calcTax2: Figure
    completeTime: Moment | UnsetType = UNSET
    archived: Flag | UnsetType = UNSET
    isTaxInclusive: Flag | UnsetType = UNSET
    createTime: Moment | UnsetType = UNSET
    total: OptionalFigure | UnsetType = UNSET
    calcSubtotal: OptionalFigure | UnsetType = UNSET
    calcDiscount: OptionalFigure | UnsetType = UNSET
    calcPayments: OptionalFigure | UnsetType = UNSET
    cashRoundingDelta: OptionalFigure | UnsetType = UNSET
    calcTips: OptionalFigure | UnsetType = UNSET
    change: OptionalFigure | UnsetType = UNSET
    registerID: OptionalIdentifier | UnsetType = UNSET
    customerID: OptionalIdentifier | UnsetType = UNSET
    taxCategoryID: OptionalIdentifier | UnsetType = UNSET
    SaleLines: SaleLines | Literal[""] | UnsetType = UNSET
    SalePayments: SalePayments | Literal[""] | UnsetType = UNSET


def first_problem(payload: str) -> tuple[str, str] | None:
    """The JSON path of the first field that does not read, and what is wrong there; None when all do."""
    try:
        sale = _DECODER.decode(payload)
    except msgspec.ValidationError as problem:
        words, _, path = str(problem).partition(" - at `")
        return _with_field(path.rstrip("`") or "$", words), words
    except (msgspec.DecodeError, UnicodeError) as problem:
        return "$", str(problem)
    if isinstance(sale.completeTime, UnsetType) and _is_done(payload):
        return "$.completeTime", "a completed sale has no completeTime"
    return None


def _is_done(payload: str) -> bool:
    """Completed, and not voided: a voided sale may have lost its completeTime."""
    flags = msgspec.json.decode(payload, type=dict[str, msgspec.Raw])
    return _text(flags["completed"]) == "true" and _text(flags["voided"]) == "false"


def _text(raw: msgspec.Raw) -> str:
    return bytes(raw).decode().strip('"').lower()


def _with_field(path: str, words: str) -> str:
    """A missing field is named in the words only; the path shall lead to it too."""
    missing = re.search(r"missing required field `(\w+)`", words)
    return f"{path}.{missing.group(1)}" if missing else path


def _read_identifier(text: str) -> None:
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(f"expected an id of digits, got {text!r}")


def _read_sale_number(text: str) -> None:
    _read_identifier(text)
    if text.startswith("0"):
        raise ValueError(f"expected the id of a sale, got {text!r}")


def _read_figure(text: str) -> None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"expected a number, got {text!r}") from None
    if not number.is_finite() or abs(number) >= _TOO_BIG:
        raise ValueError(f"expected a number within reason, got {text!r}")


def _read_whole(text: str) -> None:
    _read_figure(text)
    if Decimal(text) % 1:
        raise ValueError(f"expected a whole number, got {text!r}")


def _read_flag(text: str) -> None:
    if text not in ("true", "false"):
        raise ValueError(f"expected true or false, got {text!r}")


def _read_moment(text: str) -> None:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"expected a time, got {text!r}") from None
    if value.tzinfo is None:
        raise ValueError(f"expected a time with its offset, got {text!r}")


def _unless_blank(read: Callable[[str], None]) -> Callable[[str], None]:
    def read_or_blank(text: str) -> None:
        if text:
            read(text)

    return read_or_blank


_READERS: dict[type, Callable[[str], None]] = {
    SaleNumber: _read_sale_number,
    Identifier: _read_identifier,
    Figure: _read_figure,
    Whole: _read_whole,
    Flag: _read_flag,
    Moment: _read_moment,
    OptionalFigure: _unless_blank(_read_figure),
    OptionalIdentifier: _unless_blank(_read_identifier),
}


def _read(kind: type, value: Any) -> Any:
    if isinstance(value, bool):
        value = str(value).lower()
    if value is None or isinstance(value, (dict, list)):
        raise ValueError(
            f"expected a single value, got {'nothing' if value is None else type(value).__name__}"
        )
    _READERS[kind](str(value))
    return kind()


_DECODER = msgspec.json.Decoder(Sale, dec_hook=_read)
