"""Sales rung at the till become exactly these Prima documents."""

from __future__ import annotations

from lightspeed_prima_tests.models.conftest import Books
from lightspeed_prima_tests.models.till import Line, Rung, Tender

CARD = {"type_id": "3", "type_name": "credit card"}
BROGUE = Line(15001, "BROGUE-F-075", "140.00", quantity=2, discount="28.00")
LACES = Line(15002, "LACES", "4.95")
SALE = Rung(9001, [BROGUE, LACES], [Tender("56.95"), Tender("200", **CARD)])


def test_a_sale_becomes_one_order_with_a_line_per_unit(books: Books) -> None:
    books.ring(SALE)
    books.build()
    assert books.documents() == [("7019001", "sales_order", "", "DUB", "256.95", None)]
    assert books.lines("7019001") == [
        (1, "BROGUE", "075", 1, "126.00", "23.56", None),
        (2, "BROGUE", "075", 1, "126.00", "23.56", None),
        (3, "LACES", "ONE", 1, "4.95", "0.93", None),
    ]
    assert books.payments("7019001") == [("CSH", "56.95", ""), ("CRD", "200.00", "")]


def test_as_sold_keeps_units_of_one_price_together_and_splits_what_does_not_divide(books: Books) -> None:
    books.ring(Rung(9002, [Line(1, "LACES", "3.34", quantity=3, discount="0.02")], [Tender("10.00")]))
    books.build(line_quantity="as_sold")
    assert [line[:5] for line in books.lines("7019002")] == [
        (1, "LACES", "ONE", 2, "3.33"),
        (2, "LACES", "ONE", 1, "3.34"),
    ]


def test_a_vat_exclusive_shop_sends_net_prices_and_the_vat_beside_them(books: Books) -> None:
    lines = [Line(1, "BROGUE-F-075", "113.82"), Line(2, "LACES", "4.02")]
    books.ring(Rung(9003, lines, [Tender("144.94")], shop="3", inclusive=False))
    books.build()
    assert books.documents() == [("7019003", "sales_order", "", "TRD", "144.94", None)]
    assert books.rows(
        "select cast(price as varchar), cast(ext_tax as varchar) from posting.document_lines order by 1"
    ) == [
        ("113.82", "26.18"),
        ("4.02", "0.92"),
    ]


def test_a_partial_refund_credits_only_the_returned_unit(books: Books) -> None:
    back = Line(15101, "BROGUE-F-075", "140.00", quantity=-1, discount="14.00", parent=15001)
    refund = Rung(9050, [back], [Tender("-126", **CARD)], shop="2", completed="2026-11-05T17:00:00+00:00")
    books.ring(SALE, refund)
    books.build()
    assert books.documents()[1] == ("701015101", "credit_note", "7019001", "NYC", "126.00", None)
    assert books.lines("701015101") == [(1, "BROGUE", "075", 1, "126.00", "23.56", 1)]
    assert books.payments("701015101") == [("CRD", "126.00", "")]
    assert books.rows(
        "select depends_on, prima_customer from posting.planned_documents where document_type = 'credit_note'"
    ) == [(["7019001"], "SHOP01")]


def test_a_second_refund_takes_back_the_second_unit_and_a_third_is_too_much(books: Books) -> None:
    def refund(sale_id: int) -> Rung:
        back = Line(sale_id * 10, "BROGUE-F-075", "140.00", quantity=-1, discount="14.00", parent=15001)
        return Rung(sale_id, [back], [Tender("-126")], completed=f"2026-11-05T17:00:{sale_id % 60:02d}+00:00")

    books.ring(SALE, refund(9050), refund(9051), refund(9052))
    books.build()
    assert [books.lines(f"7010{sale_id}0")[0][6] for sale_id in (9050, 9051)] == [1, 2]
    assert books.codes() == {("uk:9052", "OVER_REFUND")}


def test_an_exchange_up_pays_the_order_with_the_credit_and_the_rest_by_card(books: Books) -> None:
    exchange = Rung(
        9060,
        [
            Line(15201, "LACES", "4.95", quantity=-1, parent=15002),
            Line(15202, "BROGUE-F-080", "140.00"),
        ],
        [Tender("135.05", **CARD)],
        completed="2026-11-06T17:00:00+00:00",
    )
    books.ring(SALE, exchange)
    books.build()
    credit = "701015201"
    assert books.documents()[1:] == [
        (credit, "credit_note", "7019001", "DUB", "4.95", None),
        ("7019060", "sales_order", "", "DUB", "140.00", None),
    ]
    assert books.payments("7019060") == [("EXC", "4.95", credit), ("CRD", "135.05", "")]
    assert books.payments(credit) == [("EXC", "4.95", "")]
    assert books.rows(
        "select depends_on from posting.planned_documents where document_number = '7019060'"
    ) == [([credit],)]


def test_an_exchange_down_gives_the_rest_back_on_the_credit_note(books: Books) -> None:
    exchange = Rung(
        9061,
        [
            Line(15301, "BROGUE-F-075", "140.00", quantity=-1, discount="14.00", parent=15001),
            Line(15302, "LACES", "4.95"),
        ],
        [Tender("-121.05")],
        completed="2026-11-06T17:00:00+00:00",
    )
    books.ring(SALE, exchange)
    books.build()
    assert books.payments("7019061") == [("EXC", "4.95", "701015301")]
    assert books.payments("701015301") == [("EXC", "4.95", ""), ("CSH", "121.05", "")]


def test_an_even_exchange_moves_no_money(books: Books) -> None:
    lines = [Line(1, "LACES", "4.95", quantity=-1, parent=15002), Line(2, "LACES", "4.95")]
    books.ring(SALE, Rung(9062, lines, [], completed="2026-11-06T17:00:00+00:00"))
    books.build()
    assert books.payments("7019062") == [("EXC", "4.95", "70101")]
    assert books.payments("70101") == [("EXC", "4.95", "")]
    assert books.dispositions()["uk:9062"] == "pending"


def test_two_tenders_over_two_credit_notes_add_up_both_ways(books: Books) -> None:
    other = Rung(9010, [Line(15010, "LACES", "10.00")], [Tender("10.00")])
    lines = [
        Line(1, "LACES", "4.95", quantity=-1, parent=15002),
        Line(2, "LACES", "10.00", quantity=-1, parent=15010),
    ]
    refund = Rung(
        9063, lines, [Tender("-5.00"), Tender("-9.95", **CARD)], completed="2026-11-06T17:00:00+00:00"
    )
    books.ring(SALE, other, refund)
    books.build()
    assert books.payments("70101") == [("CSH", "1.66", ""), ("CRD", "3.29", "")]
    assert books.payments("70102") == [("CSH", "3.34", ""), ("CRD", "6.66", "")]


def test_a_gift_card_sold_is_a_line_and_its_redemption_a_tender(books: Books) -> None:
    lines = [Line(1, None, "0", rate="0", tax_class="8", note="Gift Card Purchase"), Line(2, "LACES", "4.95")]
    sold = Tender("-50", type_id="5", type_name="gift card", credit_line=1)
    books.ring(
        Rung(9090, lines, [sold, Tender("54.95", **CARD)]),
        Rung(9100, [Line(3, "LACES", "4.95")], [Tender("4.95", type_id="5", type_name="gift card")]),
    )
    books.build()
    assert books.lines("7019090") == [
        (1, "GIFTCARD", "ONE", 1, "50.00", "0.00", None),
        (2, "LACES", "ONE", 1, "4.95", "0.93", None),
    ]
    assert books.payments("7019090") == [("CRD", "54.95", "")]
    assert books.payments("7019100") == [("GFT", "4.95", "")]


def test_a_refund_onto_a_gift_card_is_a_tender_given_back(books: Books) -> None:
    back = Line(1, "LACES", "4.95", quantity=-1, parent=15002)
    refund = Rung(
        9064,
        [back],
        [Tender("-4.95", type_id="5", type_name="gift card")],
        completed="2026-11-06T17:00:00+00:00",
    )
    books.ring(SALE, refund)
    books.build()
    assert books.payments("70101") == [("GFT", "4.95", "")]


def test_charges_services_and_tips_use_their_own_mapping_rows(books: Books) -> None:
    lines = [
        Line(1, None, "12.00", note="Hemming"),
        Line(2, "RESOLE", "45.00", item_type="non_inventory"),
    ]
    books.ring(Rung(9080, lines, [Tender("60.00", tip="3.00", **CARD)]))
    books.build()
    assert [line[:5] for line in books.lines("7019080")] == [
        (1, "SERVICE", "ONE", 1, "12.00"),
        (2, "RESOLE", "ONE", 1, "45.00"),
        (3, "TIP", "ONE", 1, "3.00"),
    ]
    assert books.rows("select line_kind, vat_code from core.transaction_lines order by line_no") == [
        ("misc_charge", "S"),
        ("service", "S"),
        ("tip", "N"),
    ]


def test_voided_tenders_zero_rows_and_change_are_not_money(books: Books) -> None:
    tenders = [Tender("4.95", archived=True, **CARD), Tender("0"), Tender("4.95")]
    books.ring(Rung(9004, [LACES], tenders, changes={"change": "5.05"}))
    books.build()
    assert books.payments("7019004") == [("CSH", "4.95", "")]


def test_one_tender_row_carries_the_total_when_prima_takes_only_one(books: Books) -> None:
    books.ring(SALE)
    books.build(multi_tender="single")
    assert books.payments("7019001") == [("CRD", "256.95", "")]


def test_a_sale_before_midnight_in_new_york_belongs_to_that_day(books: Books) -> None:
    books.ring(Rung(9005, [LACES], [Tender("4.95")], shop="2", completed="2026-11-04T03:30:00+00:00"))
    books.build()
    assert books.rows("select cast(business_date as varchar) from core.transactions") == [("2026-11-03",)]


def test_mixed_rates_keep_their_own_vat_codes(books: Books) -> None:
    lines = [LACES, Line(2, "KIDS-025", "35.00", rate="0", tax_class="2")]
    books.ring(Rung(9006, lines, [Tender("39.95")]))
    books.build()
    assert books.rows(
        "select vat_code, cast(tax as varchar) from posting.document_lines order by order_line"
    ) == [
        ("S", "0.93"),
        ("Z", "0.00"),
    ]
    assert books.codes() == set()


def test_an_item_fee_comes_back_on_the_credit_note_of_its_item(books: Books) -> None:
    books.execute(
        "insert into mapping.non_stock values ('uk', 'fee', 'BAGFEE', 'NONE', 'ONE', '', '', '4300', 'S',"
        " date '0001-01-01', date '9999-12-31', 6)"
    )
    sold = [Line(1, "LACES", "4.95"), Line(2, None, "0.20", parent=1, line_type="item_fee")]
    back = [
        Line(11, "LACES", "4.95", quantity=-1, parent=1),
        Line(12, None, "0.20", quantity=-1, parent=11, line_type="item_fee_refund"),
    ]
    books.ring(
        Rung(9001, sold, [Tender("5.15")]),
        Rung(9002, back, [Tender("-5.15")], completed="2026-11-04T12:00:00+00:00"),
    )
    books.build()
    assert books.documents() == [
        ("7019001", "sales_order", "", "DUB", "5.15", None),
        ("701011", "credit_note", "7019001", "DUB", "5.15", None),
    ]
    assert [line[:2] + line[6:] for line in books.lines("701011")] == [
        (1, "LACES", 1),
        (2, "BAGFEE", 2),
    ]


def test_the_last_credit_note_takes_the_penny_of_a_tender_that_does_not_divide(books: Books) -> None:
    first = Rung(9010, [Line(15010, "LACES", "4.95")], [Tender("4.95")])
    second = Rung(9011, [Line(15011, "LACES", "4.95")], [Tender("4.95")])
    lines = [
        Line(1, "LACES", "4.95", quantity=-1, parent=15010),
        Line(2, "LACES", "4.95", quantity=-1, parent=15011),
    ]
    refund = Rung(
        9063, lines, [Tender("-3.33"), Tender("-6.57", **CARD)], completed="2026-11-06T17:00:00+00:00"
    )
    books.ring(first, second, refund)
    books.build()
    assert books.payments("70101") == [("CSH", "1.67", ""), ("CRD", "3.28", "")]
    assert books.payments("70102") == [("CSH", "1.66", ""), ("CRD", "3.29", "")]
