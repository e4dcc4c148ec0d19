"""Prima's catalogue: believed when it is whole, refused when it has shrunk too much."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lightspeed_prima.defs.prima_stock import StockRead, store_catalogue
from lightspeed_prima.prima.stock import Catalogue, StockRow
from lightspeed_prima_tests.defs.site import NOW, Site, check


def catalogue(skus: int, units_each: int = 10) -> Catalogue:
    return Catalogue("ok", tuple(StockRow(f"P{n}", "1", "", "", "", units_each, "") for n in range(skus)))


def store(site: Site, read: Catalogue, max_shrink: str = "0.10") -> StockRead:
    with site.warehouse.transaction() as con:
        return store_catalogue(con, read, Decimal(max_shrink), NOW, "run")


def held(site: Site) -> list[tuple[object, ...]]:
    return site.read("select count(*), sum(available_quantity)::bigint from raw.prima_stock")


def test_the_first_catalogue_is_taken_whatever_its_size(site: Site) -> None:
    assert store(site, catalogue(3)).outcome == "ok"
    assert held(site) == [(3, 30)]


@pytest.mark.parametrize(
    ("now", "outcome"),
    [
        (catalogue(18), "ok"),
        (catalogue(17), "refused"),
        (catalogue(20, units_each=9), "ok"),
        (catalogue(20, units_each=8), "refused"),
        (catalogue(0), "refused"),
        (catalogue(40), "ok"),
    ],
)
def test_a_catalogue_may_lose_a_tenth_of_its_rows_or_units_and_no_more(
    site: Site, now: Catalogue, outcome: str
) -> None:
    store(site, catalogue(20))

    assert store(site, now).outcome == outcome


def test_a_refused_catalogue_leaves_the_figures_and_says_what_shrank(site: Site) -> None:
    store(site, catalogue(20))

    read = store(site, catalogue(5))

    assert held(site) == [(20, 200)]
    assert "20 rows before, 5 now; 200 units before, 50 now" in read.problem
    assert "stock.max_shrink" in read.problem
    assert site.read("select outcome, row_count, unit_count from raw.prima_stock_reads") == [
        ("ok", 20, 200),
        ("refused", 5, 50),
    ]


def test_a_real_loss_is_accepted_when_the_limit_is_raised(site: Site) -> None:
    store(site, catalogue(20))

    assert store(site, catalogue(5), max_shrink="0.9").outcome == "ok"
    assert held(site) == [(5, 50)]


def test_stock_below_zero_does_not_make_every_later_catalogue_a_loss(site: Site) -> None:
    store(site, catalogue(2, units_each=-5))

    assert store(site, catalogue(2, units_each=-9)).outcome == "ok"


def test_an_unreachable_prima_is_recorded_and_warned_of_and_fails_nothing(site: Site) -> None:
    store(site, catalogue(3))

    result = site.make("raw/prima_stock")
    found = check(result, "catalogue_is_believable")

    assert result.success
    assert not found.passed
    assert found.severity.value == "WARN"
    assert held(site) == [(3, 30)]
    assert site.read("select outcome from raw.prima_stock_reads order by 1") == [("failed",), ("ok",)]
