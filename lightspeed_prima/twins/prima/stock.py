"""Stock per depot, and the two stock requests that show only its sum.

Opening stock comes from the catalogue, movements from the booked documents; nothing else moves stock.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from lightspeed_prima.twins.prima.books import Books
from lightspeed_prima.twins.prima.documents import SkuKey
from lightspeed_prima.twins.prima.result_xml import render_element


def stock_by_depot(books: Books) -> dict[SkuKey, Counter[str]]:
    """Units on hand of every stocked product, by depot; may go below zero."""
    stock = {p.key: Counter(dict(p.opening_stock)) for p in books.catalogue.products if p.stocked}
    for document in books.store.documents():
        for line in document.lines:
            if line.stocked and line.key in stock:
                stock[line.key][line.depot] -= document.sign * line.quantity
    return stock


def available_in_range(books: Books, product_from: str, product_to: str) -> list[str]:
    """The `<sku>` rows of ProductAvailableToSell, sorted; blank ends are open."""
    return [
        _row(books, "sku", key, sum(units.values()))
        for key, units in sorted(stock_by_depot(books).items())
        if (not product_from or key[0] >= product_from) and (not product_to or key[0] <= product_to)
    ]


def available_of(books: Books, keys: Iterable[SkuKey]) -> tuple[list[str], list[SkuKey]]:
    """The `<SKU>` rows of MultiAvailableToSell in the order asked, and the SKUs Prima does not know."""
    stock = stock_by_depot(books)
    rows, unknown = [], []
    for key in keys:
        if key not in stock:
            unknown.append(key)
        if key in stock or books.options.unknown_sku == "zero":
            rows.append(_row(books, "SKU", key, sum(stock.get(key, Counter()).values())))
    return rows, unknown


def _row(books: Books, name: str, key: SkuKey, units: int) -> str:
    quantity = max(0, units)
    product, *matrix = key
    return render_element(
        name,
        {
            "AvailableDate": _expected(books, key) if not quantity else "",
            "AvailableQuantity": str(quantity),
            **{f"MtrxCode{level}": code for level, code in enumerate(matrix, start=1)},
            "Product": product,
        },
    )


def _expected(books: Books, key: SkuKey) -> str:
    """Some sold-out SKUs have a date and some have none, always the same ones."""
    dice = zlib.crc32("/".join(key).encode())
    if dice % 2:
        return ""
    return (books.options.now() + timedelta(days=dice % 90 + 1)).strftime("%d/%m/%Y")
