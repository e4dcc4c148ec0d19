"""X-Series sales, in whatever shape they come, become the same kind of documents as R-Series ones."""

from __future__ import annotations

import pytest

from lightspeed_prima_tests.models.conftest import Books
from lightspeed_prima_tests.models.till import Line, Rung, Tender
from lightspeed_prima_tests.models.x_till import XLine, XRung, XTender

SHOE = XLine("l1", "shoe", "149.95")
LACES = XLine("l2", "laces", "4.95", quantity=3)
CASH_OF_14990 = {
    "id": "p1",
    "amount": "149.90",
    "date": "2026-11-03T01:00:00Z",
    "type": {"config_id": "cash", "id": "1", "name": "Cash"},
}
SALE = XRung("sale-1", [SHOE, LACES], [XTender("64.80"), XTender("100.00", "card")])


@pytest.fixture
def nz(books: Books) -> Books:
    books.open_x_account()
    return books


def number_of(books: Books, sale: str, document_type: str = "sales_order") -> str:
    ((number,),) = books.rows(
        f"select document_number from posting.planned_documents where sale_key = 'nz:{sale}'"
        f" and document_type = '{document_type}'"
    )
    return str(number)


@pytest.mark.parametrize("flat", [False, True], ids=["nested 2026-07", "flat 2.0"])
def test_both_shapes_of_a_sale_are_one_order_to_the_cent(nz: Books, flat: bool) -> None:
    nz.ring_x(XRung("sale-1", SALE.lines, SALE.tenders, flat=flat))
    nz.build()
    assert nz.rows(
        "select document_type, depot, cast(net as varchar), cast(tax as varchar), cast(gross as varchar), hold_code"
        " from posting.planned_documents"
    ) == [("sales_order", "AKL", "143.30", "21.50", "164.80", None)]
    number = number_of(nz, "sale-1")
    assert number.isdigit()
    assert len(number) == 19
    assert [line[:5] for line in nz.lines(number)] == [
        (1, "BROGUE", "075", 1, "149.95"),
        (2, "LACES", "ONE", 1, "4.95"),
        (3, "LACES", "ONE", 1, "4.95"),
        (4, "LACES", "ONE", 1, "4.95"),
    ]
    assert nz.codes() == set()


def test_a_return_credits_the_line_it_was_sold_on_at_the_outlet_that_took_it_back(nz: Books) -> None:
    back = XLine("l9", "laces", "4.95", quantity=-1, is_return=True)
    refund = XRung(
        "sale-2", [back], [XTender("-4.95")], outlet="syd", return_for="sale-1", date="2026-11-05T01:00:00Z"
    )
    nz.ring_x(SALE, refund)
    nz.build()
    credit = number_of(nz, "sale-2", "credit_note")
    assert nz.rows(
        f"select original_document_number, depot, prima_customer, cast(gross as varchar) from posting.planned_documents"
        f" where document_number = '{credit}'"
    ) == [(number_of(nz, "sale-1"), "SYD", "SHOP11", "4.95")]
    assert nz.lines(credit) == [(1, "LACES", "ONE", 1, "4.95", "0.65", 2)]
    assert credit.startswith("7020")


def test_an_unreferenced_return_is_held_as_unlinked(nz: Books) -> None:
    nz.ring_x(XRung("sale-3", [XLine("l1", "laces", "4.95", quantity=-1)], [XTender("-4.95")]))
    nz.build()
    assert nz.codes() == {("nz:sale-3", "REFUND_UNLINKED")}


def test_a_sale_level_discount_is_spread_over_the_lines_and_is_no_return(nz: Books) -> None:
    discount = XLine("l3", "discount", "5.00", quantity=-1)
    nz.ring_x(XRung("sale-4", [SHOE, XLine("l2", "laces", "4.95"), discount], [XTender("149.90")]))
    nz.build()
    assert [line[:5] for line in nz.lines(number_of(nz, "sale-4"))] == [
        (1, "BROGUE", "075", 1, "145.11"),
        (2, "LACES", "ONE", 1, "4.79"),
    ]
    assert nz.rows("select kind, cast(gross as varchar) from core.transactions") == [("sale", "149.90")]
    assert nz.codes() == set()


def test_a_loyalty_line_takes_money_off_and_is_no_return(nz: Books) -> None:
    points = XLine("l3", "loyalty", "10.00", quantity=-1, taxed=False)
    nz.ring_x(XRung("sale-5", [SHOE, points], [XTender("139.95")]))
    nz.build()
    assert [line[4] for line in nz.lines(number_of(nz, "sale-5"))] == ["139.95"]
    assert nz.dispositions() == {"nz:sale-5": "pending"}


def test_a_discount_taken_back_with_the_goods_makes_the_credit_smaller(nz: Books) -> None:
    sale = XRung("sale-6", [SHOE, XLine("d1", "discount", "15.00", quantity=-1)], [XTender("134.95")])
    back = [
        XLine("b1", "shoe", "149.95", quantity=-1, is_return=True),
        XLine("b2", "discount", "15.00", quantity=1, is_return=True),
    ]
    refund = XRung("sale-7", back, [XTender("-134.95")], return_for="sale-6", date="2026-11-05T01:00:00Z")
    nz.ring_x(sale, refund)
    nz.build()
    assert nz.rows("select kind, cast(gross as varchar) from core.transactions order by sale_key") == [
        ("sale", "134.95"),
        ("refund", "-134.95"),
    ]
    assert [line[4] for line in nz.lines(number_of(nz, "sale-7", "credit_note"))] == ["134.95"]
    assert nz.codes() == set()


def test_a_fee_inside_the_total_is_a_line_of_its_own(nz: Books) -> None:
    nz.ring_x(XRung("sale-8", [SHOE], [XTender("151.45")], fee="1.50"))
    nz.build()
    assert [(line[1], line[4]) for line in nz.lines(number_of(nz, "sale-8"))] == [
        ("BROGUE", "149.95"),
        ("FEE", "1.50"),
    ]
    assert nz.codes() == set()


def test_a_gift_card_and_a_service_use_their_own_mapping(nz: Books) -> None:
    lines = [XLine("l1", "card", "50.00", taxed=False, gift_card="GC1"), XLine("l2", "resole", "45.00")]
    nz.ring_x(XRung("sale-9", lines, [XTender("95.00")]))
    nz.build()
    assert [(line[1], line[4]) for line in nz.lines(number_of(nz, "sale-9"))] == [
        ("GIFTCARD", "50.00"),
        ("RESOLE", "45.00"),
    ]


def test_an_exchange_is_a_credit_note_and_an_order(nz: Books) -> None:
    lines = [XLine("b1", "laces", "4.95", quantity=-1, is_return=True), XLine("n1", "shoe", "149.95")]
    nz.ring_x(
        SALE, XRung("sale-10", lines, [XTender("145.00")], return_for="sale-1", date="2026-11-05T01:00:00Z")
    )
    nz.build()
    credit = number_of(nz, "sale-10", "credit_note")
    assert nz.payments(number_of(nz, "sale-10")) == [("EXC", "4.95", credit), ("CSH", "145.00", "")]


EXCLUDED = [
    pytest.param(
        XRung("s", [SHOE], [XTender("149.95")], deleted_at="2026-11-04T00:00:00Z"),
        "deleted",
        id="deleted, closed",
    ),
    pytest.param(XRung("s", [SHOE], [XTender("149.95")], state="voided"), "voided", id="voided with totals"),
    pytest.param(
        XRung("s", [XLine("l", "shoe", "149.95", quantity=-1)], [], state="parked"),
        "open",
        id="parked return",
    ),
    pytest.param(
        XRung("s", [SHOE], [XTender("20.00")], state="pending", attributes=["layby"]), "open", id="open layby"
    ),
    pytest.param(XRung("s", [SHOE], [], state="quote"), "open", id="a state nobody knows"),
    pytest.param(XRung("s", [], []), "no value", id="no lines"),
]


@pytest.mark.parametrize(("sale", "cause"), EXCLUDED)
def test_what_is_no_turnover_is_left_out_with_its_reason(nz: Books, sale: XRung, cause: str) -> None:
    nz.ring_x(sale)
    nz.build()
    assert nz.rows("select disposition, cause from recon.sales") == [("excluded", cause)]


def test_a_deleted_payment_is_no_tender(nz: Books) -> None:
    nz.ring_x(XRung("sale-11", [SHOE], [XTender("149.95", "card", deleted=True), XTender("149.95")]))
    nz.build()
    assert nz.payments(number_of(nz, "sale-11")) == [("CSH", "149.95", "")]


def test_an_unknown_product_and_an_unlisted_payment_type_hold_the_sale(nz: Books) -> None:
    nz.ring_x(
        XRung("sale-12", [XLine("l1", "gone", "9.95")], [XTender("9.95")]),
        XRung("sale-13", [SHOE], [XTender("149.95", "internal")]),
    )
    nz.build()
    assert nz.codes() == {("nz:sale-12", "SKU_UNMAPPED"), ("nz:sale-13", "TENDER_UNMAPPED")}


def test_an_evening_sale_belongs_to_the_outlets_own_day(nz: Books) -> None:
    nz.ring_x(XRung("sale-14", [SHOE], [XTender("149.95")], date="2026-11-03T12:30:00Z"))
    nz.ring_x(XRung("sale-15", [SHOE], [XTender("149.95")], date="2026-11-03T12:30:00Z", outlet="syd"))
    nz.build()
    assert nz.rows(
        "select sale_key, cast(business_date as varchar), currency from core.transactions order by 1"
    ) == [
        ("nz:sale-14", "2026-11-04", "NZD"),
        ("nz:sale-15", "2026-11-03", "NZD"),
    ]


def test_a_layby_is_turnover_on_the_day_of_its_closing_payment(nz: Books) -> None:
    paid = {
        "payments": [
            {"id": "p1", "amount": "50.00", "date": "2026-11-02T01:00:00Z", "type": {"config_id": "cash"}},
            {"id": "p2", "amount": "99.95", "date": "2026-11-20T01:00:00Z", "type": {"config_id": "cash"}},
        ]
    }
    nz.ring_x(XRung("sale-16", [SHOE], [], date="2026-11-02T01:00:00Z", attributes=["layby"], changes=paid))
    nz.build()
    assert nz.rows("select cast(business_date as varchar), status from core.transactions") == [
        ("2026-11-20", "completed")
    ]


def test_two_accounts_of_different_series_share_the_tables_without_touching(nz: Books) -> None:
    nz.ring(Rung(9001, [Line(15001, "LACES", "4.95")], [Tender("4.95")]))
    nz.ring_x(SALE)
    nz.build()
    nz.post()
    nz.build()
    assert nz.dispositions() == {"uk:9001": "posted", "nz:sale-1": "posted"}
    assert nz.rows("select account, sum(unexplained) from recon.shop_days group by 1 order by 1") == [
        ("nz", 0),
        ("uk", 0),
    ]
    assert set(nz.failed_tests()) <= {"expression_is_true_sources_is_fresh"}


def test_refunds_one_after_the_other_take_back_one_line_each_of_the_same_product(nz: Books) -> None:
    sold = [XLine("s1", "laces", "4.95"), XLine("s2", "laces", "4.95")]

    def refund(sale_id: str, day: int) -> XRung:
        back = [XLine(f"{sale_id}-l", "laces", "4.95", quantity=-1, is_return=True)]
        date = f"2026-11-{day:02d}T01:00:00Z"
        return XRung(sale_id, back, [XTender("-4.95")], return_for="sale-1", date=date)

    nz.ring_x(XRung("sale-1", sold, [XTender("9.90")]), refund("sale-2", 5), refund("sale-3", 6))
    nz.build()
    assert nz.rows(
        "select sale_key, original_line_id from core.transaction_lines where quantity < 0 order by sale_key"
    ) == [("nz:sale-2", "s1"), ("nz:sale-3", "s2")]
    assert nz.codes() == set()


def test_coins_rounded_off_go_to_the_mapped_line_and_are_held_without_one(nz: Books) -> None:
    nz.ring_x(XRung("sale-1", [SHOE], [XTender("149.90")], changes={"payments": [CASH_OF_14990]}))
    nz.build()
    assert nz.codes() == {("nz:sale-1", "OUT_OF_BALANCE")}
    nz.execute(
        "insert into mapping.non_stock values ('nz', 'rounding', 'ROUND', 'NONE', 'ONE', '', '', '8000', 'N',"
        " date '0001-01-01', date '9999-12-31', 10)"
    )
    nz.build()
    assert [(line[1], line[4]) for line in nz.lines(number_of(nz, "sale-1"))] == [
        ("BROGUE", "149.95"),
        ("ROUND", "-0.05"),
    ]
    assert nz.dispositions() == {"nz:sale-1": "pending"}
