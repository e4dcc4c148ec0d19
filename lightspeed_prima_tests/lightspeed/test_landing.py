"""Raw is append-only: versions rise, nothing is stored twice, and cursors move with their rows or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from lightspeed_prima.lightspeed.landing import Landed
from lightspeed_prima.lightspeed.raw_store import RawStore
from lightspeed_prima.lightspeed.series import Batch, ReferenceRow, SaleRow, StockRow
from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima_tests.lightspeed.loopback import TurnedClock

Ask = Callable[..., list[tuple[Any, ...]]]
NINE = datetime(2026, 11, 3, 9, tzinfo=UTC)
MILLISECONDS = 1_793_696_400_000  # NINE since 1970


def row(payload: str, sale_id: str = "1", clock: int | None = MILLISECONDS, **changes: Any) -> SaleRow:
    sha256 = hashlib.sha256(payload.encode()).hexdigest()
    return SaleRow(sale_id, clock, NINE if clock else None, payload, sha256, **changes)


@pytest.fixture
def raw(warehouse: Warehouse, clock: TurnedClock) -> RawStore:
    return RawStore(warehouse, "ie", "R", "run-1", clock.now)


def land(raw: RawStore, batch: Batch) -> Landed:
    """Lands one batch at once; what it added."""
    before = raw.landed
    raw.land(batch)
    raw.flush()
    after = raw.landed
    return Landed(
        after.versions - before.versions,
        after.bad_payloads - before.bad_payloads,
        after.references - before.references,
    )


def versions(ask: Ask) -> list[tuple[Any, ...]]:
    return ask("select version, payload::varchar from raw.lightspeed_sales order by ingest_seq")


def test_a_sale_is_stored_byte_for_byte(raw: RawStore, ask: Ask) -> None:
    payload = '{"calcTotal" : "11.4860025","note":"caf\\u00e9 €",  "big":1e2}'
    land(raw, Batch("sales", sales=[row(payload)]))

    assert versions(ask) == [(MILLISECONDS, payload)]


def test_the_same_payload_is_no_new_version(raw: RawStore, ask: Ask) -> None:
    first = land(raw, Batch("sales", sales=[row("{}")]))
    second = land(raw, Batch("sales", sales=[row("{}")]))

    assert (first.versions, second.versions) == (1, 0)
    assert len(versions(ask)) == 1


def test_another_payload_under_the_same_clock_is_the_next_version(raw: RawStore, ask: Ask) -> None:
    land(raw, Batch("sales", sales=[row('{"a":1}'), row('{"a":2}')]))
    land(raw, Batch("sales", sales=[row('{"a":3}'), row('{"a":3}')]))

    assert [version for version, _ in versions(ask)] == [MILLISECONDS, MILLISECONDS + 1, MILLISECONDS + 2]


def test_going_back_to_an_earlier_payload_is_a_version_too(raw: RawStore, ask: Ask) -> None:
    land(raw, Batch("sales", sales=[row('{"a":1}'), row('{"a":2}'), row('{"a":1}')]))

    assert [payload for _, payload in versions(ask)] == ['{"a":1}', '{"a":2}', '{"a":1}']


def test_a_clock_that_runs_backwards_or_is_unreadable_still_gives_a_later_version(
    raw: RawStore, ask: Ask
) -> None:
    backwards, unreadable = row('{"a":1}', clock=MILLISECONDS - 60_000), row('{"a":2}', clock=None)
    land(raw, Batch("sales", sales=[row("{}"), backwards, unreadable]))

    assert [version for version, _ in versions(ask)] == [MILLISECONDS, MILLISECONDS + 1, MILLISECONDS + 2]


def test_a_problem_is_kept_beside_the_payload(raw: RawStore, ask: Ask) -> None:
    landed = land(raw, Batch("sales", sales=[row("{}", problem_path="$.saleID", problem="no id")]))

    assert landed.bad_payloads == 1
    assert ask("select problem_path, problem from raw.lightspeed_sales") == [("$.saleID", "no id")]


def test_a_payload_that_is_no_json_is_kept_as_text(raw: RawStore, ask: Ask) -> None:
    land(raw, Batch("sales", sales=[row("{'a': 1}")]))

    assert ask("select payload ->> '$', problem_path, problem from raw.lightspeed_sales") == [
        ("{'a': 1}", "$", "not valid JSON")
    ]


def test_a_batch_that_fails_leaves_neither_rows_nor_cursor(raw: RawStore, ask: Ask) -> None:
    broken: Any = [("sales", None)]  # the column is not null

    with pytest.raises(duckdb.ConstraintException):
        land(raw, Batch("sales", sales=[row("{}")], cursors=broken))

    assert versions(ask) == []
    assert ask("select * from raw.watermarks") == []


def test_a_reference_object_is_stored_when_it_changes(raw: RawStore, ask: Ask) -> None:
    shop = ReferenceRow("shop", "1", '{"name":"a"}', "a")
    renamed = ReferenceRow("shop", "1", '{"name":"b"}', "b")
    added = [
        land(raw, Batch("shops", references=[one])).references for one in (shop, shop, renamed, renamed, shop)
    ]

    assert added == [1, 0, 1, 0, 1]
    assert len(ask("select * from raw.lightspeed_reference")) == 3


def test_stock_is_replaced_by_its_newest_figure(raw: RawStore, ask: Ask) -> None:
    land(raw, Batch("item_shops", stock=[StockRow("1", "412", 4), StockRow("2", "412", -1)]))
    land(raw, Batch("item_shops", stock=[StockRow("1", "412", 3)]))

    assert ask("select shop_id, item_id, on_hand from raw.lightspeed_stock order by all") == [
        ("1", "412", 3),
        ("2", "412", -1),
    ]


def test_accounts_do_not_mix(raw: RawStore, warehouse: Warehouse, clock: TurnedClock, ask: Ask) -> None:
    other = RawStore(warehouse, "uk", "R", "run-1", clock.now)
    land(raw, Batch("sales", sales=[row("{}")], cursors=[("sales", "x")]))
    land(other, Batch("sales", sales=[row("{}")]))

    assert other.cursor("sales") is None
    assert len(versions(ask)) == 2
    assert other.known_sales(["1", "2"]) == {"1"}


def test_batches_are_gathered_and_seen_by_the_next_question(raw: RawStore, ask: Ask) -> None:
    raw.land(Batch("sales", sales=[row("{}")], cursors=[("sales", "a")]))
    waiting = len(versions(ask))
    raw.land(Batch("sales", sales=[row('{"a":1}')], cursors=[("sales", "b")]))

    assert waiting == 0
    assert raw.known_sales(["1"]) == {"1"}
    assert ask("select cursor from raw.watermarks") == [("b",)]
    assert len(versions(ask)) == 2


def test_memory_stays_flat_because_many_rows_are_written_early(raw: RawStore, ask: Ask) -> None:
    raw.land(Batch("sales", sales=[row("{}", sale_id=str(number)) for number in range(1, 501)]))

    assert len(versions(ask)) == 500
