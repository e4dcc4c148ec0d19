"""What cannot be posted right is held whole, says why, and is released by the cycle after its cause is gone."""

from __future__ import annotations

import pytest

from lightspeed_prima_tests.models.conftest import Books
from lightspeed_prima_tests.models.till import Line, Rung, Tender

LACES = Line(15002, "LACES", "4.95")
SALE = Rung(9001, [LACES], [Tender("4.95")])


def refund(sale_id: int = 9050, parent: int | None = 15002, day: int = 5) -> Rung:
    back = Line(sale_id * 10, "LACES", "4.95", quantity=-1, parent=parent)
    return Rung(sale_id, [back], [Tender("-4.95")], completed=f"2026-11-{day:02d}T17:00:00+00:00")


HELD = [
    pytest.param(Rung(1, [Line(1, "NEW", "4.95")], [Tender("4.95")]), "SKU_UNMAPPED", id="unknown sku"),
    pytest.param(
        Rung(1, [Line(1, "NEW", "9", item_type="non_inventory")], [Tender("9")]),
        "NON_STOCK_UNMAPPED",
        id="service",
    ),
    pytest.param(Rung(1, [LACES], [Tender("4.95")], shop="9"), "SHOP_UNMAPPED", id="unknown shop"),
    pytest.param(Rung(1, [LACES], [Tender("4.95", type_id="77")]), "TENDER_UNMAPPED", id="unknown tender"),
    pytest.param(Rung(1, [LACES], [Tender("4.94")]), "OUT_OF_BALANCE", id="a cent too little paid"),
    pytest.param(
        Rung(1, [LACES], [Tender("4.95")], changes={"calcTotal": "5.95"}),
        "OUT_OF_BALANCE",
        id="header says more",
    ),
    pytest.param(
        Rung(1, [Line(1, "LACES", "4.95", tax_class="9")], [Tender("4.95")]), "TAX_UNMAPPED", id="unknown tax"
    ),
    pytest.param(
        Rung(1, [Line(1, "LACES", "4.95", rate="0.21")], [Tender("4.95")]),
        "TAX_MISMATCH",
        id="wrong rate at the till",
    ),
    pytest.param(
        Rung(1, [LACES], [Tender("4.95")], changes={"calcTax1": "0.98"}),
        "TAX_MISMATCH",
        id="header tax five cents off",
    ),
    pytest.param(
        Rung(1, [LACES], [Tender("4.95")], shop="4"), "SHOP_UNMAPPED", id="shop Lightspeed does not list"
    ),
    pytest.param(
        Rung(1, [LACES, Line(9, None, "-1.00")], [Tender("3.95")]),
        "OUT_OF_BALANCE",
        id="a line that takes money off",
    ),
    pytest.param(refund(1, parent=None), "REFUND_UNLINKED", id="return without a receipt"),
    pytest.param(refund(1, parent=404), "REFUND_UNLINKED", id="return of an unknown line"),
]


@pytest.mark.parametrize(("sale", "code"), HELD)
def test_a_sale_that_cannot_be_posted_right_is_held_with_its_one_cause(
    books: Books, sale: Rung, code: str
) -> None:
    books.ring(sale)
    books.build()
    assert books.codes() == {("uk:1", code)}
    assert books.dispositions() == {"uk:1": "held"}
    assert {document[5] for document in books.documents()} == {code}


def test_a_mapping_added_releases_the_sale_on_the_next_cycle(books: Books) -> None:
    books.ring(Rung(1, [Line(1, "NEW", "4.95")], [Tender("4.95")]))
    books.build()
    books.execute(
        "insert into mapping.skus values ('uk', 'NEW', 'NEW', 'F', '075', '', '', date '0001-01-01', date '9999-12-31', 9)"
    )
    books.build()
    assert books.documents() == [("7011", "sales_order", "", "DUB", "4.95", None)]
    assert books.dispositions() == {"uk:1": "pending"}
    assert books.rows("select code, status from recon.exceptions") == [("SKU_UNMAPPED", "resolved")]


def test_a_refund_of_a_held_sale_waits_and_so_does_the_refund_of_that_exchange(books: Books) -> None:
    sale = Rung(1, [Line(1, "NEW", "4.95")], [Tender("4.95")])
    exchange = Rung(
        2,
        [Line(2, "NEW", "4.95", quantity=-1, parent=1), Line(3, "LACES", "4.95")],
        [],
        completed="2026-11-04T12:00:00+00:00",
    )
    books.execute(
        "insert into mapping.skus values ('uk', 'NEW', 'NEW', 'F', '1', '', '', date '2026-11-04', date '9999-12-31', 9)"
    )
    books.ring(sale, exchange, refund(3, parent=3))
    books.build()
    assert books.codes() == {
        ("uk:1", "SKU_UNMAPPED"),
        ("uk:2", "WAITING_FOR_ORIGINAL"),
        ("uk:3", "WAITING_FOR_ORIGINAL"),
    }


def test_a_return_without_a_receipt_is_credited_without_a_link_when_policy_says_so(books: Books) -> None:
    books.ring(refund(9050, parent=None))
    books.build(unlinked_returns="post")
    assert books.documents() == [("701090500", "credit_note", "", "DUB", "4.95", None)]


def test_credit_notes_on_hold_leave_the_refund_held(books: Books) -> None:
    books.ring(SALE, refund())
    books.build(credit_notes="hold")
    assert books.codes() == {("uk:9050", "REFUND_UNPOSTED")}
    assert books.dispositions() == {"uk:9001": "pending", "uk:9050": "held"}


def test_a_closed_period_holds_what_is_not_posted_yet(books: Books) -> None:
    books.ring(SALE)
    books.build(closed_until="2026-11-03")
    assert books.codes() == {("uk:9001", "PERIOD_CLOSED")}


def test_an_unreadable_sale_is_held_and_the_others_go_on(books: Books) -> None:
    books.ring(SALE)
    books.ring(
        Rung(9002, [LACES], [Tender("4.95")], changes={"calcTotal": "n/a"}),
        problem=("$.calcTotal", "not a number"),
    )
    books.build()
    assert books.codes() == {("uk:9002", "BAD_PAYLOAD")}
    assert books.dispositions() == {"uk:9001": "pending", "uk:9002": "held"}


def test_an_edit_after_posting_is_found_and_a_change_without_money_is_not(books: Books) -> None:
    books.ring(SALE, Rung(9002, [Line(7, "LACES", "4.95")], [Tender("4.95")]))
    books.build()
    books.post()
    books.ring(
        Rung(9001, [LACES, Line(9, "LACES", "4.95")], [Tender("9.90")]),
        Rung(9002, [Line(7, "LACES", "4.95")], [Tender("4.95")], changes={"customerID": "8"}),
    )
    books.build()
    assert books.codes() == {("uk:9001", "EDITED_AFTER_POST")}
    assert books.dispositions() == {"uk:9001": "held", "uk:9002": "posted"}
    assert books.rows("select sum(unexplained) from recon.shop_days") == [(0,)]


def test_a_void_after_posting_is_found_and_a_void_before_is_left_out(books: Books) -> None:
    books.ring(SALE, Rung(9002, [Line(7, "LACES", "4.95")], [], voided=True))
    books.build()
    books.post()
    books.ring(Rung(9001, [LACES], [Tender("4.95")], voided=True))
    books.build()
    assert books.codes() == {("uk:9001", "VOIDED_AFTER_POST")}
    assert books.dispositions() == {"uk:9001": "held", "uk:9002": "excluded"}


def test_open_worthless_and_older_sales_are_left_out_with_a_reason(books: Books) -> None:
    books.ring(
        Rung(1, [LACES], [], completed=None),
        Rung(2, [Line(3, None, "0", rate="0", note="just a note")], []),
        Rung(3, [LACES], [Tender("4.95")], completed="2026-10-31T12:00:00+00:00"),
    )
    books.build()
    assert dict(books.rows("select sale_key, cause from recon.sales where disposition = 'excluded'")) == {
        "uk:1": "open",
        "uk:2": "no value",
        "uk:3": "before start_from",
    }
    assert books.documents() == []


def test_tenders_without_any_line_are_held(books: Books) -> None:
    books.ring(Rung(1, [], [Tender("20.00"), Tender("-20.00", type_id="3", type_name="credit card")]))
    books.build()
    assert books.codes() == {("uk:1", "OUT_OF_BALANCE")}
    assert books.dispositions() == {"uk:1": "held"}
