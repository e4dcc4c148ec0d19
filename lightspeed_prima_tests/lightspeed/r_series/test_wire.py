"""What does not read is named by its path; what only looks odd is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lightspeed_prima.lightspeed.r_series.wire import first_problem
from lightspeed_prima_tests.lightspeed.loopback import line, sale

Record = dict[str, Any]
PAYMENT: Record = {"salePaymentID": "1", "amount": "5", "paymentTypeID": "1", "archived": "false"}


def judge(payload: object) -> tuple[str, str] | None:
    return first_problem(json.dumps(payload))


def without(record: Record, name: str) -> Record:
    return {key: value for key, value in record.items() if key != name}


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(sale(1), id="one line as an object"),
        pytest.param(sale(1, SaleLines={"SaleLine": [line(1, 1), line(2, 1)]}), id="several lines"),
        pytest.param(sale(1, SaleLines=""), id="no lines as an empty string"),
        pytest.param(without(sale(1), "SalePayments"), id="no payments at all"),
        pytest.param(sale(1, SaleLines={"SaleLine": ""}), id="an empty list inside"),
        pytest.param(sale(1, calcTotal="-10.8250"), id="unrounded, negative"),
        pytest.param(sale(1, total="1.2E+3"), id="scientific notation"),
        pytest.param(sale(1, calcTotal=12.3, shopID=1, completed=True), id="bare numbers and booleans"),
        pytest.param(sale(1, aFieldOfTomorrow={"deep": []}), id="unknown fields"),
        pytest.param(sale(1, SaleLines={"SaleLine": line(1, 1, Note="", Item="")}), id="empty relations"),
        pytest.param(sale(1, SaleLines={"SaleLine": line(1, 1, Note={"note": "Hemming"})}), id="a note"),
        pytest.param(without(sale(1, completed="false"), "completeTime"), id="open, no completeTime"),
        pytest.param(without(sale(1, voided="true"), "completeTime"), id="voided, no completeTime"),
        pytest.param(sale(1, updateTime="2026-11-03T10:00:00-04:00"), id="a local offset"),
    ],
)
def test_a_sound_sale_has_no_problem(payload: Record) -> None:
    assert judge(payload) is None


@pytest.mark.parametrize(
    ("payload", "path"),
    [
        pytest.param(sale(1, calcTotal="n/a"), "$.calcTotal", id="no number"),
        pytest.param(sale(1, calcTotal=""), "$.calcTotal", id="a blank total"),
        pytest.param(sale(1, calcTotal="NaN"), "$.calcTotal", id="not a number"),
        pytest.param(sale(1, calcTotal="12,30"), "$.calcTotal", id="a decimal comma"),
        pytest.param(sale(1, calcTotal="12345678901"), "$.calcTotal", id="more than the models hold"),
        pytest.param(sale(1, calcTotal=None), "$.calcTotal", id="null"),
        pytest.param(without(sale(1), "calcTotal"), "$.calcTotal", id="a total that is missing"),
        pytest.param(without(sale(1), "saleID"), "$.saleID", id="no id"),
        pytest.param(sale(1, saleID="0"), "$.saleID", id="an id that is none"),
        pytest.param(sale(1, saleID="12a"), "$.saleID", id="an id that is not digits"),
        pytest.param(sale(1, completed="perhaps"), "$.completed", id="no flag"),
        pytest.param(sale(1, updateTime="03/11/2026"), "$.updateTime", id="no ISO time"),
        pytest.param(sale(1, updateTime="2026-11-03T10:00:00"), "$.updateTime", id="a time without offset"),
        pytest.param(without(sale(1), "completeTime"), "$.completeTime", id="completed, but when"),
        pytest.param(
            sale(1, SaleLines={"SaleLine": [line(1, 1), line(2, 1, unitQuantity="1.5")]}),
            "$.SaleLines.SaleLine[1].unitQuantity",
            id="half a piece on the second line",
        ),
        pytest.param(
            sale(1, SaleLines={"SaleLine": without(line(1, 1), "calcTax1")}),
            "$.SaleLines.SaleLine.calcTax1",
            id="tax missing on the only line",
        ),
        pytest.param(
            sale(1, SalePayments={"SalePayment": [PAYMENT, PAYMENT | {"amount": "?"}]}),
            "$.SalePayments.SalePayment[1].amount",
            id="an unreadable tender",
        ),
        pytest.param(sale(1, SaleLines=[line(1, 1)]), "$.SaleLines", id="lines that SQL would not find"),
        pytest.param(["sale"], "$", id="not an object"),
    ],
)
def test_a_problem_is_named_by_the_path_of_its_field(payload: object, path: str) -> None:
    problem = judge(payload)

    assert problem is not None
    assert problem[0] == path
    assert problem[1]
