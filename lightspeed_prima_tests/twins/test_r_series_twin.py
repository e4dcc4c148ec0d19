"""The R-Series twin over real sockets: as strict and as unpleasant as docs/wire_notes.md says."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from lightspeed_prima.twins.http_server import serve
from lightspeed_prima.twins.r_series import Allowance, create_r_series_app
from lightspeed_prima.twins.world import World, build_world
from lightspeed_prima.twins.world.config import CLIENT_ID, CLIENT_SECRET, FIRST_REFRESH_TOKEN

GENEROUS = Allowance(size=10_000, burst_per_second=10_000)


class Clock:
    """Time that moves when a test says so."""

    def __init__(self) -> None:
        self.now = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


class Till:
    """A client of the twin that knows its way to tokens and pages."""

    def __init__(self, client: httpx.Client, world: World) -> None:
        self.client = client
        self.account = f"/API/V3/Account/{world.account_id}"
        self.refresh_token = FIRST_REFRESH_TOKEN

    def refresh(self, refresh_token: str | None = None, **more: str) -> httpx.Response:
        form = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "grant_type": "refresh_token",
            "refresh_token": refresh_token or self.refresh_token,
        }
        return self.client.post("/auth/oauth/token", data=form | more)

    def log_in(self) -> None:
        answer = self.refresh().json()
        self.refresh_token = answer["refresh_token"]
        self.client.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def get(self, resource: str, **parameters: str) -> httpx.Response:
        return self.client.get(f"{self.account}/{resource}.json", params=parameters)

    def walk(self, resource: str, **parameters: str) -> list[Any]:
        """All rows, by following `next` as it is."""
        rows: list[Any] = []
        url: str | None = None
        while url != "":
            body = (self.client.get(url) if url else self.get(resource, **parameters)).json()
            found = body.get(resource, [])
            rows += found if isinstance(found, list) else [found]
            url = body["@attributes"]["next"]
        return rows


@pytest.fixture(scope="module")
def world() -> World:
    return build_world()


@contextmanager
def open_till(world: World, state_path: Path | None = None, **options: Any) -> Iterator[Till]:
    options.setdefault("allowance", GENEROUS)
    with (
        serve(create_r_series_app(world, state_path, **options)) as url,
        httpx.Client(base_url=url) as client,
    ):
        yield Till(client, world)


@pytest.fixture(scope="module")
def shared_till(world: World) -> Iterator[Till]:
    """One twin for the tests that only read."""
    with open_till(world) as till:
        till.log_in()
        yield till


def relations(*names: str) -> str:
    return json.dumps(names)


def test_following_next_to_the_end_gives_every_sale_once(shared_till: Till, world: World) -> None:
    seen = [sale["saleID"] for sale in shared_till.walk("Sale", sort="updateTime", limit="40")]
    assert len(seen) == len(set(seen)) == sum(sale.stage == 1 for sale in world.sales)


def test_a_descending_walk_is_the_ascending_one_reversed(shared_till: Till) -> None:
    up = [sale["saleID"] for sale in shared_till.walk("Sale", sort="completeTime", limit="70")]
    down = [sale["saleID"] for sale in shared_till.walk("Sale", sort="-completeTime", limit="70")]
    assert down == up[::-1]


def test_previous_leads_back_to_the_page_before(shared_till: Till) -> None:
    first = shared_till.get("Sale", limit="30").json()
    second = shared_till.client.get(first["@attributes"]["next"]).json()
    assert first["@attributes"]["previous"] == ""
    assert shared_till.client.get(second["@attributes"]["previous"]).json()["Sale"] == first["Sale"]


def test_a_cursor_under_other_filters_restarts_the_walk_and_a_home_made_one_is_refused(
    shared_till: Till,
) -> None:
    first = shared_till.get("Sale", limit="30").json()
    cursor = httpx.URL(first["@attributes"]["next"]).params["after"]
    assert shared_till.get("Sale", limit="29", after=cursor).json()["Sale"] == first["Sale"][:29]
    assert shared_till.get("Sale", after=base64.b64encode(b"[100]").decode()).status_code == 400


def test_one_row_is_an_object_at_the_top_and_below_and_none_is_no_key(shared_till: Till) -> None:
    asked = relations("SaleLines", "SalePayments")
    sales = shared_till.walk("Sale", load_relations=asked)
    lines = {type(sale["SaleLines"]["SaleLine"]) for sale in sales}
    assert lines == {dict, list}
    untendered = {sale["voided"]: sale.get("SalePayments", "absent") for sale in sales if not _tenders(sale)}
    assert untendered == {"true": "", "false": "absent"}
    one = shared_till.get("Sale", saleID=sales[0]["saleID"]).json()
    assert isinstance(one["Sale"], dict)
    none = shared_till.get("Sale", saleID="1").json()
    assert none == {"@attributes": {"next": "", "previous": ""}}


def test_only_the_relations_that_were_asked_for_are_there(shared_till: Till) -> None:
    plain = shared_till.walk("Sale")
    assert not [sale for sale in plain if {"SaleLines", "SalePayments", "Customer"} & set(sale)]
    asked = relations("SaleLines", "SaleLines.Item", "SalePayments", "SalePayments.PaymentType", "Customer")
    full = shared_till.walk("Sale", load_relations=asked)
    assert any("Customer" in sale for sale in full)
    assert all(("Customer" in sale) == (sale["customerID"] != "0") for sale in full)
    lines = [line for sale in full for line in _lines(sale)]
    assert all(("Item" in line) == (line["itemID"] != "0") for line in lines)
    assert not any("Note" in line or "Discount" in line for line in lines)
    tenders = [tender for sale in full for tender in _tenders(sale)]
    assert all(t["PaymentType"]["paymentTypeID"] == t["paymentTypeID"] for t in tenders)
    assert not any("SaleAccounts" in tender for tender in tenders)


def test_a_gift_card_sold_shows_its_account_and_note_when_asked(shared_till: Till) -> None:
    asked = relations("SaleLines", "SaleLines.Note", "SalePayments", "SalePayments.SaleAccounts")
    for sale in shared_till.walk("Sale", load_relations=asked):
        loads = [tender for tender in _tenders(sale) if tender["paymentTypeID"] == "5"]
        for tender in loads:
            account = tender["SaleAccounts"]["SaleAccount"]
            assert account["creditAccountID"] == tender["creditAccountID"]
            if tender["amount"].startswith("-"):
                (line,) = [x for x in _lines(sale) if x["saleLineID"] == account["saleLineID"]]
                assert line["Note"]["note"] == "Gift Card Purchase"
                assert (line["unitPrice"], line["tax"], line["itemID"]) == ("0", "false", "0")


@pytest.mark.parametrize(
    ("resource", "query"),
    [
        ("Sale", {"colour": "red"}),
        ("Sale", {"limit": "101"}),
        ("Sale", {"limit": "-1"}),
        ("Sale", {"sort": "total"}),
        ("Sale", {"updatetime": ">=,2026-11-01T00:00:00+00:00"}),
        ("Sale", {"updateTime": ">=,2026-11-01T00:00:00 00:00"}),
        ("Sale", {"updateTime": ">=,yesterday"}),
        ("Sale", {"load_relations": '["Note"]'}),
        ("Sale", {"load_relations": "SaleLines"}),
        ("Sale", {"saleID": "IN,9001"}),
        ("Sale", {"saleID": "IN," + json.dumps(list(range(101)))}),
        ("Sale", {"count": "1", "limit": "5"}),
        ("Sale", {"offset": "100"}),
        ("Item", {"ItemShops.qoh": ">,1"}),
        ("Item", {"archived": "yes"}),
    ],
)
def test_what_r_series_does_not_know_is_refused_in_its_own_error_shape(
    shared_till: Till, resource: str, query: dict[str, str]
) -> None:
    refused = shared_till.get(resource, **query)
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "text/html; charset=UTF-8"
    assert set(refused.json()) == {"httpCode", "httpMessage", "message", "errorClass"}


def test_the_other_spelling_of_update_time_can_be_the_only_one(world: World) -> None:
    with open_till(world, update_time_name="updatetime") as till:
        till.log_in()
        since = ">=,2026-11-05T00:00:00+00:00"
        assert till.get("Sale", updateTime=since).status_code == 400
        assert till.get("Sale", sort="updateTime").status_code == 400
        found = till.walk("Sale", updatetime=since, sort="updatetime")
        assert found
        assert all(sale["updateTime"] >= "2026-11-05" for sale in found)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"saleID": "9003"}, {"9003"}),
        ({"saleID": "IN,[9001,9004]"}, {"9001", "9004"}),
        ({"saleID": "><,9002,9004"}, {"9002", "9003", "9004"}),
        ({"saleID": "<,9003"}, {"9001", "9002"}),
        ({"saleID": "<=,9002"}, {"9001", "9002"}),
        ({"ticketNumber": "~,%9009"}, {"9009"}),
        ({"or": "saleID=9001|saleID=9005"}, {"9001", "9005"}),
        ({"saleID": "<=,9003", "saleid": "x"}, None),
    ],
)
def test_filters_choose_what_their_operator_says(
    shared_till: Till, query: dict[str, str], expected: set[str] | None
) -> None:
    if expected is None:
        assert shared_till.get("Sale", **query).status_code == 400
    else:
        assert {sale["saleID"] for sale in shared_till.walk("Sale", **query)} == expected


def test_a_time_filter_takes_any_offset(shared_till: Till) -> None:
    utc = shared_till.walk("Sale", completeTime=">=,2026-11-05T12:00:00+00:00")
    local = shared_till.walk("Sale", completeTime=">=,2026-11-05T13:00:00+01:00")
    assert [s["saleID"] for s in utc] == [s["saleID"] for s in local] != []
    assert all("completeTime" in sale for sale in utc)


def test_archived_items_are_hidden_unless_asked_for_and_sales_ignore_the_question(shared_till: Till) -> None:
    current = {item["itemID"] for item in shared_till.walk("Item")}
    everything = {item["itemID"] for item in shared_till.walk("Item", archived="true")}
    only = {item["itemID"] for item in shared_till.walk("Item", archived="only")}
    assert everything - current == only == {"705"}
    sales = [len(shared_till.walk("Sale", archived=choice)) for choice in ("false", "true", "only")]
    assert len(set(sales)) == 1


def test_sale_lines_list_reservations_without_a_sale(shared_till: Till) -> None:
    lines = shared_till.walk("SaleLine")
    reserved = [line for line in lines if line["saleID"] == "0"]
    assert len(reserved) == 2
    assert all(line["isLayaway"] == "true" for line in reserved)
    one = shared_till.get("SaleLine/15001").json()["SaleLine"]
    assert one["saleLineID"] == "15001"


def test_a_missing_object_and_a_missing_endpoint_and_a_foreign_account_are_told_apart(
    shared_till: Till,
) -> None:
    missing = shared_till.get("Sale/1")
    assert missing.status_code == 404
    assert missing.json()["message"] == "Object of type 'Sale' not found with primary ID '1'."
    assert shared_till.get("Webhook").status_code == 404
    assert shared_till.client.get("/API/V3/Account/999/Sale.json").status_code == 403


def test_the_account_tells_its_id_and_currency(shared_till: Till, world: World) -> None:
    found = shared_till.client.get("/API/V3/Account.json").json()
    assert found["@attributes"] == {"count": "1"}
    assert found["Account"]["accountID"] == world.account_id
    assert found["Account"]["defaultCurrency"]["code"] == "EUR"


def test_count_gives_only_the_number(shared_till: Till) -> None:
    counted = shared_till.get("Sale", count="1", completed="true")
    everything = shared_till.walk("Sale", completed="true")
    assert counted.json() == {"@attributes": {"count": str(len(everything))}}
    assert counted.headers["X-LS-Api-Request-Cost"] == "10"


def test_xml_is_what_comes_unless_json_is_asked_for(shared_till: Till) -> None:
    url = f"{shared_till.account}/Shop"
    assert shared_till.client.get(url).headers["content-type"] == "application/xml"
    as_json = shared_till.client.get(url, headers={"Accept": "application/json"})
    assert len(as_json.json()["Shop"]) == 3
    wins = shared_till.client.get(f"{url}.json", headers={"Accept": "application/xml"})
    assert wins.text.startswith("<?xml")


def test_a_request_costs_by_its_relations_and_says_so(shared_till: Till) -> None:
    asked = relations(
        *("SaleLines", "SaleLines.Item", "SaleLines.Discount", "SaleLines.Note"),
        *("SalePayments", "SalePayments.PaymentType", "Customer"),
    )
    answer = shared_till.get("Sale", load_relations=asked, limit="1")
    assert answer.headers["X-LS-Api-Request-Cost"] == "2.8"
    assert answer.headers["X-LS-Acct-Id"] == "120645"
    assert {"x-ls-api-bucket-level", "x-ls-api-burst-level", "x-ls-api-drip-rate"} <= set(answer.headers)


def test_a_full_bucket_refuses_until_it_has_dripped(world: World) -> None:
    clock = Clock()
    allowance = Allowance(size=3, drip_per_second=1.0, burst_per_second=100)
    with open_till(world, allowance=allowance, clock=clock) as till:
        till.log_in()
        answers = [till.get("Shop") for _ in range(4)]
        assert [a.status_code for a in answers] == [200, 200, 200, 429]
        refused = answers[-1]
        assert refused.headers["X-LS-API-RateLimit-Type"] == "api-leaky-bucket"
        clock.now += int(refused.headers["Retry-After"])
        assert till.get("Shop").status_code == 200


def test_the_request_that_overflows_the_bucket_is_still_served(world: World) -> None:
    allowance = Allowance(size=3, drip_per_second=1.0, burst_per_second=100)
    with open_till(world, allowance=allowance, clock=Clock()) as till:
        till.log_in()
        assert till.get("Sale", count="1").headers["X-LS-Api-Bucket-Level"] == "10/3"
        refused = till.get("Shop")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "7")


def test_too_many_requests_in_one_second_are_refused_by_the_burst_limiter(world: World) -> None:
    clock = Clock()
    with open_till(world, allowance=Allowance(burst_per_second=2), clock=clock) as till:
        till.log_in()
        assert [till.get("Shop").status_code for _ in range(3)] == [200, 200, 429]
        refused = till.get("Shop")
        assert refused.headers["X-LS-API-RateLimit-Type"] == "api-burst-limiter"
        assert "burst rate limit exceeded" in refused.text
        clock.now += 1
        assert till.get("Shop").status_code == 200


def test_a_refresh_rotates_and_the_old_token_dies_when_the_new_access_token_is_used(world: World) -> None:
    with open_till(world) as till:
        first = till.refresh().json()
        again = till.refresh()
        assert again.status_code == 200, "before the first use of what it gave, a refresh may be repeated"
        answer = again.json()
        assert answer["refresh_token"] not in (first["refresh_token"], FIRST_REFRESH_TOKEN)
        till.client.headers["Authorization"] = f"Bearer {answer['access_token']}"
        assert till.get("Shop").status_code == 200
        dead = till.refresh(FIRST_REFRESH_TOKEN)
        assert (dead.status_code, dead.json()["error"]) == (400, "invalid_grant")
        assert till.refresh(first["refresh_token"]).status_code == 400
        assert till.refresh(answer["refresh_token"]).status_code == 200


def test_a_refresh_is_not_repeated_more_than_five_times_a_minute(world: World) -> None:
    clock = Clock()
    with open_till(world, clock=clock) as till:
        assert [till.refresh().status_code for _ in range(6)] == [200] * 5 + [429]
        clock.now += 61
        assert till.refresh().status_code == 200


def test_access_tokens_expire_are_revoked_and_are_never_guessed(world: World) -> None:
    clock = Clock()
    with open_till(world, clock=clock, token_seconds=60) as till:
        assert till.get("Shop").json()["hint"] == "Access token could not be verified"
        till.log_in()
        assert till.get("Shop").status_code == 200
        old = till.client.headers["Authorization"]
        clock.now += 60
        assert till.get("Shop").status_code == 401
        till.log_in()
        assert till.get("Shop").status_code == 200
        till.client.headers["Authorization"] = old
        assert till.get("Shop").json()["hint"] == "Access token has been revoked"


def test_the_token_endpoint_wants_a_form_without_scope_from_the_right_client(world: World) -> None:
    with open_till(world) as till:
        form = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "grant_type": "refresh_token",
            "refresh_token": FIRST_REFRESH_TOKEN,
        }
        as_json = till.client.post("/auth/oauth/token", json=form)
        assert (as_json.status_code, as_json.json()["error"]) == (400, "invalid_grant")
        assert till.refresh(scope="employee:all").json()["error"] == "invalid_grant"
        assert till.refresh(client_secret="wrong").status_code == 401
        assert till.refresh(grant_type="password").json()["error"] == "invalid_request"
        assert till.client.get("/auth/oauth/token").status_code == 405
        assert till.refresh().status_code == 200


def test_the_access_token_names_the_account(world: World) -> None:
    with open_till(world) as till:
        claims = till.refresh().json()["access_token"].split(".")[1]
        decoded = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        assert decoded["acct"] == world.account_id


def test_a_merchant_can_revoke_the_app_and_authorise_it_anew(world: World) -> None:
    with open_till(world) as till:
        till.log_in()
        till.client.post("/_twin/tokens", json={"revoke": True})
        assert till.get("Shop").status_code == 401
        assert till.refresh().status_code == 400
        till.client.post("/_twin/tokens", json={"refresh_token": "anew"})
        assert till.refresh("anew").status_code == 200


def test_late_sales_appear_with_the_next_stage_old_by_completion_and_new_by_update(world: World) -> None:
    clock = Clock()
    with open_till(world, clock=clock) as till:
        till.log_in()
        before = {sale["saleID"] for sale in till.walk("Sale")}
        newest = max(sale["updateTime"] for sale in till.walk("Sale"))
        till.client.post("/_twin/stage", json={"stage": 2})
        late = [sale for sale in till.walk("Sale") if sale["saleID"] not in before]
        assert len(late) == 4
        assert {sale["updateTime"] for sale in late} == {"2026-11-18T11:06:40+00:00"}
        assert all(sale["completeTime"] < newest < sale["updateTime"] for sale in late)
        assert till.client.post("/_twin/stage", json={"stage": 1}).status_code == 400


def test_stock_falls_with_completed_sales_and_not_with_voided_ones(world: World) -> None:
    with open_till(world) as till:
        till.log_in()
        opening = {row["itemShopID"]: int(row["qoh"]) for row in world.item_shops}
        sold = sum(opening.values()) - sum(int(row["qoh"]) for row in till.walk("ItemShop"))
        counted = till.walk("Sale", load_relations=relations("SaleLines"), completed="true", voided="false")
        items = {row["itemID"] for row in world.item_shops}
        units = [int(x["unitQuantity"]) for s in counted for x in _lines(s) if x["itemID"] in items]
        # Each unit counts in its shop and in the row of all shops (shopID "0").
        assert sold == 2 * sum(units)


def test_a_test_can_replace_a_sale_and_voiding_it_leaves_its_clocks_alone(world: World) -> None:
    with open_till(world) as till:
        till.log_in()
        sale = till.client.get("/_twin/sales/9001").json()
        voids = len(till.walk("SaleVoid"))
        till.client.post("/_twin/sales", json=sale | {"voided": "true"})
        read_back = till.get("Sale/9001", load_relations=relations("SaleLines")).json()["Sale"]
        assert read_back["voided"] == "true"
        assert read_back["timeStamp"] == sale["timeStamp"]
        newest = till.walk("SaleVoid", sort="-saleVoidID")[0]
        assert newest["saleID"] == "9001"
        assert len(till.walk("SaleVoid")) == voids + 1
        collapsed = read_back | {"saleID": "99001"}
        till.client.post("/_twin/sales", json=collapsed)
        assert till.get("Sale/99001").json()["Sale"]["saleID"] == "99001"
        assert till.client.post("/_twin/sales", json={}).status_code == 400


def test_tokens_stage_and_put_sales_survive_a_restart(world: World, tmp_path: Path) -> None:
    state = tmp_path / "till" / "state.json"
    with open_till(world, state) as till:
        till.log_in()
        assert till.get("Shop").status_code == 200
        till.client.post("/_twin/stage", json={"stage": 2})
        sale = till.client.get("/_twin/sales/9001").json()
        till.client.post("/_twin/sales", json=sale | {"saleID": "99001"})
        authorization, rotated = till.client.headers["Authorization"], till.refresh_token
        before = till.walk("Sale")
    assert state.stat().st_mode & 0o777 == 0o600
    with open_till(world, state) as till:
        till.client.headers["Authorization"] = authorization
        assert till.walk("Sale") == before
        assert till.refresh(FIRST_REFRESH_TOKEN).status_code == 400
        assert till.refresh(rotated).status_code == 200


def test_the_state_of_another_world_is_not_taken_over(world: World, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with open_till(world, state) as till:
        till.log_in()
        assert till.get("Shop").status_code == 200
    with open_till(build_world(seed=8), state) as till:
        assert till.refresh(FIRST_REFRESH_TOKEN).status_code == 200


def test_faults_happen_to_as_many_calls_as_asked_and_then_it_is_over(world: World) -> None:
    with open_till(world) as till:
        till.log_in()
        _fault(till, kind="server_error", status=502, calls=2)
        assert [till.get("Shop").status_code for _ in range(3)] == [502, 502, 200]
        _fault(till, kind="rate_limit", seconds=3)
        refused = till.get("Shop")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3")
        _fault(till, kind="html")
        assert till.get("Shop").text.startswith("<!DOCTYPE html>")
        _fault(till, kind="latency", seconds=0)
        assert till.get("Shop").status_code == 200
        assert till.client.get("/_twin/stats").json()["faults_waiting"] == 0


def test_a_fault_can_wait_for_one_resource(world: World) -> None:
    with open_till(world) as till:
        till.log_in()
        _fault(till, kind="server_error", path="/Item")
        assert till.get("Shop").status_code == 200
        assert till.get("Item").status_code == 503


@pytest.mark.parametrize("kind", ["reset", "truncated"])
def test_a_connection_can_break_before_or_inside_an_answer(world: World, kind: str) -> None:
    with open_till(world) as till:
        till.log_in()
        _fault(till, kind=kind)
        with pytest.raises(httpx.TransportError):
            till.get("Shop")
        assert till.get("Shop").status_code == 200


def test_a_token_can_die_in_the_middle_of_a_walk(world: World) -> None:
    with open_till(world) as till:
        till.log_in()
        first = till.get("Sale").json()
        _fault(till, kind="expire_token")
        following = first["@attributes"]["next"]
        assert till.client.get(following).status_code == 401
        till.log_in()
        assert till.client.get(following).status_code == 200


def test_an_unknown_fault_is_refused(world: World) -> None:
    with open_till(world) as till:
        assert till.client.post("/_twin/faults", json={"kind": "earthquake"}).status_code == 400
        assert till.client.post("/_twin/faults", json={"kind": "reset", "often": 3}).status_code == 400


def _fault(till: Till, **fault: Any) -> None:
    assert till.client.post("/_twin/faults", json=fault).status_code == 200


def _lines(sale: dict[str, Any]) -> list[dict[str, Any]]:
    return _listed(sale["SaleLines"]["SaleLine"])


def _tenders(sale: dict[str, Any]) -> list[dict[str, Any]]:
    return _listed((sale.get("SalePayments") or {}).get("SalePayment", []))


def _listed(value: Any) -> list[dict[str, Any]]:
    return value if isinstance(value, list) else [value]
