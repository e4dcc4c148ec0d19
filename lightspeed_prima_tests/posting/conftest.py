"""The posting bench with a small Prima behind it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from lightspeed_prima.twins.http_server import serve
from lightspeed_prima.twins.prima import create_prima_app
from lightspeed_prima.twins.prima_catalogue import PrimaCatalogue, PrimaProduct
from lightspeed_prima_tests.posting.lab import Lab

CATALOGUE = PrimaCatalogue(
    products=(PrimaProduct("SHOE1", "F", "075", "", "", "4000", {"DUB": "S"}, {"DUB": 500}),),
    depots=("DUB",),
    vat_rates={"S": Decimal("0.23")},
    customers={"SHOP01": True, "TRADE1": False},
)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with serve(create_prima_app(CATALOGUE, tmp_path / "prima.db")) as base:
        yield Lab(tmp_path, base)
