"""What Prima takes as an order and what it refuses, with the reason in words."""

from __future__ import annotations

import pytest

from lightspeed_prima_tests.twins.prima.conftest import StartPrima
from lightspeed_prima_tests.twins.prima.talk import Talk, error_of, line, order, payment, plain_order


def test_a_booked_order_shows_its_lines_payments_depot_and_vat(prima: Talk) -> None:
    lines = [
        line(1, "SHOE1", "140.00", Warehouse="AMS", LineReference="9"),
        line(2, "BOOT9", "10", Warehouse="AMS"),
    ]
    prima.send_order(order("7011", lines, [payment("100.00"), payment("50", "CRD", PayAuthRef="55")]))
    (document,) = prima.get("/_twin/documents")
    assert (document["type"], document["gross"], document["warehouse"]) == ("sales_order", "150.00", "AMS")
    assert [(x["product"], x["net"], x["tax"], x["vat_code"]) for x in document["lines"]] == [
        ("SHOE1", "115.70", "24.30", "N"),
        ("BOOT9", "8.26", "1.74", "N"),
    ]
    assert [(x["pay_method"], x["amount"], x["reference"]) for x in document["payments"]] == [
        ("CSH", "100.00", ""),
        ("CRD", "50.00", "55"),
    ]
    assert document["submissions"] == 1


def test_a_repeated_number_is_refused_and_counted(prima: Talk) -> None:
    for _ in range(3):
        answer = prima.send_order(plain_order("7011"))
    assert error_of(answer).startswith("(E:21) ")
    assert prima.booked() == ["7011"]
    assert prima.get("/_twin/documents")[0]["submissions"] == 3
    assert prima.get("/_twin/stats")["duplicates_refused"] == 2


def test_what_was_booked_survives_a_restart(start_prima: StartPrima) -> None:
    start_prima().send_order(plain_order("7011"))
    again = start_prima()
    assert again.booked() == ["7011"]
    assert error_of(again.send_order(plain_order("7011"))).startswith("(E:21) ")


def test_a_blank_customer_opens_a_new_account_every_time(prima: Talk) -> None:
    codes = [prima.send_order(plain_order(n, Customer="")).get("CustomerCode") for n in ("7011", "7012")]
    assert codes == ["0000488311", "0000488312"]
    assert prima.get("/_twin/stats")["customers_created"] == 2


def test_a_refused_order_opens_no_account(prima: Talk) -> None:
    unpaid = order("7011", [line(1, "SHOE1", "140.00")], [payment("1.00")], Customer="")
    assert prima.send_order(unpaid).get("RequestStatus") == "ERROR"
    assert prima.get("/_twin/stats")["customers_created"] == 0


def test_a_vat_flag_other_than_the_price_book_s_is_548_after_194(prima: Talk) -> None:
    answer = prima.send_order(plain_order("7011", VatInclusive="No"))
    first, second = error_of(answer).split("(E:548)")
    assert first.startswith("(E:194) There were no Valid Order Lines found for the  Current Order 7011")
    assert second.strip() == (
        "Price obtained from the Price Book has a different VAT Incl Prices Value to the Sales Order"
    )
    assert answer.get("CustomerCode") == ""


def test_prices_without_vat_are_paid_with_their_external_tax(prima: Talk) -> None:
    lines = [line(1, "SHOE1", "100.00", ExtTaxVal="23.01")]
    trade = {"Customer": "TRADE1", "VatInclusive": "No"}
    assert "payments come to 100.00" in error_of(
        prima.send_order(order("1", lines, [payment("100.00")], **trade))
    )
    assert prima.send_order(order("2", lines, [payment("123.01")], **trade)).get("RequestStatus") == "OK"
    (document,) = prima.get("/_twin/documents")
    assert (document["lines"][0]["tax"], document["gross"]) == ("23.01", "123.01")


def test_charges_are_part_of_what_has_to_be_paid(prima: Talk) -> None:
    charges = ({"Charge": "RM24", "ChargeValue": "3.95"},)
    lines = [line(1, "SHOE1", "140.00")]
    prima.send_order(order("7011", lines, [payment("143.95")], charges))
    document = prima.get("/_twin/documents")[0]
    assert (document["gross"], document["lines"][1]["reference"]) == ("143.95", "RM24")


def test_a_blank_charge_row_counts_for_nothing(prima: Talk) -> None:
    charges = ({"Charge": "", "ChargeValue": "0.00"},)
    answer = prima.send_order(order("7011", [line(1, "SHOE1", "140.00")], [payment("140.00")], charges))
    assert answer.get("RequestStatus") == "OK"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Product": "GHOST"}, "Product GHOST"),
        ({"MtrxCode1": "G"}, "Matrix Levels G/075// of Product SHOE1"),
        ({"Warehouse": "CORK"}, "Warehouse CORK"),
        ({"Quantity": "-1"}, "Quantity must be a positive whole number"),
        ({"Quantity": "1.0"}, "Quantity must be a positive whole number"),
        ({"Price": "140,00"}, "Price must be an amount"),
        ({"Price": "140.001"}, "Price must be an amount"),
        ({"OrderLine": "2"}, "OrderLine must be 1"),
        ({"Voucher": ""}, "Voucher must be Yes or No"),
        ({"ExtTaxVal": "26.18"}, "ExtTaxVal must be blank"),
        ({"TrDisc": "5.00"}, "TrDisc must be blank"),
        ({"Product": "HEMMING", "MtrxCode1": "", "MtrxCode2": "", "Warehouse": "AMS"}, "NO VALID VAT Code"),
    ],
)
def test_a_wrong_line_refuses_the_order_and_names_the_cause(
    prima: Talk, changes: dict[str, str], said: str
) -> None:
    wrong = {**line(1, "SHOE1", "140.00"), **changes}
    answer = prima.send_order(order("7011", [wrong], [payment("140.00")]))
    assert answer.get("RequestStatus") == "ERROR"
    assert error_of(answer).startswith("(E:194) ")
    assert said in error_of(answer)
    assert prima.booked() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"OrderNumber": "701-1"}, "OrderNumber must be 1 to 20 digits"),
        ({"OrderNumber": ""}, "OrderNumber must be 1 to 20 digits"),
        ({"UniqueId": "42"}, "UniqueId must be 8 to 8 digits"),
        ({"TPGUID": ""}, "TPGUID must not be blank"),
        ({"VatInclusive": "yes"}, "VatInclusive must be Yes or No"),
        ({"Customer": "NOBODY"}, "NO VALID Customer Details for Customer NOBODY"),
        ({"Loyalty": "1"}, "Data attribute Loyalty is unknown"),
    ],
)
def test_a_wrong_head_refuses_the_order_and_names_the_cause(
    prima: Talk, changes: dict[str, str], said: str
) -> None:
    assert said in error_of(prima.send_order(plain_order("7011", **changes)))


@pytest.mark.parametrize(
    ("removed", "said"),
    [
        (' WROrdRef4=""', "Data attribute WROrdRef4 is missing"),
        (' SendToApproval=""', "OrderHeaderData 1 attribute SendToApproval is missing"),
        (' VchEmail=""', "OrderLineData 3 attribute VchEmail is missing"),
        (' ExchCreditNo=""', "OrderPaymentData 4 attribute ExchCreditNo is missing"),
    ],
)
def test_every_attribute_has_to_be_sent(prima: Talk, removed: str, said: str) -> None:
    assert said in error_of(prima.send_order(plain_order("7011").replace(removed, "")))


def test_elements_have_to_be_known_and_in_their_order(prima: Talk) -> None:
    whole = plain_order("7011")
    start, end = whole.index("<OrderLineData"), whole.index("<OrderPaymentData")
    swapped = whole[:start] + whole[end:].replace("</Data>", whole[start:end] + "</Data>")
    assert "stands after OrderPaymentData" in error_of(prima.send_order(swapped))
    assert "is an unknown element" in error_of(prima.send_order(whole.replace("</Data>", "<Extra/></Data>")))


@pytest.mark.parametrize("amount", ["0.00", "-140.00", "139.99"])
def test_payments_are_positive_and_equal_the_lines_to_the_penny(prima: Talk, amount: str) -> None:
    answer = prima.send_order(order("7011", [line(1, "SHOE1", "140.00")], [payment(amount)]))
    assert answer.get("RequestStatus") == "ERROR"
    assert prima.booked() == []


def test_one_bad_order_does_not_stop_its_neighbours_in_the_request(prima: Talk) -> None:
    answers = prima.ask("MultiNewOrder", plain_order("7011"), plain_order("7012", "0"), plain_order("7013"))
    assert [data.get("RequestStatus") for data in answers] == ["OK", "ERROR", "OK"]
    assert answers.get("RequestStatus") is None
