"""The seeded world's products, depots and customers hang together in Prima."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from lightspeed_prima.twins.http_server import serve
from lightspeed_prima.twins.prima import create_prima_app
from lightspeed_prima.twins.prima_catalogue import PrimaCatalogue
from lightspeed_prima.twins.world import build_world
from lightspeed_prima_tests.twins.prima.talk import Talk, error_of, line, order, payment


@pytest.fixture(scope="module")
def catalogue() -> PrimaCatalogue:
    return build_world(days=1, sales_per_day=5).prima_catalogue


@pytest.fixture
def prima(catalogue: PrimaCatalogue, tmp_path: Path) -> Iterator[Talk]:
    with serve(create_prima_app(catalogue, tmp_path / "prima.db")) as base:
        talk = Talk(base)
        yield talk
        talk.http.close()


def test_every_product_can_be_sold_at_every_depot_that_sells_it(
    prima: Talk, catalogue: PrimaCatalogue
) -> None:
    refused = {}
    for depot in catalogue.depots:
        sold = [product for product in catalogue.products if depot in product.vat_code_by_depot]
        lines = []
        for position, product in enumerate(sold, start=1):
            levels = {f"MtrxCode{level}": code for level, code in enumerate(product.key[1:], start=1)}
            lines.append({**line(position, product.product, "12.30", Warehouse=depot), **levels})
        total = Decimal("12.30") * len(lines)
        answer = prima.send_order(order(f"70{len(refused)}", lines, [payment(f"{total}")], Customer=""))
        refused[depot] = error_of(answer)
    assert refused == dict.fromkeys(catalogue.depots, "")


def test_every_stocked_product_opens_with_stock_that_is_not_negative(
    prima: Talk, catalogue: PrimaCatalogue
) -> None:
    before = {
        (row["product"], row["mtrx1"], row["mtrx2"]): row["depots"] for row in prima.get("/_twin/stock")
    }
    assert len(before) == sum(product.stocked for product in catalogue.products)
    assert all(units >= 0 for depots in before.values() for units in depots.values())


def test_every_account_takes_orders_by_its_own_price_book(prima: Talk, catalogue: PrimaCatalogue) -> None:
    product = next(
        product for product in catalogue.products if set(product.vat_code_by_depot) == {*catalogue.depots}
    )
    levels = {f"MtrxCode{level}": code for level, code in enumerate(product.key[1:], start=1)}
    sold = {**line(1, product.product, "12.30"), **levels}
    for number, (customer, vat_inclusive) in enumerate(sorted(catalogue.customers.items()), start=7011):
        right, wrong = ("Yes", "No") if vat_inclusive else ("No", "Yes")
        paid = [payment("12.30")]
        refused = prima.send_order(order(str(number), [sold], paid, Customer=customer, VatInclusive=wrong))
        taken = prima.send_order(order(str(number), [sold], paid, Customer=customer, VatInclusive=right))
        assert "(E:548)" in error_of(refused)
        assert taken.get("RequestStatus") == "OK"
