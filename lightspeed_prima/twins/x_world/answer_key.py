"""The right answer: what must have become of every X-Series sale once all stages are revealed and posted.

Computed from the till's own sales, never from the pipeline's models. How documents are numbered is the
pipeline's business and not asked here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Literal

from lightspeed_prima.twins.prima_catalogue import PrimaCatalogue
from lightspeed_prima.twins.x_world.mappings import SkuKey, mapping_fixes, sku_key
from lightspeed_prima.twins.x_world.retailer import ACCOUNT
from lightspeed_prima.twins.x_world.till import Line, Sale, paid, ring_up
from lightspeed_prima.twins.x_world.till_arithmetic import ZERO, half_up

Disposition = Literal["posted", "held", "excluded"]
DocumentType = Literal["sales_order", "credit_note"]


@dataclass(frozen=True)
class StockMove:
    """Units that a document takes from (negative) or gives back to (positive) its depot."""

    product: str
    mtrx1: str
    mtrx2: str
    mtrx3: str
    mtrx4: str
    quantity: int


@dataclass(frozen=True)
class ExpectedDocument:
    """A Prima document that must exist; its gross is positive whatever its type."""

    document_type: DocumentType
    gross: Decimal
    depot: str
    original_sale_key: str
    """The sale whose goods came back; empty for a sales order."""
    stock: tuple[StockMove, ...]


@dataclass(frozen=True)
class ExpectedSale:
    """What must be known of one Lightspeed sale in the end."""

    sale_key: str
    story: str
    kind: str
    """By its lines: sale, refund (only returns) or exchange (both). A discount line brings nothing back."""
    status: str
    """completed, open, voided or deleted."""
    shop_id: str
    depot: str
    business_date: str | None
    """The trading day in the outlet's time zone; None while not completed."""
    gross: Decimal
    """What the sale comes to with tax, cards, fees and tips, rounding to coins included."""
    tax: Decimal
    rounding: Decimal
    """What rounding to cash coins added; Lightspeed's own total is gross less this."""
    disposition: Disposition
    exceptions: tuple[str, ...]
    is_late: bool
    documents: tuple[ExpectedDocument, ...]


@dataclass(frozen=True)
class ExpectedStock:
    """A SKU's units at one depot before the week and after everything is posted."""

    depot: str
    product: str
    mtrx1: str
    mtrx2: str
    mtrx3: str
    mtrx4: str
    opening: int
    closing: int


@dataclass(frozen=True)
class AnswerKey:
    """The right answer for a whole world."""

    sales: tuple[ExpectedSale, ...]
    stock: tuple[ExpectedStock, ...]
    mapping_fixes: dict[str, list[str]]
    """Rows to append, by mapping file, that release what is held for a missing mapping."""

    @property
    def exceptions(self) -> tuple[tuple[str, str], ...]:
        """Every (code, sale_key) that must be open in the end; there is nothing else to report."""
        return tuple((code, sale.sale_key) for sale in self.sales for code in sale.exceptions)

    def as_json(self) -> dict[str, Any]:
        """The key for a JSON file: money as text, with a summary at the top."""
        dispositions = Counter(sale.disposition for sale in self.sales)
        codes = Counter(code for code, _ in self.exceptions)
        documents = Counter(d.document_type for sale in self.sales for d in sale.documents)
        summary = {
            "sales": len(self.sales),
            "dispositions": dict(sorted(dispositions.items())),
            "exceptions": dict(sorted(codes.items())),
            "documents": dict(sorted(documents.items())),
        }
        plain = _without_decimals(asdict(self))
        assert isinstance(plain, dict)
        return {"summary": summary, **plain}


def answer_key(sales: Sequence[Sale], catalogue: PrimaCatalogue) -> AnswerKey:
    """The key for these sales posted to that Prima company."""
    expected = tuple(_expected_sale(sale) for sale in sales)
    return AnswerKey(expected, tuple(_stock(expected, catalogue)), mapping_fixes())


def units_sold(sales: Iterable[Sale]) -> dict[tuple[str, SkuKey], int]:
    """Units that leave each depot, held and open sales included: opening stock must cover them all."""
    sold: Counter[tuple[str, SkuKey]] = Counter()
    for sale in sales:
        for line in sale.lines:
            if line.product.has_inventory and line.quantity > 0:
                sold[sale.outlet.depot, sku_key(line.product)] += line.quantity
    return dict(sold)


def _key_of(sale: Sale) -> str:
    return f"{ACCOUNT}:{sale.sale_id}"


def _expected_sale(sale: Sale) -> ExpectedSale:
    money = ring_up(sale)
    disposition, status = _disposition(sale), _status(sale)
    rounding = ZERO if disposition != "posted" else paid(sale) - money.total
    return ExpectedSale(
        sale_key=_key_of(sale),
        story=sale.story,
        kind=_kind(sale),
        status=status,
        shop_id=sale.outlet.outlet_id,
        depot=sale.outlet.depot,
        business_date=sale.business_date.isoformat() if status != "open" else None,
        gross=money.total + rounding,
        tax=money.tax,
        rounding=rounding,
        disposition=disposition,
        exceptions=sale.trouble,
        is_late=sale.is_late,
        documents=tuple(_documents(sale, money.total + rounding)) if disposition == "posted" else (),
    )


def _disposition(sale: Sale) -> Disposition:
    if _status(sale) != "completed" or not (sale.lines or sale.payments):
        return "excluded"
    return "held" if sale.trouble else "posted"


def _status(sale: Sale) -> str:
    if sale.deleted_at is not None:
        return "deleted"
    return {"closed": "completed", "voided": "voided"}.get(sale.status.state, "open")


def _kind(sale: Sale) -> str:
    returns = any(line.brings_goods_back for line in sale.lines)
    buys = any(line.quantity > 0 for line in sale.lines)
    if returns:
        return "exchange" if buys else "refund"
    return "sale"


def _documents(sale: Sale, gross: Decimal) -> Iterator[ExpectedDocument]:
    """One credit note for what came back, one order for the rest; together they net to the sale."""
    returned = [line for line in sale.lines if line.brings_goods_back]
    bought = [line for line in sale.lines if not line.brings_goods_back]
    credited = half_up(-sum((line.gross for line in returned), ZERO))
    if returned:
        assert sale.original is not None, "only a return of a named sale is posted"
        original = _key_of(sale.original)
        yield ExpectedDocument("credit_note", credited, sale.outlet.depot, original, _moves(returned))
    if bought or sale.adjustments:
        yield ExpectedDocument("sales_order", gross + credited, sale.outlet.depot, "", _moves(bought))


def _moves(lines: Sequence[Line]) -> tuple[StockMove, ...]:
    moved: Counter[SkuKey] = Counter()
    for line in lines:
        if line.product.has_inventory:
            moved[sku_key(line.product)] -= line.quantity
    return tuple(StockMove(*key, quantity) for key, quantity in sorted(moved.items()))


def _stock(sales: Sequence[ExpectedSale], catalogue: PrimaCatalogue) -> Iterator[ExpectedStock]:
    moved: Counter[tuple[str, SkuKey]] = Counter()
    for sale in sales:
        for document in sale.documents:
            for move in document.stock:
                key = (move.product, move.mtrx1, move.mtrx2, move.mtrx3, move.mtrx4)
                moved[document.depot, key] += move.quantity
    for product in catalogue.products:
        for depot, opening in product.opening_stock.items():
            yield ExpectedStock(depot, *product.key, opening, opening + moved[depot, product.key])


def _without_decimals(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_decimals(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_decimals(inner) for inner in value]
    return str(half_up(value)) if isinstance(value, Decimal) else value
