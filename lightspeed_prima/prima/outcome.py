"""What an answer of Prima proves: accepted, refused, or nothing at all.

What does not belong here: what is done about it (posting). Success needs positive proof at the level that
belongs to the request; everything that is neither proof nor a clear refusal is unclear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lightspeed_prima.prima import credit_note, soap, wire
from lightspeed_prima.prima.xml import NotXml, children, local_name

if TYPE_CHECKING:
    from lxml import etree

    from lightspeed_prima.prima.documents import DocumentType

_CODE = re.compile(r"\((E:\d+)\)")
_STACK_TRACE = re.compile(r"\s+DEV MODE Stack Trace.*?(?=\(E:\d+\)|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP, whatever it is."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing came back. `sent` is False only when the request provably never left this machine."""

    sent: bool
    code: str
    text: str


Reply = Answer | NoAnswer


@dataclass(frozen=True, slots=True)
class PrimaError:
    """One error of an answer: its code, blank when it has none, and its text without stack traces."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a submission came to. `reference` is the number Prima echoed, only when it accepted."""

    kind: Literal["accepted", "refused", "duplicate", "configuration", "unclear", "not_sent"]
    code: str = ""
    text: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a read-back came to. `sale_key` is the TPGUID of what is there, when the answer names it."""

    kind: Literal["found", "not_found", "unclear", "not_sent"]
    code: str = ""
    text: str = ""
    status: str = ""
    sale_key: str = ""


def judge_submission(reply: Reply, document_type: DocumentType, number: str, request_type: str) -> Verdict:
    """Whether Prima took the document. Only `RequestStatus="OK"` beside the right number says so."""
    result = _result(reply, request_type)
    if isinstance(result, NoAnswer):
        return Verdict("unclear" if result.sent else "not_sent", result.code, result.text)
    if result.get("RequestStatus", "OK") != "OK":
        return _judge_root_error(result)
    per_document = list(children(result, "Data"))
    if len(per_document) != 1:
        return Verdict(
            "unclear", "NO_PROOF", f"the answer holds {len(per_document)} results for one document"
        )
    data = per_document[0]
    attribute = "OrderNumber" if document_type == "sales_order" else credit_note.NUMBER_ATTRIBUTE
    echoed, status = data.get(attribute, ""), data.get("RequestStatus", "")
    if status == "OK" and echoed == number:
        return Verdict("accepted", reference=echoed)
    if status == "ERROR" and echoed in (number, ""):
        return _judge_refusal(errors_of(data))
    return Verdict("unclear", "NO_PROOF", f"the answer says {status!r} for number {echoed!r}")


def judge_read_back(reply: Reply, number: str) -> Finding:
    """Whether a document of this number is in Prima."""
    result = _result(reply, "OrderStatus")
    if isinstance(result, NoAnswer):
        return Finding("unclear" if result.sent else "not_sent", result.code, result.text)
    if result.get("RequestStatus") == "ERROR":
        return _judge_absence(errors_of(result))
    data = next(children(result, "Data"), None)
    if data is None:
        return Finding("unclear", "NO_PROOF", "the answer names no order")
    if data.get("RequestStatus") == "ERROR":
        return _judge_absence(errors_of(data))
    echoed = data.get("OrderNumber") or data.get(credit_note.NUMBER_ATTRIBUTE) or number
    status = data.get("OrderStatus", "")
    if result.get("RequestStatus") != "OK" or not status or echoed != number:
        return Finding("unclear", "NO_PROOF", f"the answer says status {status!r} for number {echoed!r}")
    return Finding("found", status=status, sale_key=data.get("TPGUID", ""))


def errors_of(element: etree._Element) -> tuple[PrimaError, ...]:
    """Every error an element tells of, root causes before what merely follows from them."""
    own = [element.get("Error", "")]
    nested = [child.get("Error", "") for child in children(element, "RequestError")]
    found = [error for text in dict.fromkeys(own + nested) if text.strip() for error in _split(text)]
    return tuple(sorted(found, key=lambda error: error.code in wire.FOLLOW_ON_CODES))


def read_result(reply: Reply, request_type: str) -> etree._Element | NoAnswer:
    """The `Result` of an answer whose root says OK, or why there is none. For questions."""
    result = _result(reply, request_type)
    if isinstance(result, NoAnswer) or result.get("RequestStatus") == "OK":
        return result
    text = "; ".join(error.text for error in errors_of(result)) or "the answer does not say OK"
    return NoAnswer(sent=True, code="REQUEST_ERROR", text=text)


def _result(reply: Reply, request_type: str) -> etree._Element | NoAnswer:
    if isinstance(reply, NoAnswer):
        return reply
    text = soap.read_answer(reply.body)
    if isinstance(text, soap.Trouble):
        code = text.code if reply.status in (200, 500) else f"HTTP_{reply.status}"
        return NoAnswer(sent=True, code=code, text=f"HTTP {reply.status}: {text.text}")
    if reply.status != 200:
        return NoAnswer(
            sent=True, code=f"HTTP_{reply.status}", text="an answer under an error status proves nothing"
        )
    try:
        result = soap.inner_document(text)
    except NotXml as problem:
        return NoAnswer(sent=True, code="BAD_DOCUMENT", text=f"the inner document does not parse: {problem}")
    if local_name(result) != "Result":
        return NoAnswer(sent=True, code="BAD_DOCUMENT", text=f"the inner document is a {local_name(result)}")
    answered = result.get("RequestType", request_type)
    if answered != request_type:
        return NoAnswer(sent=True, code="NO_PROOF", text=f"the answer belongs to a {answered} request")
    return result


def _judge_root_error(result: etree._Element) -> Verdict:
    errors = errors_of(result)
    text = "; ".join(error.text for error in errors) or "an error without words"
    if wire.MALFORMED_REQUEST.search(text):
        return Verdict("refused", wire.MALFORMED_CODE, text)
    return Verdict("unclear", "ROOT_ERROR", text)


def _judge_refusal(errors: tuple[PrimaError, ...]) -> Verdict:
    text = "; ".join(f"({error.code}) {error.text}" if error.code else error.text for error in errors)
    codes = [error.code for error in errors if error.code]
    if wire.DUPLICATE_CODE in codes:
        return Verdict("duplicate", wire.DUPLICATE_CODE, text)
    for code in codes:
        if code in wire.CONFIGURATION_CODES:
            return Verdict("configuration", code, text)
    return Verdict("refused", codes[0] if codes else "NO_CODE", text or "refused without a reason")


def _judge_absence(errors: tuple[PrimaError, ...]) -> Finding:
    text = "; ".join(error.text for error in errors)
    if any(wire.RUNTIME_ERROR.search(error.text) for error in errors):
        return Finding("unclear", "ROOT_ERROR", text)
    return Finding("not_found", text=text)


def _split(text: str) -> list[PrimaError]:
    """One attribute may hold several errors; the line feeds between them are gone by now."""
    clean = _STACK_TRACE.sub(" ", text)
    before, *coded = _CODE.split(clean)
    errors = [PrimaError(code, _one_line(words)) for code, words in zip(coded[::2], coded[1::2], strict=True)]
    return errors if errors or not before.strip() else [PrimaError("", _one_line(before))]


def _one_line(text: str) -> str:
    return " ".join(text.split())
