"""The warehouse holds exactly the rows of the files, in the transaction of the caller.

What does not belong here: which files are right (test_reader.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from lightspeed_prima.mapping import load_mappings, read_mappings
from lightspeed_prima_tests.mapping.folder import MappingFolder


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    foundation = files("lightspeed_prima.warehouse") / "migrations" / "0001_foundation.sql"
    with duckdb.connect() as connection:
        connection.execute(foundation.read_text(encoding="utf-8"))
        yield connection


@pytest.fixture
def folder(tmp_path: Path) -> MappingFolder:
    return MappingFolder(tmp_path)


def test_every_row_arrives_with_its_types(con: duckdb.DuckDBPyConnection, folder: MappingFolder) -> None:
    counts = load_mappings(con, read_mappings(folder.path))

    assert counts == {"shops": 1, "skus": 1, "non_stock": 1, "taxes": 2, "customers": 1, "tenders": 1}
    assert con.execute("from mapping.taxes order by line_no").fetchall() == [
        ("ie", "1/*", Decimal("0.230000"), "S23", date(1, 1, 1), date(9999, 12, 31), 2),
        ("ie", "1/3", Decimal("0.000000"), "Z00", date(1, 1, 1), date(9999, 12, 31), 3),
    ]
    assert con.execute("select shop_name, vat_inclusive, posting_profile from mapping.shops").fetchall() == [
        ("Dublin", True, "transaction")
    ]
    assert con.execute("select match, gl_account, mtrx1 from mapping.non_stock").fetchall() == [
        ("sku:CARE", "4030", "")
    ]
    assert con.execute("select pay_method, sub_pay_method, kind from mapping.tenders").fetchall() == [
        ("CSH", "", "cash")
    ]
    assert con.execute("select lightspeed_customer_id, prima_customer from mapping.customers").fetchall() == [
        ("21", "0000710021")
    ]
    assert con.execute("select lightspeed_sku, product, mtrx1, mtrx2 from mapping.skus").fetchall() == [
        ("A1", "P1", "F", "075")
    ]


def test_a_row_that_left_the_file_leaves_the_warehouse(
    con: duckdb.DuckDBPyConnection, folder: MappingFolder
) -> None:
    load_mappings(con, read_mappings(folder.path))
    folder.write("skus.csv", "account,lightspeed_sku,product")
    (folder.path / "customers.csv").unlink()

    counts = load_mappings(con, read_mappings(folder.path))

    assert (counts["skus"], counts["customers"]) == (0, 0)
    assert con.execute("select count(*) from mapping.skus").fetchall() == [(0,)]
    assert con.execute("select count(*) from mapping.customers").fetchall() == [(0,)]


def test_nothing_changes_when_the_callers_transaction_is_rolled_back(
    con: duckdb.DuckDBPyConnection, folder: MappingFolder
) -> None:
    load_mappings(con, read_mappings(folder.path))
    folder.write("skus.csv", "account,lightspeed_sku,product", "ie,B1,P9")

    con.execute("begin")
    load_mappings(con, read_mappings(folder.path))
    con.execute("rollback")

    assert con.execute("select lightspeed_sku from mapping.skus").fetchall() == [("A1",)]
