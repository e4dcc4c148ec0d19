"""Reads the mapping files whole, and complains about everything that is wrong with them at once.

What does not belong here: what a file may contain (files.py) and the warehouse (load.py).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lightspeed_prima.mapping import files
from lightspeed_prima.mapping.files import FILE_NAMES, MappingFile, Row
from lightspeed_prima.mapping.overlaps import find_overlaps
from lightspeed_prima.mapping.problems import MappingError, MappingProblem
from lightspeed_prima.mapping.rows import Mappings

Problems = list[MappingProblem]


def read_mappings(directory: Path) -> Mappings:
    """Every mapping row of the directory; raises MappingError with every mistake in every file."""
    problems: Problems = []
    if not directory.is_dir():
        raise MappingError(str(directory), [MappingProblem(str(directory), 0, "there is no such directory")])
    mappings = Mappings(
        shops=_read_file(directory, files.SHOPS, problems),
        skus=_read_file(directory, files.SKUS, problems),
        non_stock=_read_file(directory, files.NON_STOCK, problems),
        taxes=_read_file(directory, files.TAXES, problems),
        customers=_read_file(directory, files.CUSTOMERS, problems),
        tenders=_read_file(directory, files.TENDERS, problems),
        warnings=_unknown_files(directory),
    )
    if problems:
        raise MappingError(str(directory), problems)
    return mappings


def _unknown_files(directory: Path) -> tuple[str, ...]:
    """A misspelt customers.csv would otherwise go unread and unnoticed, because that file is optional."""
    return tuple(
        f"{path.name}: is not a mapping file and is not read; the files are {', '.join(FILE_NAMES)}"
        for path in sorted(directory.glob("*.csv"))
        if path.name not in FILE_NAMES
    )


def _read_file(directory: Path, file: MappingFile[Row], problems: Problems) -> tuple[Row, ...]:
    text = _text(directory / file.name, file, problems)
    if text is None:
        return ()
    records = _records(text, file.name, problems)
    header = next(records, None)
    if header is None:
        problems.append(MappingProblem(file.name, 0, "is empty; it needs at least its header row"))
        return ()
    names = [name.strip() for name in header[1]]
    if not _check_header(header[0], names, file, problems):
        return ()
    rows: list[Row] = []
    for line, cells in records:
        row = _row(file, names, line, cells, problems)
        if row is not None:
            rows.append(row)
    problems.extend(find_overlaps(file.name, file.key, rows))
    return tuple(rows)


def _text(path: Path, file: MappingFile[Row], problems: Problems) -> str | None:
    if file.optional and not path.exists():
        return None
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        problems.append(MappingProblem(file.name, 0, f"cannot be read: {error.strerror}"))
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problems.append(MappingProblem(file.name, line, "is not UTF-8 text; save it as CSV UTF-8"))
    return None


def _records(text: str, name: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it starts on; rows without any content are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # What follows a broken quote cannot be told apart any more.
            problems.append(MappingProblem(name, line, f"is not CSV from here on: {error}"))
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _check_header(line: int, names: list[str], file: MappingFile[Row], problems: Problems) -> bool:
    known = [column.name for column in file.columns]
    found: Problems = []
    for position, name in enumerate(names):
        if name not in (*known, files.COMMENT):
            what = f"unknown column {name!r}; the columns are {', '.join(known)}, {files.COMMENT}"
            found.append(MappingProblem(file.name, line, what))
        elif name in names[:position]:
            found.append(MappingProblem(file.name, line, f"column {name!r} occurs twice"))
    for column in file.columns:
        if column.required and column.name not in names:
            found.append(MappingProblem(file.name, line, f"column {column.name!r} is missing"))
    problems.extend(found)
    return not found


def _row(
    file: MappingFile[Row], names: list[str], line: int, cells: list[str], problems: Problems
) -> Row | None:
    if len(cells) != len(names):
        what = f"has {len(cells)} cells where the header has {len(names)}"
        problems.append(MappingProblem(file.name, line, what))
        return None
    given = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
    values: dict[str, Any] = {"line_no": line}
    whats: list[str] = []
    for column in file.columns:
        cell = given.get(column.name, "")
        if not cell and column.required:
            whats.append(f"{column.name} is blank")
        elif not cell:
            values[column.name] = column.default
        else:
            try:
                values[column.name] = column.parse(cell)
            except ValueError as error:
                whats.append(f"{column.name} {error}")
    if not whats:
        row = file.row(**values)
        if row.effective_from <= row.effective_to:
            return row
        whats.append(f"effective_to {row.effective_to} is before effective_from {row.effective_from}")
    problems.extend(MappingProblem(file.name, line, what) for what in whats)
    return None
