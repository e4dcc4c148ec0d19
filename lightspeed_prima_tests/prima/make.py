"""Planned documents for tests: a pair of shoes, paid in cash, unless the test says otherwise."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from lightspeed_prima.prima.documents import PlannedDocument, PlannedLine, PlannedPayment
from lightspeed_prima.prima.outcome import Answer

SHOE = ("F", "075", "", "")


def line(order_line: int = 1, **changes: Any) -> PlannedLine:
    plain = PlannedLine(
        order_line=order_line,
        line_id=str(500 + order_line),
        line_kind="item",
        lightspeed_sku="SHOE1-F-075",
        product="SHOE1",
        mtrx=SHOE,
        quantity=1,
        price=Decimal("123.00"),
        net=Decimal("100.00"),
        tax=Decimal("23.00"),
        gross=Decimal("123.00"),
        ext_tax=None,
        vat_code="S",
        depot="DUB",
        original_line_id="",
        original_order_line=None,
        line_reference=str(500 + order_line),
    )
    return dataclasses.replace(plain, **changes)


def payment(payment_no: int = 1, **changes: Any) -> PlannedPayment:
    plain = PlannedPayment(
        payment_no=payment_no,
        pay_method="CSH",
        sub_pay_method="TILL",
        amount=Decimal("123.00"),
        kind="cash",
        payment_type_id="1",
        exchange_credit_number="",
        payment_reference="",
    )
    return dataclasses.replace(plain, **changes)


def order(number: str = "70142", **changes: Any) -> PlannedDocument:
    plain = PlannedDocument(
        document_number=number,
        document_type="sales_order",
        sale_key=f"uk:{number.removeprefix('701')}",
        account="uk",
        original_sale_key="",
        original_document_number="",
        business_date=date(2026, 11, 2),
        completed_at=datetime(2026, 11, 2, 12, tzinfo=UTC),
        shop_id="1",
        depot="DUB",
        prima_customer="SHOP01",
        vat_inclusive=True,
        currency="EUR",
        net=Decimal("100.00"),
        tax=Decimal("23.00"),
        gross=Decimal("123.00"),
        reason="",
        source_digest=f"digest-{number}",
        depends_on=(),
        sequence=int(number),
        lines=(line(),),
        payments=(payment(),),
    )
    return dataclasses.replace(plain, **changes)


def credit_note(number: str, original: PlannedDocument, **changes: Any) -> PlannedDocument:
    """The whole of `original` given back."""
    returned = tuple(
        dataclasses.replace(taken, original_line_id=taken.line_id, original_order_line=taken.order_line)
        for taken in original.lines
    )
    plain = dataclasses.replace(
        original,
        document_number=number,
        document_type="credit_note",
        sale_key=f"uk:{number.removeprefix('701')}",
        original_sale_key=original.sale_key,
        original_document_number=original.document_number,
        reason="return",
        source_digest=f"digest-{number}",
        depends_on=(original.document_number,),
        sequence=original.sequence + 1000,
        lines=returned,
    )
    return dataclasses.replace(plain, **changes)


def answer(inner: str, status: int = 200) -> Answer:
    """A SOAP answer around a Prima document, with names this client was never told."""
    text = inner.replace("&", "&amp;").replace("<", "&lt;")
    envelope = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
        f'<x:wsomhandlerResponse xmlns:x="urn:any:thing"><weirdPart>{text}</weirdPart></x:wsomhandlerResponse>'
        "</S:Body></S:Envelope>"
    )
    return Answer(status, envelope.encode())


def result(inner: str, attributes: str = 'RequestType="MultiNewOrder"') -> str:
    head = '<?xml version="1.0" encoding="ISO-8859-1" ?>\n'
    return f'{head}<Result Company="1" {attributes}>{inner}</Result>'
