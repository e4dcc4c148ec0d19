"""A small Prima: two depots, a shoe in one size, a shoe in another, a service and a gift card."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lightspeed_prima.twins.http_server import serve
from lightspeed_prima.twins.prima import PrimaOptions, create_prima_app
from lightspeed_prima.twins.prima_catalogue import PrimaCatalogue, PrimaProduct
from lightspeed_prima_tests.twins.prima.talk import Talk

RATES = {"DUB": "S", "AMS": "N"}
NOW = datetime(2026, 11, 9, 6, 30, tzinfo=UTC)

CATALOGUE = PrimaCatalogue(
    products=(
        PrimaProduct("SHOE1", "F", "075", "", "", "4000", RATES, {"DUB": 5, "AMS": 2}),
        PrimaProduct("SHOE1", "F", "080", "", "", "4000", RATES, {"DUB": 0, "AMS": 0}),
        PrimaProduct("BOOT9", "", "", "", "", "4010", RATES, {"DUB": 1}),
        PrimaProduct("HEMMING", "", "", "", "", "4100", {"DUB": "S"}, {}),
        PrimaProduct("GIFTCARD", "", "", "", "", "2200", {"DUB": "Z", "AMS": "Z"}, {}),
    ),
    depots=("DUB", "AMS"),
    vat_rates={"S": Decimal("0.23"), "N": Decimal("0.21"), "Z": Decimal("0")},
    customers={"SHOP01": True, "TRADE1": False},
)

StartPrima = Callable[..., Talk]


@pytest.fixture
def start_prima(tmp_path: Path) -> Iterator[StartPrima]:
    """Starts a twin on the test's own state file; give options to change the site."""
    with ExitStack() as running:

        def start(**options: Any) -> Talk:
            site = PrimaOptions(**{"now": lambda: NOW, **options})
            app = create_prima_app(CATALOGUE, tmp_path / "prima.db", site)
            talk = Talk(running.enter_context(serve(app)))
            running.callback(talk.http.close)
            return talk

        yield start


@pytest.fixture
def prima(start_prima: StartPrima) -> Talk:
    """The usual site."""
    return start_prima()
