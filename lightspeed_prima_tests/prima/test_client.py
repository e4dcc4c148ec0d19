"""The client against Prima's twin: every shape of WSDL, every kind of answer, and the stock catalogue."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from lxml import etree

from lightspeed_prima.prima import outcome, requests
from lightspeed_prima.prima.client import PrimaAddress, PrimaClient
from lightspeed_prima.prima.outcome import NoAnswer
from lightspeed_prima.prima.requests import SiteChoices, render
from lightspeed_prima.prima.stock import catalogue_of, read_catalogue
from lightspeed_prima.twins.http_server import serve
from lightspeed_prima.twins.prima import PrimaOptions, create_prima_app
from lightspeed_prima.twins.prima_catalogue import PrimaCatalogue, PrimaProduct
from lightspeed_prima_tests.prima import make

CATALOGUE = PrimaCatalogue(
    products=(PrimaProduct("SHOE1", "F", "075", "", "", "4000", {"DUB": "S"}, {"DUB": 5}),),
    depots=("DUB",),
    vat_rates={"S": Decimal("0.23")},
    customers={"SHOP01": True},
)
Result = TypeVar("Result")
StartTwin = Callable[..., str]


@pytest.fixture
def start_twin(tmp_path: Path) -> Iterator[StartTwin]:
    with ExitStack() as running:

        def start(**options: Any) -> str:
            site = PrimaOptions(**options)
            base = running.enter_context(serve(create_prima_app(CATALOGUE, tmp_path / "prima.db", site)))
            return f"{base}{site.path}"

        yield start


def call(
    endpoint: str, question: Callable[[PrimaClient], Awaitable[Result]], operation: str = "wsomhandler"
) -> Result:
    """Ask one question with a client of its own."""

    async def ask() -> Result:
        wsdl = f"{endpoint}/wsdl?targetURI=urn:omlink"
        company = "1" if operation == "comwsomhandler" else ""
        async with PrimaClient(PrimaAddress(endpoint, wsdl, operation, company, timeout_seconds=5)) as client:
            return await question(client)

    return asyncio.run(ask())


@pytest.mark.parametrize("use", ["literal", "encoded"])
@pytest.mark.parametrize("operation", ["wsomhandler", "comwsomhandler"])
def test_an_order_is_accepted_whatever_the_wsdl_looks_like(
    start_twin: StartTwin, use: str, operation: str
) -> None:
    endpoint = start_twin(
        use=use, in_part="ipcRequest", out_part="opcAnswer", company_part="piCompany", app_object="Odd"
    )
    document = make.order()
    payload = render(document, SiteChoices()).payload
    reply = call(endpoint, lambda client: client.submit(payload), operation)
    verdict = outcome.judge_submission(reply, "sales_order", "70142", "MultiNewOrder")
    assert (verdict.kind, verdict.reference, verdict.text) == ("accepted", "70142", "")


def test_what_was_sent_can_be_read_back_and_what_was_not_cannot(start_twin: StartTwin) -> None:
    endpoint = start_twin()

    async def send_and_ask(client: PrimaClient) -> list[str]:
        await client.submit(render(make.order(), SiteChoices()).payload)
        replies = [(number, await client.order_status(number)) for number in ("70142", "70143")]
        return [outcome.judge_read_back(reply, number).kind for number, reply in replies]

    assert call(endpoint, send_and_ask) == ["found", "not_found"]


def test_a_repeated_number_is_a_duplicate_even_behind_stack_traces(start_twin: StartTwin) -> None:
    endpoint = start_twin(dev_mode=True)
    payload = render(make.order(), SiteChoices()).payload

    async def twice(client: PrimaClient) -> outcome.Verdict:
        await client.submit(payload)
        return outcome.judge_submission(await client.submit(payload), "sales_order", "70142", "MultiNewOrder")

    verdict = call(endpoint, twice)
    assert (verdict.kind, verdict.code) == ("duplicate", "E:21")
    assert "Stack Trace" not in verdict.text


def test_the_wsdl_is_read_once_however_many_calls_follow(start_twin: StartTwin) -> None:
    endpoint = start_twin()

    async def many(client: PrimaClient) -> None:
        await asyncio.gather(*(client.order_status(str(number)) for number in range(5)))

    call(endpoint, many)
    stats = httpx.get(f"{endpoint.removesuffix('/wsalive/wsalive')}/_twin/stats").json()
    assert (stats["calls"]["wsdl"], stats["calls"]["OrderStatus"]) == (1, 5)


def test_a_refused_connection_is_known_not_to_have_been_sent() -> None:
    reply = call("http://127.0.0.1:9/wsalive/wsalive", lambda client: client.submit(b"<R/>"))
    assert isinstance(reply, NoAnswer)
    assert (reply.sent, reply.code) == (False, "UNREACHABLE")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "reset_before"}, "CONNECTION_LOST"),
        ({"kind": "reset_after"}, "CONNECTION_LOST"),
        ({"kind": "truncated_body"}, "CONNECTION_LOST"),
        ({"kind": "html_page"}, "HTML_ANSWER"),
        ({"kind": "http_500_after", "status": 503}, "HTTP_503"),
        ({"kind": "soap_fault"}, "SOAP_FAULT"),
        ({"kind": "garbage_encoding"}, "NOT_SOAP"),
        ({"kind": "cut_document"}, "BAD_DOCUMENT"),
    ],
)
def test_every_broken_answer_is_unclear(start_twin: StartTwin, fault: dict[str, Any], code: str) -> None:
    endpoint = start_twin()
    admin = endpoint.removesuffix("/wsalive/wsalive")
    order = {"faults": [{**fault, "request_type": "MultiNewOrder"}]}
    httpx.post(f"{admin}/_twin/faults", json=order).raise_for_status()
    payload = render(make.order(), SiteChoices()).payload
    reply = call(endpoint, lambda client: client.submit(payload))
    verdict = outcome.judge_submission(reply, "sales_order", "70142", "MultiNewOrder")
    assert (verdict.kind, verdict.code) == ("unclear", code)


def test_the_catalogue_is_read_whole(start_twin: StartTwin) -> None:
    catalogue = call(start_twin(), read_catalogue)
    assert (catalogue.outcome, len(catalogue.rows), catalogue.units) == ("ok", 1, 5)
    row = catalogue.rows[0]
    assert (row.product, row.mtrx1, row.mtrx2, row.available_quantity) == ("SHOE1", "F", "075", 5)


def test_a_catalogue_that_cannot_be_asked_for_says_why() -> None:
    catalogue = call("http://127.0.0.1:9/wsalive/wsalive", read_catalogue)
    assert (catalogue.outcome, catalogue.rows) == ("failed", ())
    assert "UNREACHABLE" in catalogue.problem


@pytest.mark.parametrize(
    "rows",
    [
        '<sku Product="A" AvailableQuantity="many"/>',
        '<sku Product="" AvailableQuantity="1"/>',
        '<sku Product="A" AvailableQuantity="1"/><sku Product="A" AvailableQuantity="2"/>',
    ],
)
def test_one_row_that_cannot_be_believed_fails_the_catalogue(rows: str) -> None:
    catalogue = catalogue_of(etree.fromstring(f'<Result RequestStatus="OK"><Data>{rows}</Data></Result>'))
    assert (catalogue.outcome, catalogue.rows) == ("failed", ())


def test_rows_are_read_in_either_spelling() -> None:
    inner = '<SKU Product="A" MtrxCode1="F" AvailableQuantity="0" AvailableDate="17/01/2020"/>'
    catalogue = catalogue_of(etree.fromstring(f'<Result RequestStatus="OK"><Data>{inner}</Data></Result>'))
    assert [(row.product, row.available_date) for row in catalogue.rows] == [("A", "17/01/2020")]


def test_a_number_is_escaped_in_the_question_for_it() -> None:
    assert b'OrderNumber="1&quot;2"' in requests.order_status('1"2')
