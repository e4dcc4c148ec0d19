"""The twin's own pages under /_twin: what it has booked, and how a test spoils its day.

Nothing here exists in a real Prima, and no client may use it.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lightspeed_prima.twins.prima.documents import Document, Line, Payment, SkuKey
from lightspeed_prima.twins.prima.faults import Fault
from lightspeed_prima.twins.prima.ledger import LedgerView
from lightspeed_prima.twins.prima.stock import stock_by_depot

if TYPE_CHECKING:
    from lightspeed_prima.twins.prima.app import PrimaTwin


class _FaultOrder(BaseModel):
    """The body of POST /_twin/faults: faults to add, and how the ledger extract is to look from now on."""

    model_config = ConfigDict(extra="forbid")

    faults: list[Fault] = []
    ledger: LedgerView | None = None


def admin_routes(twin: PrimaTwin) -> list[Route]:
    """The pages, for this twin."""

    async def documents(_request: Request) -> Response:
        return JSONResponse(_documents(twin))

    async def stock(_request: Request) -> Response:
        return JSONResponse(_stock(twin))

    async def stats(_request: Request) -> Response:
        return JSONResponse(_stats(twin))

    async def submissions(_request: Request) -> Response:
        return JSONResponse([vars(submission) for submission in twin.store.submissions()])

    async def faults(request: Request) -> Response:
        return await _faults(twin, request)

    async def reset(_request: Request) -> Response:
        twin.faults.clear()
        twin.ledger_view = LedgerView()
        twin.store.reset()
        return JSONResponse({"reset": True})

    return [
        Route("/_twin/documents", documents),
        Route("/_twin/submissions", submissions),
        Route("/_twin/stock", stock),
        Route("/_twin/stats", stats),
        Route("/_twin/faults", faults, methods=["GET", "POST", "DELETE"]),
        Route("/_twin/reset", reset, methods=["POST"]),
    ]


async def _faults(twin: PrimaTwin, request: Request) -> Response:
    if request.method == "POST":
        try:
            order = _FaultOrder.model_validate_json(await request.body())
        except ValidationError as problem:
            return JSONResponse({"error": str(problem)}, 400)
        for fault in order.faults:
            twin.faults.add(fault)
        if order.ledger is not None:
            twin.ledger_view = order.ledger
    elif request.method == "DELETE":
        twin.faults.clear()
        twin.ledger_view = LedgerView()
    return JSONResponse(
        {"faults": twin.faults.remaining(), "ledger": twin.ledger_view.model_dump(mode="json")}
    )


def _documents(twin: PrimaTwin) -> list[dict[str, object]]:
    submitted = Counter(submission.number for submission in twin.store.submissions())
    return [_document(document, submitted[document.number]) for document in twin.store.documents()]


def _document(document: Document, submissions: int) -> dict[str, object]:
    return {
        "number": document.number,
        "type": document.document_type,
        "customer": document.customer,
        "original": document.original_number,
        "tpguid": document.tpguid,
        "vat_inclusive": document.vat_inclusive,
        "on_hold": document.on_hold,
        "reason": document.reason,
        "gross": _money(document.gross),
        "warehouse": ",".join(sorted({line.depot for line in document.lines})),
        "received_at": document.received_at.isoformat(),
        "submissions": submissions,
        "lines": [_line(line) for line in document.lines],
        "payments": [_payment(payment) for payment in document.payments],
    }


def _line(line: Line) -> dict[str, object]:
    return {
        "line": line.line_number,
        "order_line": line.order_line,
        **_sku(line.key),
        "quantity": line.quantity,
        "price": _money(line.price),
        "net": _money(line.net),
        "tax": _money(line.tax),
        "gross": _money(line.gross),
        "gl_account": line.gl_account,
        "vat_code": line.vat_code,
        "depot": line.depot,
        "reference": line.reference,
    }


def _sku(key: SkuKey) -> dict[str, str]:
    return dict(zip(("product", "mtrx1", "mtrx2", "mtrx3", "mtrx4"), key, strict=True))


def _payment(payment: Payment) -> dict[str, object]:
    return {
        "pay_method": payment.pay_method,
        "sub_pay_method": payment.sub_pay_method,
        "amount": _money(payment.amount),
        "exchange_credit": payment.exchange_credit,
        "reference": payment.reference,
    }


def _stock(twin: PrimaTwin) -> list[dict[str, object]]:
    return [
        {
            "product": key[0],
            "mtrx1": key[1],
            "mtrx2": key[2],
            "mtrx3": key[3],
            "mtrx4": key[4],
            "depots": dict(units),
        }
        for key, units in sorted(stock_by_depot(twin.company.books).items())
    ]


def _stats(twin: PrimaTwin) -> dict[str, object]:
    documents = list(twin.store.documents())
    submissions = twin.store.submissions()
    kinds = Counter(document.document_type for document in documents)
    calls = {
        name.removeprefix("call:"): n for name, n in twin.store.counters().items() if name.startswith("call:")
    }
    return {
        "documents": len(documents),
        "sales_orders": kinds["sales_order"],
        "credit_notes": kinds["credit_note"],
        "net_gross": _money(sum((document.sign * document.gross for document in documents), Decimal(0))),
        "submissions": len(submissions),
        "refused": sum(not submission.accepted for submission in submissions),
        "duplicates_refused": sum("(E:21)" in submission.error_text for submission in submissions),
        "customers_created": len(twin.store.customers()),
        "calls": calls,
        "max_in_flight": twin.max_in_flight,
    }


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"
