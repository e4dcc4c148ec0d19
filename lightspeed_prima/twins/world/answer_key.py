"""The right answer: what must have become of every sale once all stages are revealed and posted.

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
from lightspeed_prima.twins.world.mappings import SkuKey, mapping_fixes, sku_key
from lightspeed_prima.twins.world.shops import ACCOUNT
from lightspeed_prima.twins.world.till import Line, LineSum, Sale, half_up, ring_up

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
    """By its lines: sale, refund (only returns) or exchange (both)."""
    status: str
    """completed, open or voided."""
    shop_id: str
    depot: str
    business_date: str | None
    """The trading day in the shop's time zone; None while not completed."""
    gross: Decimal
    """What the customer paid, or got back when negative: goods with tax, and gift cards sold."""
    tax: Decimal
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
        """The key for answer_key.json: money as text, with a summary at the top."""
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


def key_of(sale: Sale) -> str:
    """`sale_key` of docs/interface.md."""
    return f"{ACCOUNT}:{sale.sale_id}"


def units_sold(sales: Iterable[Sale]) -> dict[tuple[str, SkuKey], int]:
    """Units that leave each depot, held sales included: opening stock must cover them once released."""
    sold: Counter[tuple[str, SkuKey]] = Counter()
    for sale in sales:
        for line in sale.lines:
            if line.item and line.quantity > 0:
                sold[sale.shop.depot, sku_key(line.item)] += line.quantity
    return dict(sold)


def _expected_sale(sale: Sale) -> ExpectedSale:
    money = ring_up(sale)
    disposition = _disposition(sale)
    return ExpectedSale(
        sale_key=key_of(sale),
        story=sale.story,
        kind=_kind(sale),
        status=_status(sale),
        shop_id=sale.shop.shop_id,
        depot=sale.shop.depot,
        business_date=sale.business_date.isoformat() if sale.business_date else None,
        gross=money.to_pay,
        tax=money.tax,
        disposition=disposition,
        exceptions=sale.trouble,
        is_late=sale.stage > 1,
        documents=tuple(_documents(sale)) if disposition == "posted" else (),
    )


def _disposition(sale: Sale) -> Disposition:
    if sale.voided_at is not None or sale.completed_at is None:
        return "excluded"
    return "held" if sale.trouble else "posted"


def _kind(sale: Sale) -> str:
    returns = any(line.quantity < 0 for line in sale.lines)
    buys = any(line.quantity > 0 for line in sale.lines)
    if returns:
        return "exchange" if buys else "refund"
    return "sale"


def _status(sale: Sale) -> str:
    if sale.voided_at is not None:
        return "voided"
    return "open" if sale.completed_at is None else "completed"


def _documents(sale: Sale) -> Iterator[ExpectedDocument]:
    """One order for what was bought, one credit note for each sale that goods came back from."""
    figures = list(zip(sale.lines, ring_up(sale).lines, strict=True))
    originals: dict[str, list[tuple[Line, LineSum]]] = {}
    for line, money in figures:
        if line.quantity < 0:
            assert line.parent is not None
            assert line.parent.sale is not None
            originals.setdefault(key_of(line.parent.sale), []).append((line, money))
    for original, returned in sorted(originals.items()):
        yield _document(sale, "credit_note", original, returned)
    bought = [(line, money) for line, money in figures if line.quantity > 0]
    if bought:
        yield _document(sale, "sales_order", "", bought)


def _document(
    sale: Sale, document_type: DocumentType, original: str, lines: list[tuple[Line, LineSum]]
) -> ExpectedDocument:
    tax = half_up(sum((money.tax for _, money in lines), Decimal(0)))
    goods = sum((money.discounted for _, money in lines), Decimal(0))
    gift_cards = sum((line.gift_card_value for line, _ in lines), Decimal(0))
    gross = goods + gift_cards if sale.shop.tax.inclusive else goods + gift_cards + tax
    return ExpectedDocument(
        document_type=document_type,
        gross=half_up(abs(gross)),
        depot=sale.shop.depot,
        original_sale_key=original,
        stock=_moves(lines),
    )


def _moves(lines: list[tuple[Line, LineSum]]) -> tuple[StockMove, ...]:
    moved: Counter[SkuKey] = Counter()
    for line, _ in lines:
        if line.item and not line.item.service:
            moved[sku_key(line.item)] -= line.quantity
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
