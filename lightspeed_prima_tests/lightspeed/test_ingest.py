"""One account is brought to the present: nothing missed, nothing twice, and every ending written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from starlette.responses import Response

from lightspeed_prima.lightspeed.ingest import IngestProgress, IngestResult, ingest_account
from lightspeed_prima.settings import LightspeedAccount
from lightspeed_prima.warehouse.database import Warehouse
from lightspeed_prima_tests.lightspeed.loopback import (
    Seen,
    Till,
    TurnedClock,
    answer,
    error,
    line,
    minutes_past,
    sale,
)

Ask = Callable[..., list[tuple[Any, ...]]]
Ingest = Callable[..., IngestResult]


def stored(ask: Ask) -> list[tuple[Any, ...]]:
    return ask(
        "select sale_id, count(*) from raw.lightspeed_sales group by sale_id order by length(sale_id), sale_id"
    )


def test_a_walk_asks_for_everything_it_needs_and_hides_nothing(till: Till, ingest: Ingest) -> None:
    ingest()
    asked = till.asked("Sale")[0].parameters

    assert asked == {
        "sort": "updateTime",
        "updateTime": ">=,2026-10-31T00:00:00+00:00",  # two days before start_from
        "limit": "100",
        "load_relations": '["SaleLines","SaleLines.Item","SaleLines.Note","SalePayments",'
        '"SalePayments.PaymentType","SalePayments.SaleAccounts"]',
    }


def test_a_second_walk_overlaps_by_ten_minutes_and_stores_nothing_twice(
    till: Till, ingest: Ingest, ask: Ask
) -> None:
    till.lists["Sale"] = [sale(number, minutes_past(number)) for number in range(1, 31)]
    first = ingest()
    till.lists["Sale"].append(sale(31, minutes_past(31)))
    second = ingest("run-2")

    assert (first.versions_added, second.versions_added) == (30, 1)
    assert second.sales_seen == 12  # minutes 20 to 30 again, and the new one
    assert stored(ask) == [(str(number), 1) for number in range(1, 32)]
    assert second.watermark == minutes_past(31)


def test_an_edited_sale_gets_a_further_version(till: Till, ingest: Ingest, ask: Ask) -> None:
    till.lists["Sale"] = [sale(1, minutes_past(1))]
    ingest()
    till.lists["Sale"] = [sale(1, minutes_past(9), completeTime=minutes_past(1), customerID="8")]
    ingest("run-2")

    assert ask(
        "select run_id, epoch_ms(source_updated_at) = version, payload ->> 'customerID' "
        "from raw.lightspeed_sales order by version"
    ) == [("run-1", True, None), ("run-2", True, "8")]


def test_a_sale_that_was_synced_late_is_found_by_its_update_clock(
    till: Till, ingest: Ingest, ask: Ask
) -> None:
    till.lists["Sale"] = [sale(5, minutes_past(500))]
    ingest()
    till.lists["Sale"].append(sale(2, minutes_past(501), completeTime=minutes_past(1)))
    ingest("run-2")

    assert stored(ask) == [("2", 1), ("5", 1)]


def test_a_walk_that_breaks_off_goes_on_from_its_last_batch(till: Till, ingest: Ingest, ask: Ask) -> None:
    till.lists["Sale"] = [sale(number, minutes_past(number)) for number in range(1, 251)]
    till.refuses = lambda seen: error(503) if seen.parameters.get("after") == "200" else None
    broken = ingest()
    till.refuses = lambda _seen: None
    healed = ingest("run-2")

    assert broken.error is not None
    assert (broken.outcome, broken.error.code, broken.versions_added) == ("failed", "UNREACHABLE", 200)
    assert broken.watermark == minutes_past(200)
    assert till.asked("Sale")[-1].parameters["updateTime"] == f">=,{minutes_past(190)}"
    assert (healed.outcome, healed.versions_added) == ("ok", 50)
    assert stored(ask) == [(str(number), 1) for number in range(1, 251)]


def test_sales_out_of_order_hold_the_watermark_back_until_the_walk_is_done(
    till: Till, ingest: Ingest
) -> None:
    page = '{"@attributes":{"next":"%s"},"Sale":[{"saleID":"1","updateTime":"%s"},{"saleID":"2","updateTime":"%s"}]}'
    further = f"{till.base_url}/API/V3/Account/120645/Sale.json?after=2"

    def unordered(seen: Seen) -> Response | None:
        if not seen.path.endswith("/Sale.json"):
            return None
        if seen.parameters.get("after") == "2":
            return error(503)
        return answer(page % (further, minutes_past(60), minutes_past(1)))(None)  # type: ignore[arg-type]

    till.refuses = unordered
    broken = ingest()

    assert broken.versions_added == 2
    assert broken.watermark is None


def test_an_earlier_start_reads_what_was_out_of_scope_before(till: Till, ingest: Ingest, ask: Ask) -> None:
    till.lists["Sale"] = [sale(1, "2026-09-15T10:00:00+00:00"), sale(2, minutes_past(1))]
    ingest()
    before = stored(ask)
    ingest("run-2", start_from=date(2026, 9, 1))

    assert before == [("2", 1)]
    assert stored(ask) == [("1", 1), ("2", 1)]


@pytest.mark.parametrize(
    "refused",
    [{"sort": "updateTime"}, {"filter": "updateTime"}],
    ids=["the docs' spelling for sorting", "the docs' spelling for both"],
)
def test_the_other_spelling_of_the_update_clock_is_tried(
    refused: dict[str, str], till: Till, ingest: Ingest, ask: Ask
) -> None:
    till.lists["Sale"] = [sale(1) | {"updatetime": "2026-11-03T10:00:00+00:00"}]

    def strict(seen: Seen) -> Response | None:
        sorted_so = seen.parameters.get("sort") == refused.get("sort", "")
        filtered_so = refused.get("filter", "?") in seen.parameters
        return error(400, "Unknown field") if sorted_so or filtered_so else None

    till.refuses = strict
    result = ingest()

    assert result.outcome == "ok"
    assert stored(ask) == [("1", 1)]


def test_a_payload_that_does_not_read_is_stored_and_walked_past(till: Till, ingest: Ingest, ask: Ask) -> None:
    nameless = {name: value for name, value in sale(2).items() if name != "saleID"}
    till.lists["Sale"] = [sale(1, calcTotal="n/a"), nameless, sale(3), "not even an object"]
    result = ingest()
    rows = ask("select sale_id, problem_path from raw.lightspeed_sales order by ingest_seq")

    assert (result.outcome, result.versions_added, result.bad_payloads) == ("ok", 4, 3)
    assert [path for _, path in rows] == ["$.calcTotal", "$.saleID", None, "$"]
    assert rows[0][0] == "1"
    assert rows[1][0].startswith("unreadable-")
    assert rows[1][0] != rows[3][0]


def test_a_void_that_moved_no_clock_is_found_by_the_sweep(till: Till, ingest: Ingest, ask: Ask) -> None:
    till.lists["Sale"] = [sale(1, minutes_past(1)), sale(2, minutes_past(600))]
    ingest()
    till.lists["Sale"][0] = sale(1, minutes_past(1), voided="true")
    till.lists["SaleVoid"] = [void(1, sale_id=1, created=minutes_past(610))]
    ingest("run-2")

    assert ask(
        "select payload ->> 'voided' from raw.lightspeed_sales where sale_id = '1' order by version"
    ) == [
        ("false",),
        ("true",),
    ]
    assert ask("select entity_id from raw.lightspeed_reference where entity = 'sale_void'") == [("1",)]


def test_a_void_is_swept_once_also_when_ids_arrive_out_of_order(till: Till, ingest: Ingest, ask: Ask) -> None:
    till.lists["Sale"] = [sale(1, minutes_past(1)), sale(2, minutes_past(2))]
    till.lists["SaleVoid"] = [void(9, sale_id=2, created=minutes_past(3))]
    ingest()
    till.lists["SaleVoid"].append(void(8, sale_id=1, created=minutes_past(3)))
    ingest("run-2")
    ingest("run-3")

    by_id = [seen.parameters["saleID"] for seen in till.asked("Sale") if "saleID" in seen.parameters]
    assert by_id == ["IN,[2]", "IN,[1]"]
    assert ask("select cursor from raw.watermarks where feed = 'sale_voids'") == [("9",)]


def test_voids_from_before_the_first_walk_are_left_alone_and_later_ones_are_found(
    till: Till, ingest: Ingest, ask: Ask
) -> None:
    old = "2026-01-05T10:00:00+00:00"
    till.lists["Sale"] = [sale(1, old), sale(2, minutes_past(1))]
    till.lists["SaleVoid"] = [void(1, sale_id=1, created=old)]
    ingest()
    before = stored(ask)
    # A till whose clock is wrong: the id is new, whatever the time says.
    till.lists["Sale"] = [sale(1, old), sale(2, minutes_past(1), voided="true")]
    till.lists["SaleVoid"].append(void(2, sale_id=2, created=old))
    ingest("run-2")

    assert before == [("2", 1)]
    assert stored(ask) == [("2", 2)]


def test_the_original_of_a_return_is_fetched_however_old_it_is(till: Till, ingest: Ingest, ask: Ask) -> None:
    old = "2026-01-05T10:00:00+00:00"
    older = sale(70, old, SaleLines={"SaleLine": line(700, 70)})
    exchange = sale(
        71,
        old,
        SaleLines={"SaleLine": [line(710, 71), line(711, 71, unitQuantity="-1", parentSaleLineID="700")]},
    )
    returned = line(90, 9, unitQuantity="-1", parentSaleLineID="710")
    fee = line(91, 9, unitQuantity="-1", parentSaleLineID="700", lineType="item_fee_refund")
    till.lists["Sale"] = [older, exchange, sale(9, minutes_past(1), SaleLines={"SaleLine": [returned, fee]})]
    till.lists["SaleLine"] = [line(700, 70), line(710, 71), returned]
    ingest()
    ingest("run-2")

    assert stored(ask) == [("9", 1), ("71", 1)]  # one step back, and not for a fee
    assert [seen.parameters["saleLineID"] for seen in till.asked("SaleLine")] == ["IN,[710]"]


def test_lines_are_looked_up_one_by_one_when_the_server_knows_no_list_of_them(
    till: Till, ingest: Ingest, ask: Ask
) -> None:
    lines = [line(90, 9, unitQuantity="-1", parentSaleLineID=parent) for parent in ("710", "720")]
    till.lists["Sale"] = [sale(71, "2026-01-05T10:00:00+00:00"), sale(9, SaleLines={"SaleLine": lines})]

    def strict(seen: Seen) -> Response | None:
        if seen.path.endswith("/SaleLine.json"):
            return error(400)
        if seen.path.endswith("/SaleLine/720.json"):
            return error(404, "Object of type 'SaleLine' not found with primary ID '720'.")
        if seen.path.endswith("/SaleLine/710.json"):
            body = '{"@attributes":{"count":"1"},"SaleLine":{"saleLineID":"710","saleID":"71"}}'
            return Response(body, media_type="application/json")
        return None

    till.refuses = strict
    assert ingest().outcome == "ok"
    assert stored(ask) == [("9", 1), ("71", 1)]


def test_reference_data_is_stored_with_what_is_archived_and_only_when_it_changed(
    till: Till, ingest: Ingest, ask: Ask
) -> None:
    till.lists |= {
        "Shop": [{"shopID": "1", "name": "Dublin"}],
        "TaxCategory": [{"taxCategoryID": "1"}],
        "TaxClass": [{"taxClassID": "1"}],
        "PaymentType": [{"paymentTypeID": "1", "type": "cash"}],
        "ItemMatrix": [{"itemMatrixID": "7", "timeStamp": minutes_past(1)}],
        "Item": [{"itemID": "412", "customSku": "TEE", "timeStamp": minutes_past(2)}],
    }
    first = ingest()
    till.lists["Item"].append({"itemID": "413", "timeStamp": minutes_past(30)})
    second = ingest("run-2")

    assert (first.reference_rows, second.reference_rows) == (7, 1)
    assert ask("select entity, entity_id from raw.lightspeed_reference order by ingest_seq") == [
        ("account", "120645"),
        ("shop", "1"),
        ("tax_category", "1"),
        ("tax_class", "1"),
        ("payment_type", "1"),
        ("item_matrix", "7"),
        ("item", "412"),
        ("item", "413"),
    ]
    assert ask(
        "select payload ->> '$.defaultCurrency.code' from raw.lightspeed_reference where entity = 'account'"
    ) == [("EUR",)]
    assert till.asked("TaxCategory")[0].parameters["load_relations"] == '["TaxCategoryClasses"]'
    items = [seen.parameters for seen in till.asked("Item")]
    assert [asked["archived"] for asked in items] == ["true", "true"]
    assert items[1]["timeStamp"] == ">=,2026-11-03T07:52:00+00:00"


def test_a_server_without_archived_on_an_entity_is_asked_without(
    till: Till, ingest: Ingest, ask: Ask
) -> None:
    till.lists["Shop"] = [{"shopID": "1"}]
    till.refuses = lambda seen: error(400) if "archived" in seen.parameters else None

    assert ingest().outcome == "ok"
    assert ask("select count(*) from raw.lightspeed_reference where entity = 'shop'") == [(1,)]


def test_stock_leaves_out_the_row_over_all_shops(till: Till, ingest: Ingest, ask: Ask) -> None:
    till.lists["ItemShop"] = [
        {"itemShopID": "1", "itemID": "412", "shopID": "1", "qoh": "-1", "timeStamp": minutes_past(1)},
        {"itemShopID": "2", "itemID": "412", "shopID": "0", "qoh": "3", "timeStamp": minutes_past(1)},
    ]
    ingest()

    assert ask("select shop_id, item_id, on_hand from raw.lightspeed_stock") == [("1", "412", -1)]


def test_a_stock_figure_that_does_not_read_fails_the_walk_after_the_sales(
    till: Till, ingest: Ingest, ask: Ask
) -> None:
    till.lists["Sale"] = [sale(1)]
    till.lists["ItemShop"] = [
        {"itemShopID": "1", "itemID": "4", "shopID": "1", "qoh": "many", "timeStamp": "x"}
    ]
    result = ingest()

    assert result.error is not None
    assert result.error.code == "API_CHANGED"
    assert stored(ask) == [("1", 1)]


def test_a_walk_is_written_down_with_its_figures(
    till: Till, ingest: Ingest, ask: Ask, clock: TurnedClock
) -> None:
    till.lists["Sale"] = [sale(1)]
    started = clock.now()
    result = ingest()

    assert ask(
        "select account, series, outcome, requests, sales_seen, versions_added, error_code, run_id, "
        "epoch_ms(started_at) from raw.walks"
    ) == [("ie", "R", "ok", len(till.seen), 1, 1, None, "run-1", int(started.timestamp() * 1000))]
    assert result.requests == len(till.seen)


def test_a_dead_grant_is_an_outcome_and_not_an_exception(till: Till, ingest: Ingest, ask: Ask) -> None:
    till.live_refresh_tokens = set()
    result = ingest()

    assert result.outcome == "failed"
    assert result.error is not None
    assert result.error.code == "AUTH_FAILED"
    rows = ask("select outcome, error_code, error_text from raw.walks")
    assert rows[0][:2] == ("failed", "AUTH_FAILED")
    assert "authorise the app again" in rows[0][2]


def test_a_till_that_cannot_be_reached_is_an_outcome(ingest: Ingest, ask: Ask) -> None:
    result = ingest(base_url="http://127.0.0.1:9")

    assert result.error is not None
    assert result.error.code == "UNREACHABLE"
    assert ask("select outcome, error_code from raw.walks") == [("failed", "UNREACHABLE")]


def test_a_token_for_another_account_is_refused_before_anything_is_read(till: Till, ingest: Ingest) -> None:
    result = ingest(account_id="999")

    assert result.error is not None
    assert result.error.code == "AUTH_FAILED"
    assert "120645" in result.error.what
    assert till.seen == []


def test_a_second_walk_of_the_same_account_waits_and_then_says_why_not(
    till: Till, ingest: Ingest, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lightspeed_prima.lightspeed.ingest.ACCOUNT_LOCK_TIMEOUT_SECONDS", 0)
    (tmp_path / "tokens").mkdir()
    with FileLock(tmp_path / "tokens" / "ie.walk.lock"):
        result = ingest()

    assert result.error is not None
    assert (result.outcome, result.error.code) == ("failed", "BUSY")
    assert ask("select error_code from raw.walks") == [("BUSY",)]
    assert till.seen == []


def test_progress_is_told_batch_by_batch(
    till: Till, account: LightspeedAccount, warehouse: Warehouse, tmp_path: Path, clock: TurnedClock
) -> None:
    till.lists["Sale"] = [sale(1)]
    told: list[IngestProgress] = []
    ingest_account(account, warehouse, tmp_path / "tokens", "run-1", clock.now, told.append, clock=clock)

    sales = [progress for progress in told if progress.feed == "sales"]
    assert [(progress.account, progress.sales_seen, progress.requests) for progress in sales] == [
        ("ie", 1, 8)
    ]


def void(void_id: int, *, sale_id: int, created: str) -> dict[str, Any]:
    return {
        "saleVoidID": str(void_id),
        "saleID": str(sale_id),
        "createTime": created,
        "shopID": "1",
        "reason": "",
    }
