"""The shape of a sale is told by its keys, whatever the address says, and an unknown one stops the walk."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lightspeed_prima.lightspeed.ingest import IngestResult
from lightspeed_prima.lightspeed.x_series.shapes import Shape, shape_of
from lightspeed_prima.lightspeed.x_series.wire import first_problem
from lightspeed_prima_tests.lightspeed.loopback import answer
from lightspeed_prima_tests.lightspeed.x_series.x_till import XTill, flat_sale, nested_line, nested_sale

Ask = Callable[..., list[tuple[Any, ...]]]
Walk = Callable[..., IngestResult]

WEBHOOK = {
    "id": "sale-3",
    "version": 3,
    "status": "CLOSED",
    "sale_date": "2026-11-03 10:00:00",
    "totals": {"total_price": "12.13", "total_tax": "1.82"},
    "register_sale_products": [],
    "register_sale_payments": [],
}


def test_every_request_names_the_pinned_version(x_till: XTill, walk: Walk) -> None:
    walk()

    assert {asked.path.split("/")[2] for asked in x_till.seen} == {"2026-07"}


def test_flat_sales_under_the_address_of_nested_ones_are_read(x_till: XTill, walk: Walk, ask: Ask) -> None:
    x_till.feeds["sales"] = [nested_sale(1, 1), flat_sale(2, 2)]
    result = walk()

    assert (result.outcome, result.bad_payloads) == ("ok", 0)
    assert ask("select sale_id, version from raw.lightspeed_sales order by version") == [
        ("sale-1", 1),
        ("sale-2", 2),
    ]


@pytest.mark.parametrize(
    ("sale", "words"),
    [
        pytest.param(WEBHOOK, "no known shape", id="the shape of a webhook"),
        pytest.param(
            {name: value for name, value in nested_sale(3, 3).items() if name != "line_items"},
            "as a nested one it lacks line_items",
            id="nested without its lines",
        ),
        pytest.param(
            {name: value for name, value in flat_sale(3, 3).items() if name != "total_tax"},
            "as a flat one it lacks total_tax",
            id="flat without its tax",
        ),
        pytest.param(flat_sale(3, 3) | nested_sale(3, 3), "two shapes", id="both at once"),
        pytest.param({"version": 3}, "no known shape", id="next to nothing"),
    ],
)
def test_an_unknown_shape_is_API_CHANGED_and_the_next_walk_begins_before_it(
    sale: dict[str, Any], words: str, x_till: XTill, walk: Walk, ask: Ask
) -> None:
    x_till.page = 1
    x_till.feeds["sales"] = [nested_sale(1, 1), nested_sale(2, 2), sale]
    drifted = walk()
    x_till.feeds["sales"][2] = nested_sale(3, 3)
    healed = walk("run-2")

    assert drifted.error is not None
    assert (drifted.outcome, drifted.error.code, drifted.versions_added) == ("failed", "API_CHANGED", 2)
    assert words in drifted.error.what
    assert "wire notes" in drifted.error.next_step
    assert ask("select outcome, error_code from raw.walks where run_id = 'run-1'") == [
        ("failed", "API_CHANGED")
    ]
    assert (healed.outcome, healed.versions_added) == ("ok", 1)


def test_a_page_on_which_nothing_reads_is_API_CHANGED_and_not_a_heap_of_bad_payloads(
    x_till: XTill, walk: Walk, ask: Ask
) -> None:
    line = {"id": "line", "product": {"id": "p"}, "qty": 1}
    x_till.feeds["sales"] = [nested_sale(number, number, line_items=[line]) for number in range(1, 11)]
    result = walk()

    assert result.error is not None
    assert result.error.code == "API_CHANGED"
    assert "not one of 10 sales reads" in result.error.what
    assert "$.line_items[0].quantity" in result.error.what
    assert ask("select count(*) from raw.lightspeed_sales") == [(0,)]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param('{"sales": []}', "not the expected JSON", id="no data"),
        pytest.param("<html>", "an HTML page", id="HTML"),
        pytest.param('{"data": [{"id": "x"}]}', "no version to go on from", id="no versions"),
        pytest.param(
            json.dumps({"data": [nested_sale(1, 9), nested_sale(2, 8)], "version": {"max": 9}}),
            "not in the order",
            id="newest first",
        ),
        pytest.param(
            json.dumps({"data": [nested_sale(1, 0)], "version": {"min": 0, "max": 0}}),
            "not in the order",
            id="a cursor that does not rise",
        ),
        pytest.param('{"data": ["not an object"], "version": {"max": 5}}', "no known shape", id="no object"),
    ],
)
def test_a_page_that_could_hide_sales_is_API_CHANGED(
    body: str, words: str, x_till: XTill, walk: Walk, ask: Ask
) -> None:
    x_till.refuses = lambda asked: answer(body)(None) if asked.resource == "sales" else None  # type: ignore[arg-type]
    result = walk()

    assert result.error is not None
    assert result.error.code == "API_CHANGED"
    assert words in result.error.what
    assert ask("select count(*) from raw.watermarks where feed = 'sales'") == [(0,)]


def test_the_two_shapes_of_one_sale_both_read() -> None:
    for sale, shape in ((nested_sale(1, 1), Shape.NESTED), (flat_sale(1, 1), Shape.FLAT)):
        assert shape_of(sale) is shape
        assert first_problem(json.dumps(sale), shape) is None


def test_a_flat_line_may_say_its_figures_under_either_name() -> None:
    sale = flat_sale(1, 1)
    line = sale["line_items"][0]
    for name, other in (("price", "unit_price"), ("price_total", "total_price"), ("tax_total", "total_tax")):
        line[other] = line.pop(name)

    assert first_problem(json.dumps(sale), Shape.FLAT) is None


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"totals": {"price": 1e30, "tax": 0}}, "$.totals.price"),
        ({"totals": {"price": 1}}, "$.totals.tax"),
        ({"date": None}, "$.date"),
        ({"date": "2026-11-03T10:00:00"}, "$.date"),
        ({"state": ""}, "$.state"),
        ({"updated_at": "yesterday"}, "$.updated_at"),
        ({"_metadata": {"version": None}}, "$._metadata.version"),
        ({"adjustments": [{"type": "TIP"}]}, "$.adjustments[0]"),
        ({"taxes": [{"id": "rate-1"}]}, "$.taxes[0].tax"),
        ({"payments": [{"id": "p", "amount": 1, "type": {"id": "1"}}]}, "$.payments[0].type.config_id"),
        ({"line_items": [nested_line(1), nested_line(2, quantity=1.5)]}, "$.line_items[1].quantity"),
        ({"line_items": None}, "$.line_items"),
    ],
)
def test_a_field_that_does_not_read_is_named_by_its_path(changes: dict[str, Any], path: str) -> None:
    problem = first_problem(json.dumps(nested_sale(1, 1, **changes)), Shape.NESTED)

    assert problem is not None
    assert problem[0] == path


def test_a_flat_line_that_says_a_figure_under_neither_name_is_named() -> None:
    sale = flat_sale(1, 1)
    del sale["line_items"][0]["tax_total"]

    assert first_problem(json.dumps(sale), Shape.FLAT) == (
        "$.line_items[0].tax_total",
        "neither tax_total nor total_tax is there",
    )
