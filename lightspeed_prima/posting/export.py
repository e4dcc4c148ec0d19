"""Credit notes as files, for import by hand where Prima takes none over its web service.

What does not belong here: whether a document is exported (engine). A file's name and content depend on
nothing but the document: writing it again after a crash changes nothing.
"""

from __future__ import annotations

import csv
import io
import os
from typing import TYPE_CHECKING

from lightspeed_prima.prima.documents import canonical_json

if TYPE_CHECKING:
    from pathlib import Path

    from lightspeed_prima.prima.documents import PlannedDocument

COLUMNS = (
    "credit_note_number",
    "original_order_number",
    "sale_key",
    "business_date",
    "customer",
    "line",
    "original_line",
    "product",
    "mtrx1",
    "mtrx2",
    "mtrx3",
    "mtrx4",
    "quantity",
    "price",
    "net",
    "tax",
    "gross",
    "vat_code",
    "depot",
    "currency",
    "reason",
)


def write_files(directory: Path, document: PlannedDocument) -> str:
    """`NUMBER.csv` with one row per line, `NUMBER.json` with everything; returns the name of the first."""
    directory.mkdir(parents=True, exist_ok=True)
    name = f"{document.document_number}.csv"
    _write(directory / f"{document.document_number}.json", canonical_json(document) + "\n")
    _write(directory / name, _lines_as_csv(document))
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return name


def _lines_as_csv(document: PlannedDocument) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in document.lines:
        writer.writerow(
            [
                document.document_number,
                document.original_document_number,
                document.sale_key,
                document.business_date.isoformat(),
                document.prima_customer,
                line.order_line,
                "" if line.original_order_line is None else line.original_order_line,
                line.product,
                *line.mtrx,
                line.quantity,
                line.price,
                line.net,
                line.tax,
                line.gross,
                line.vat_code,
                line.depot,
                document.currency,
                document.reason,
            ]
        )
    return out.getvalue()


def _write(path: Path, text: str) -> None:
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
