"""Prima's side of `wsomhandler`: one request document in, one answer document out.

Pure of HTTP and SOAP, so that a simulation can drive it directly. Faults on the way are in faults.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from lightspeed_prima.twins.prima.attributes import SKU
from lightspeed_prima.twins.prima.books import Books, Refused, sku_key
from lightspeed_prima.twins.prima.credit_notes import read_credit_note
from lightspeed_prima.twins.prima.documents import Document, DocumentType
from lightspeed_prima.twins.prima.fields import Fields, Problems, check_attributes
from lightspeed_prima.twins.prima.options import PrimaOptions
from lightspeed_prima.twins.prima.orders import read_order
from lightspeed_prima.twins.prima.request_xml import Element, MalformedRequest, read_request
from lightspeed_prima.twins.prima.result_xml import (
    PARSE_ERROR,
    PrimaMessage,
    render_element,
    render_messages,
    render_result,
    render_root_error,
)
from lightspeed_prima.twins.prima.stock import available_in_range, available_of
from lightspeed_prima.twins.prima.store import Store, Submission
from lightspeed_prima.twins.prima_catalogue import PrimaCatalogue

_Booking = tuple[DocumentType, str, Callable[[Element, Books], Document]]
_BOOKINGS: dict[str, _Booking] = {
    "MultiNewOrder": ("sales_order", "OrderNumber", read_order),
    "MultiNewCreditNote": ("credit_note", "CreditNoteNumber", read_credit_note),
}


class _RequestError(Exception):
    """The request as a whole cannot be answered."""


class PrimaCompany:
    """The ERP behind the web service."""

    def __init__(self, catalogue: PrimaCatalogue, store: Store, options: PrimaOptions) -> None:
        self.books = Books(catalogue, store, options)

    def answer(self, document: str, company: str) -> str:
        """Process one request and say what became of it.

        Orders are booked one by one while the document is being parsed: when it turns out to be broken
        further on, those before stay booked although the answer speaks only of the error.
        """
        request_type = ""
        answers: list[str] = []

        def root(element: Element) -> None:
            nonlocal request_type
            request_type = element.attributes.get("RequestType", "")
            if element.name != "Request" or element.attributes.keys() != {"RequestType"}:
                raise _RequestError("The root element must be Request with nothing but a RequestType")
            if request_type not in _BOOKINGS and request_type not in self._questions():
                raise _RequestError(f"Request Type {request_type} is not known")

        def data(element: Element) -> None:
            if request_type in _BOOKINGS:
                answers.append(self._book(element, *_BOOKINGS[request_type]))
            else:
                answers.append(self._questions()[request_type](element))

        try:
            read_request(document, root, data)
        except MalformedRequest:
            return render_root_error(company, request_type, PARSE_ERROR)
        except _RequestError as problem:
            return render_root_error(company, request_type, str(problem))
        status = "" if request_type in _BOOKINGS else "OK"
        return render_result(company, request_type, "".join(answers), status=status)

    def _questions(self) -> dict[str, Callable[[Element], str]]:
        return {
            "OrderStatus": self._order_status,
            "ProductAvailableToSell": self._product_available,
            "MultiAvailableToSell": self._skus_available,
        }

    def _book(
        self,
        data: Element,
        document_type: DocumentType,
        number_name: str,
        read: Callable[[Element, Books], Document],
    ) -> str:
        messages: tuple[PrimaMessage, ...] = ()
        customer = ""
        store = self.books.store
        try:
            with store.transaction():
                booked = read(data, self.books)
                store.add_document(booked)
                self._remember(data, document_type, number_name, "")
                customer = booked.customer
        except Refused as refusal:
            messages = refusal.messages
            with store.transaction():
                self._remember(data, document_type, number_name, str(refusal))
        given = data.attributes
        return render_element(
            "Data",
            {
                number_name: given.get(number_name, ""),
                "CustRef": given.get("CustomerRef", ""),
                "CustomerCode": customer,
                "RequestStatus": "ERROR" if messages else "OK",
                "TPGUID": given.get("TPGUID", ""),
                "UniqueID": given.get("UniqueId", ""),
            },
            render_messages(messages, self.books.options.dev_mode) if messages else "",
        )

    def _remember(
        self, data: Element, document_type: DocumentType, number_name: str, error_text: str
    ) -> None:
        self.books.store.add_submission(
            Submission(
                number=data.attributes.get(number_name, ""),
                document_type=document_type,
                accepted=not error_text,
                error_text=error_text,
                payload_sha256=hashlib.sha256(_canonical(data).encode()).hexdigest(),
                received_at=self.books.options.now().isoformat(),
            )
        )

    def _order_status(self, data: Element) -> str:
        number = _only_attributes(data, frozenset({"OrderNumber"}))["OrderNumber"]
        document = self.books.store.document(number)
        if document is None:
            raise _RequestError(f"Sales Order Header does not exist with Order Number equal to {number}")
        if document.document_type == "credit_note":
            return render_element("Data", {"OrderStatus": "Credited"})
        return render_element("Data", {"OrderStatus": "On Hold" if document.on_hold else "Despatched"})

    def _product_available(self, data: Element) -> str:
        wanted = _only_attributes(data, frozenset({"ProductFrom", "ProductTo"}))
        rows = available_in_range(self.books, wanted["ProductFrom"], wanted["ProductTo"])
        return render_element("Data", {}, "".join(rows))

    def _skus_available(self, data: Element) -> str:
        problems = Problems()
        check_attributes(data, frozenset(), "Data", problems)
        for position, sku in enumerate(data.children, start=1):
            if sku.name != "sku":
                problems.add(f"{sku.name} {position} is an unknown element")
            check_attributes(sku, SKU, f"sku {position}", problems)
        keys = [sku_key(Fields(sku, "sku", problems)) for sku in data.children]
        if problems:
            raise _RequestError(problems.messages[0].text)
        rows, unknown = available_of(self.books, keys)
        if unknown and self.books.options.unknown_sku == "error":
            raise _RequestError(f"Product {'/'.join(unknown[0])} does not exist")
        return render_element("Data", {}, "".join(rows))


def _only_attributes(data: Element, allowed: frozenset[str]) -> dict[str, str]:
    problems = Problems()
    check_attributes(data, allowed, "Data", problems)
    if data.children:
        problems.add("Data holds elements")
    if problems:
        raise _RequestError(problems.messages[0].text)
    return data.attributes


def _canonical(element: Element) -> str:
    return render_element(element.name, element.attributes, "".join(_canonical(c) for c in element.children))
