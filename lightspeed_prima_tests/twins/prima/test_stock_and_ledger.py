"""Stock moved by documents, the two stock requests, and the ledger extract."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from lightspeed_prima_tests.twins.prima.conftest import NOW, StartPrima
from lightspeed_prima_tests.twins.prima.talk import (
    Talk,
    credit_line,
    credit_note,
    credit_payment,
    line,
    order,
    payment,
    plain_credit,
    plain_order,
    request,
    tag,
)

HEAD = (
    "posting_date,document_type,document_number,external_reference,gl_account,vat_code,depot,"
    "net,tax,gross,currency"
)


def _depots(prima: Talk, product: str, size: str = "") -> dict[str, int]:
    rows = prima.get("/_twin/stock")
    return next(row["depots"] for row in rows if (row["product"], row["mtrx2"]) == (product, size))


def test_orders_take_stock_from_their_warehouse_and_credit_notes_bring_it_to_theirs(prima: Talk) -> None:
    prima.send_order(plain_order("7011"))
    assert _depots(prima, "SHOE1", "075") == {"DUB": 4, "AMS": 2}
    lines = [credit_line(1, "SHOE1", "140.00", Warehouse="AMS")]
    prima.send_credit(credit_note("7019", "7011", lines, [credit_payment("140.00")]))
    assert _depots(prima, "SHOE1", "075") == {"DUB": 4, "AMS": 3}


def test_a_line_without_warehouse_leaves_the_first_depot(prima: Talk) -> None:
    prima.send_order(order("7011", [line(1, "SHOE1", "70.00", Quantity="2")], [payment("140.00")]))
    assert _depots(prima, "SHOE1", "075") == {"DUB": 3, "AMS": 2}


def test_the_catalogue_answer_is_sorted_company_wide_and_in_the_recorded_shape(prima: Talk) -> None:
    answer = prima.text(request("ProductAvailableToSell", '<Data ProductFrom="" ProductTo=""></Data>'))
    assert answer.startswith(
        '<?xml version="1.0" encoding="ISO-8859-1" ?>\n'
        '<Result Company="1" RequestStatus="OK" RequestType="ProductAvailableToSell"><Data>'
        '<sku AvailableDate="" AvailableQuantity="1" MtrxCode1="" MtrxCode2="" MtrxCode3="" MtrxCode4="" '
        'Product="BOOT9"/><sku AvailableDate="" AvailableQuantity="7" MtrxCode1="F" MtrxCode2="075" '
    )
    assert answer.count("<sku ") == 3


def test_available_stock_is_never_negative_and_has_a_date_only_at_zero(prima: Talk) -> None:
    prima.send_order(order("7011", [line(1, "BOOT9", "10.00", Quantity="3")], [payment("30.00")]))
    rows = prima.ask("ProductAvailableToSell", '<Data ProductFrom="" ProductTo=""/>')[0]
    assert _depots(prima, "BOOT9") == {"DUB": -2}
    assert [row.get("AvailableQuantity") for row in rows] == ["0", "7", "0"]
    assert rows[1].get("AvailableDate") == ""


def test_a_range_of_products_is_inclusive(prima: Talk) -> None:
    rows = prima.ask("ProductAvailableToSell", '<Data ProductFrom="BOOT9" ProductTo="BOOT9"/>')[0]
    assert [row.get("Product") for row in rows] == ["BOOT9"]


def _asked(*keys: tuple[str, str, str]) -> str:
    rows = "".join(
        tag("sku", {"Product": p, "MtrxCode1": w, "MtrxCode2": s, "MtrxCode3": "", "MtrxCode4": ""})
        for p, w, s in keys
    )
    return f"<Data>{rows}</Data>"


def test_skus_are_answered_in_the_order_asked_with_a_capital_element(prima: Talk) -> None:
    rows = prima.ask("MultiAvailableToSell", _asked(("SHOE1", "F", "075"), ("BOOT9", "", "")))[0]
    assert [(row.tag, row.get("Product"), row.get("AvailableQuantity")) for row in rows] == [
        ("SKU", "SHOE1", "7"),
        ("SKU", "BOOT9", "1"),
    ]


def test_an_unknown_sku_is_missing_zero_or_an_error_as_the_site_has_it(start_prima: StartPrima) -> None:
    unknown = _asked(("GHOST", "", ""), ("BOOT9", "", ""))
    assert len(start_prima().ask("MultiAvailableToSell", unknown)[0]) == 1
    zero = start_prima(unknown_sku="zero").ask("MultiAvailableToSell", unknown)[0]
    assert [row.get("AvailableQuantity") for row in zero] == ["0", "1"]
    error = start_prima(unknown_sku="error").ask("MultiAvailableToSell", unknown)
    assert error.get("RequestStatus") == "ERROR"


def test_the_extract_has_one_row_per_document_account_vat_code_and_depot(prima: Talk) -> None:
    lines = [
        line(1, "SHOE1", "140.00", Warehouse="DUB"),
        line(2, "SHOE1", "0.10", Warehouse="DUB"),
        line(3, "GIFTCARD", "50.00", Warehouse="DUB"),
    ]
    prima.send_order(order("7011", lines, [payment("190.10")]))
    prima.send_credit(plain_credit("7019", "7011"))
    assert prima.ledger() == [
        HEAD,
        "2026-11-09,sales_order,7011,uk:7011,2200,Z,DUB,50.00,0.00,50.00,EUR",
        "2026-11-09,sales_order,7011,uk:7011,4000,S,DUB,113.90,26.20,140.10,EUR",
        "2026-11-09,credit_note,7019,uk:7019,4000,S,DUB,-113.82,-26.18,-140.00,EUR",
    ]


def test_vat_is_rounded_per_line_and_half_away_from_zero(prima: Talk) -> None:
    lines = [line(n, "SHOE1", "0.04", Warehouse="DUB") for n in (1, 2, 3)]
    prima.send_order(order("7011", lines, [payment("0.12")]))
    # 0.04 holds 0.0075 of VAT, a penny each; the total of 0.12 would hold only two.
    assert prima.ledger()[1].endswith("0.09,0.03,0.12,EUR")


def test_the_extract_is_dated_now_or_when_it_was_frozen(prima: Talk) -> None:
    prima.send_order(plain_order("7011"))
    dated = prima.http.get(f"{prima.base}/extracts/ledger.csv").headers["last-modified"]
    assert parsedate_to_datetime(dated) == NOW
    prima.spoil(ledger={"frozen_at": "2026-11-09T01:00:00+01:00"})
    frozen = prima.http.get(f"{prima.base}/extracts/ledger.csv")
    assert frozen.headers["last-modified"] == "Mon, 09 Nov 2026 00:00:00 GMT"
    assert frozen.text.splitlines() == [HEAD]


def test_the_extract_can_be_missing_or_tell_other_than_the_truth(prima: Talk) -> None:
    prima.send_order(plain_order("7011"))
    prima.send_order(plain_order("7012"))
    prima.spoil(ledger={"drop": ["7011"], "alter": {"7012": "-0.10"}})
    assert prima.ledger()[1:] == ["2026-11-09,sales_order,7012,uk:7012,4000,S,DUB,113.72,26.18,139.90,EUR"]
    prima.spoil(ledger={"missing": True})
    assert prima.http.get(f"{prima.base}/extracts/ledger.csv").status_code == 404
    prima.http.delete(f"{prima.base}/_twin/faults")
    assert len(prima.ledger()) == 3
