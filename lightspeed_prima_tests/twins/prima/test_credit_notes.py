"""Credit notes against their orders, and exchanges that they pay."""

from __future__ import annotations

import pytest

from lightspeed_prima_tests.twins.prima.talk import (
    Talk,
    credit_line,
    credit_note,
    credit_payment,
    error_of,
    line,
    order,
    payment,
    plain_credit,
    plain_order,
)


def test_a_credit_note_is_answered_like_an_order_and_read_back_by_its_number(prima: Talk) -> None:
    prima.send_order(plain_order("7011"))
    answer = prima.send_credit(plain_credit("7019", "7011", Reason="too small"))
    assert {**answer.attrib} == {
        "CreditNoteNumber": "7019",
        "CustRef": "",
        "CustomerCode": "SHOP01",
        "RequestStatus": "OK",
        "TPGUID": "uk:7019",
        "UniqueID": "00007019",
    }
    assert prima.status("7019").get("RequestStatus") == "OK"
    note = prima.get("/_twin/documents")[1]
    assert (note["type"], note["original"], note["gross"], note["reason"]) == (
        "credit_note",
        "7011",
        "140.00",
        "too small",
    )


def test_orders_and_credit_notes_share_one_number_space(prima: Talk) -> None:
    prima.send_order(plain_order("7011"))
    assert error_of(prima.send_credit(plain_credit("7011", "7011"))).startswith("(E:21) ")
    prima.send_credit(plain_credit("7019", "7011"))
    assert error_of(prima.send_order(plain_order("7019"))).startswith("(E:21) ")


def test_the_original_has_to_be_an_order_that_exists(prima: Talk) -> None:
    prima.send_order(plain_order("7011"))
    prima.send_credit(plain_credit("7019", "7011"))
    assert "there is no order 7012" in error_of(prima.send_credit(plain_credit("7018", "7012")))
    assert "there is no order 7019" in error_of(prima.send_credit(plain_credit("7018", "7019")))


def test_no_more_units_come_back_than_went_out(prima: Talk) -> None:
    lines = [line(1, "SHOE1", "140.00"), line(2, "SHOE1", "130.00")]
    prima.send_order(order("7011", lines, [payment("270.00")]))
    assert prima.send_credit(plain_credit("7016", "7011")).get("RequestStatus") == "OK"
    second = credit_note(
        "7017", "7011", [credit_line(1, "SHOE1", "130.00", OrderLine="2")], [credit_payment("130.00")]
    )
    assert prima.send_credit(second).get("RequestStatus") == "OK"
    assert "has 2 of SHOE1/F/075//, 2 credited before, 1 more asked" in error_of(
        prima.send_credit(plain_credit("7018", "7011"))
    )


def test_an_unlinked_credit_note_stands_alone(prima: Talk) -> None:
    lines = [credit_line(1, "SHOE1", "140.00", OrderLine="")]
    assert (
        prima.send_credit(credit_note("7018", "", lines, [credit_payment("140.00")])).get("RequestStatus")
        == "OK"
    )
    assert "but there is no order" in error_of(prima.send_credit(plain_credit("7019", "")))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"OrderLine": "7"}, "order 7011 has no line 7"),
        ({"Product": "BOOT9", "MtrxCode1": "", "MtrxCode2": ""}, "order line 1 is product SHOE1/F/075//"),
        ({"Quantity": "-1"}, "Quantity must be a positive whole number"),
        ({"CreditLine": "2"}, "CreditLine must be 1"),
        ({"Colour": "red"}, "CreditLineData 1 attribute Colour is unknown"),
    ],
)
def test_a_wrong_line_refuses_the_credit_note(prima: Talk, changes: dict[str, str], said: str) -> None:
    prima.send_order(plain_order("7011"))
    lines = [{**credit_line(1, "SHOE1", "140.00"), **changes}]
    assert said in error_of(prima.send_credit(credit_note("7019", "7011", lines, [credit_payment("140.00")])))


def test_the_customer_is_that_of_the_original_and_the_flag_that_of_its_price_book(prima: Talk) -> None:
    prima.send_order(plain_order("7011"))
    other = plain_credit("7019", "7011", Customer="TRADE1", VatInclusive="No")
    assert "order 7011 is on SHOP01" in error_of(prima.send_credit(other))
    assert "(E:548)" in error_of(prima.send_credit(plain_credit("7019", "7011", VatInclusive="No")))


def test_payments_of_a_credit_note_equal_its_lines(prima: Talk) -> None:
    prima.send_order(plain_order("7011"))
    lines = [credit_line(1, "SHOE1", "140.00")]
    answer = prima.send_credit(credit_note("7019", "7011", lines, [credit_payment("139.99")]))
    assert "payments come to 139.99, lines to 140.00" in error_of(answer)


def test_goods_returned_in_another_country_credit_the_vat_of_their_sale(prima: Talk) -> None:
    prima.send_order(plain_order("7011"))
    lines = [credit_line(1, "SHOE1", "140.00", Warehouse="AMS")]
    prima.send_credit(credit_note("7019", "7011", lines, [credit_payment("140.00")]))
    (credited,) = prima.get("/_twin/documents")[1]["lines"]
    assert (credited["vat_code"], credited["tax"], credited["depot"]) == ("S", "26.18", "AMS")


def test_without_vat_in_prices_the_vat_is_what_the_payments_hold_besides(prima: Talk) -> None:
    trade = {"Customer": "TRADE1", "VatInclusive": "No"}
    sold = [line(1, "SHOE1", "100.00", ExtTaxVal="23.01")]
    prima.send_order(order("7011", sold, [payment("123.01")], **trade))
    back = [credit_line(1, "SHOE1", "100.00")]
    far = prima.send_credit(credit_note("7018", "7011", back, [credit_payment("123.03")], **trade))
    near = prima.send_credit(credit_note("7019", "7011", back, [credit_payment("123.00")], **trade))
    assert "payments differ from lines and VAT by 0.02" in error_of(far)
    assert near.get("RequestStatus") == "OK"
    assert prima.get("/_twin/documents")[1]["lines"][0]["tax"] == "23.00"


def test_an_exchange_pays_the_new_order_with_the_value_of_the_credit_note(prima: Talk) -> None:
    prima.send_order(plain_order("7011"))
    lines = [credit_line(1, "SHOE1", "140.00")]
    prima.send_credit(credit_note("7019", "7011", lines, [credit_payment("140.00", "EXC")]))

    def exchange(number: str, credit: str) -> str:
        paid = [payment("140.00", "EXC", ExchCreditNo=credit), payment("20.00")]
        return order(number, [line(1, "SHOE1", "160.00")], paid)

    assert "ExchCreditNo 7099 is not a credit note" in error_of(prima.send_order(exchange("7012", "7099")))
    assert "ExchCreditNo 7011 is not a credit note" in error_of(prima.send_order(exchange("7012", "7011")))
    assert prima.send_order(exchange("7012", "7019")).get("RequestStatus") == "OK"
    assert "has 0.00 of EXC left" in error_of(prima.send_order(exchange("7013", "7019")))
