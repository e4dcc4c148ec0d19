"""The bytes of a request: the wire form of docs/interface.md 6, and when there are none."""

from __future__ import annotations

import dataclasses
import hashlib
from decimal import Decimal

import pytest
from lxml import etree

from lightspeed_prima.prima import elements, requests
from lightspeed_prima.prima.elements import UnrenderableDocument
from lightspeed_prima.prima.requests import SiteChoices, render
from lightspeed_prima_tests.prima import make

SITE = SiteChoices()


def _data(payload: bytes) -> etree._Element:
    root = etree.fromstring(payload)
    assert [child.tag for child in root] == ["Data"]
    return root[0]


def test_an_order_has_one_data_and_its_elements_in_the_order_prima_was_seen_to_take() -> None:
    two_lines = make.order(
        lines=(make.line(1), make.line(2)),
        payments=(make.payment(1), make.payment(2, pay_method="CC")),
        gross=Decimal("246.00"),
    )
    data = _data(render(two_lines, SITE).payload)
    assert [child.tag for child in data] == [
        "OrderHeaderData",
        "OrderInvoiceData",
        "OrderLineData",
        "OrderLineData",
        "OrderChargeData",
        "OrderPaymentData",
        "OrderPaymentData",
    ]


def test_every_attribute_is_always_present_and_in_order() -> None:
    data = _data(render(make.order(), SITE).payload)
    assert list(data.attrib) == list(elements.ORDER_DATA)
    by_tag = {child.tag: list(child.attrib) for child in data}
    assert by_tag["OrderHeaderData"] == list(elements.ORDER_HEADER)
    assert by_tag["OrderInvoiceData"] == list(elements.ORDER_INVOICE)
    assert by_tag["OrderLineData"] == list(elements.ORDER_LINE)
    assert by_tag["OrderPaymentData"] == list(elements.ORDER_PAYMENT)
    assert (len(elements.ORDER_DATA), len(elements.ORDER_LINE), len(elements.ORDER_PAYMENT)) == (52, 49, 23)


def test_the_values_of_an_order_are_where_the_interface_puts_them() -> None:
    document = make.order(payments=(make.payment(exchange_credit_number="701990"),))
    data = _data(render(document, SITE).payload)
    assert {name: value for name, value in data.attrib.items() if value} == {
        "UniqueId": requests.unique_id("70142"),
        "Customer": "SHOP01",
        "TPGUID": "uk:42",
        "OrderNumber": "70142",
        "HoldOrder": "No",
        "OrderChannel": "POS",
        "VatInclusive": "Yes",
        "ReceiveMail": "No",
        "ReceiveEmail": "No",
        "ReceiveText": "No",
        "ReceivePhone": "No",
        "ReceiveMobile": "No",
        "RentDetails": "No",
    }
    line = data.find("OrderLineData")
    assert line is not None
    assert {name: value for name, value in line.attrib.items() if value} == {
        "OrderLine": "1",
        "Product": "SHOE1",
        "MtrxCode1": "F",
        "MtrxCode2": "075",
        "Quantity": "1",
        "Price": "123.00",
        "Warehouse": "DUB",
        "LineReference": "501",
        "Voucher": "No",
    }
    payment = data.find("OrderPaymentData")
    assert payment is not None
    assert {name: value for name, value in payment.attrib.items() if value} == {
        "PayMethod": "CSH",
        "SubPayMethod": "TILL",
        "TranAmount": "123.00",
        "PayProvider": "NONE",
        "PayAuthRef": "70142",
        "PayAuthId": "70142",
        "LineRef": "70142",
        "ExchCreditNo": "701990",
    }


def test_the_settings_show_in_the_order() -> None:
    data = _data(render(make.order(), SiteChoices(order_channel="TILL", hold_orders=True)).payload)
    assert (data.get("OrderChannel"), data.get("HoldOrder")) == ("TILL", "Yes")


def test_a_vat_exclusive_order_carries_its_vat_per_line() -> None:
    line = make.line(price=Decimal("100.00"), ext_tax=Decimal("23.00"))
    data = _data(render(make.order(vat_inclusive=False, lines=(line,)), SITE).payload)
    sent = data.find("OrderLineData")
    assert sent is not None
    assert (data.get("VatInclusive"), sent.get("Price"), sent.get("ExtTaxVal")) == ("No", "100.00", "23.00")


def test_a_credit_note_has_the_inferred_form_and_positive_figures() -> None:
    document = make.credit_note("70199", make.order())
    payload = render(document, SiteChoices(credit_note_request_type="MultiNewReturn")).payload
    assert etree.fromstring(payload).get("RequestType") == "MultiNewReturn"
    data = _data(payload)
    assert dict(data.attrib) == {
        "UniqueId": requests.unique_id("70199"),
        "Customer": "SHOP01",
        "TPGUID": "uk:99",
        "CreditNoteNumber": "70199",
        "OrderNumber": "70142",
        "VatInclusive": "Yes",
        "OrderChannel": "POS",
        "Reason": "return",
    }
    line, payment = data
    assert dict(line.attrib) == {
        "CreditLine": "1",
        "OrderLine": "1",
        "Product": "SHOE1",
        "MtrxCode1": "F",
        "MtrxCode2": "075",
        "MtrxCode3": "",
        "MtrxCode4": "",
        "Quantity": "1",
        "Price": "123.00",
        "Warehouse": "DUB",
        "LineReference": "501",
    }
    assert dict(payment.attrib) == {
        "PayMethod": "CSH",
        "SubPayMethod": "TILL",
        "TranAmount": "123.00",
        "PayAuthRef": "70199",
    }


def test_the_same_document_is_always_the_same_bytes() -> None:
    once, again = render(make.order(), SITE), render(make.order(), SITE)
    assert once == again
    assert once.sha256 == hashlib.sha256(once.payload).hexdigest()
    assert once.payload != render(make.order("70143"), SITE).payload


def test_the_unique_id_has_eight_digits_and_depends_on_the_number_only() -> None:
    ids = [requests.unique_id(str(number)) for number in range(70100000, 70100500)]
    assert all(len(one) == 8 and one.isdigit() for one in ids)
    assert len(set(ids)) == len(ids)


def test_free_text_is_folded_escaped_and_the_change_reported() -> None:
    document = make.credit_note("70199", make.order(), reason='5" heel – too <high> & "wide"')
    rendered = render(document, SITE)
    assert _data(rendered.payload).get("Reason") == '5" heel - too <high> & "wide"'
    assert len(rendered.text_changes) == 1
    assert "Reason" in rendered.text_changes[0]


def test_latin_1_text_goes_as_latin_1_bytes_under_its_declaration() -> None:
    document = make.credit_note("70199", make.order(), reason="zu groß")
    rendered = render(document, SITE)
    assert rendered.payload.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?>')
    assert b"zu gro\xdf" in rendered.payload
    assert rendered.text_changes == ()


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (make.order(prima_customer=""), "no customer account"),
        (dataclasses.replace(make.order(), document_number="701-42"), "digits"),
        (dataclasses.replace(make.order(), document_number="7" * 21), "digits"),
        (make.order(lines=()), "no line"),
        (make.order(lines=(make.line(depot=""),)), "no product or depot"),
        (make.order(lines=(make.line(product="SCHUH–1"),)), "Product"),
        (make.order(payments=(make.payment(amount=Decimal("122.99")),)), "not the same"),
        (make.order(gross=Decimal("123.01")), "not the same"),
        (make.order(payments=(make.payment(amount=Decimal("-123.00")),)), "not positive"),
        (
            make.order(
                lines=(make.line(price=Decimal("123.001")),),
                payments=(make.payment(amount=Decimal("123.001")),),
                gross=Decimal("123.001"),
            ),
            "finer than a penny",
        ),
    ],
)
def test_what_could_only_do_harm_is_not_rendered(document: make.PlannedDocument, words: str) -> None:
    with pytest.raises(UnrenderableDocument, match=words):
        render(document, SITE)
