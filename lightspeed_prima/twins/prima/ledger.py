"""The ledger extract (docs/interface.md 5): a CSV of what was posted, income side only.

The ways in which tests spoil an extract are here too, because they are about its rows; when it is asked for
and how it is sent belongs to app.py.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lightspeed_prima.twins.prima.documents import Document
from lightspeed_prima.twins.prima.store import Store

COLUMNS = (
    *("posting_date", "document_type", "document_number", "external_reference", "gl_account", "vat_code"),
    *("depot", "net", "tax", "gross", "currency"),
)


class LedgerView(BaseModel):
    """What the extract shows; the default is the truth, now."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    frozen_at: AwareDatetime | None = None
    """As if the nightly export had last run then: later documents are missing and Last-Modified says so."""
    missing: bool = False
    """No extract at all: HTTP 404."""
    drop: frozenset[str] = frozenset()
    """Numbers of documents that are left out."""
    alter: dict[str, Decimal] = {}
    """Amount added to net and gross of the first row of a document."""


def render_ledger(store: Store, view: LedgerView, currency: str) -> bytes:
    """The whole file, one row per document, GL account, VAT code and depot."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for document in store.documents():
        if document.number in view.drop or (view.frozen_at and document.received_at > view.frozen_at):
            continue
        change = view.alter.get(document.number, Decimal(0))
        for row in _rows(document):
            net, tax, gross = row.net + change, row.tax, row.gross + change
            change = Decimal(0)
            writer.writerow(
                (
                    *(document.received_at.date().isoformat(), document.document_type, document.number),
                    *(document.tpguid, row.gl_account, row.vat_code, row.depot),
                    *(f"{net:.2f}", f"{tax:.2f}", f"{gross:.2f}", currency),
                )
            )
    return text.getvalue().encode()


@dataclass(frozen=True)
class _Row:
    gl_account: str
    vat_code: str
    depot: str
    net: Decimal
    tax: Decimal
    gross: Decimal


def _rows(document: Document) -> Iterator[_Row]:
    for gl_account, vat_code, depot in sorted({(x.gl_account, x.vat_code, x.depot) for x in document.lines}):
        lines = [
            x for x in document.lines if (x.gl_account, x.vat_code, x.depot) == (gl_account, vat_code, depot)
        ]
        net, tax = sum((x.net for x in lines), Decimal(0)), sum((x.tax for x in lines), Decimal(0))
        sign = document.sign
        # Adding nothing turns a negative zero, which a CSV would show as -0.00, into zero.
        yield _Row(gl_account, vat_code, depot, sign * net + 0, sign * tax + 0, sign * (net + tax) + 0)
