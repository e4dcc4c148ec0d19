"""Who may ask the X-Series twin, how often, and with which headers."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from lightspeed_prima.twins.x_world import XWorld
from lightspeed_prima.twins.x_world.config import PERSONAL_TOKEN
from lightspeed_prima_tests.twins.x_series.talk import Clock, Till, open_till


def test_the_token_answer_has_its_seven_members(till: Till) -> None:
    body = till.log_in()
    assert set(body) == {
        *("access_token", "token_type", "expires", "expires_in", "refresh_token", "domain_prefix", "scope")
    }
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 86400)
    assert till.get("sales").status_code == 200


def test_a_refresh_token_works_once_and_kills_the_access_token_before(till: Till) -> None:
    first = till.log_in()
    second = till.log_in()
    assert second["refresh_token"] != first["refresh_token"]
    assert till.refresh(first["refresh_token"]).json() == {"error": "invalid_grant"}
    till.use(first["access_token"])
    assert till.get("sales").status_code == 401
    till.use(second["access_token"])
    assert till.get("sales").status_code == 200


def test_an_access_token_dies_after_its_day(world: XWorld) -> None:
    clock = Clock()
    with open_till(world, clock=clock) as till:
        till.log_in()
        clock.now += 86399
        assert till.get("sales").status_code == 200
        clock.now += 1
        assert till.get("sales").status_code == 401


def test_the_token_endpoint_takes_forms_of_its_own_client_only(till: Till) -> None:
    as_json = till.client.post("/api/1.0/token", json={"grant_type": "refresh_token"})
    assert (as_json.status_code, as_json.json()) == (400, {"error": "invalid_request"})
    assert till.refresh(client_secret="guessed").status_code == 401
    assert till.refresh(grant_type="password").json() == {"error": "invalid_request"}
    assert till.refresh("guessed").json() == {"error": "invalid_grant"}
    assert till.log_in()["access_token"]


def test_the_token_endpoint_has_a_limit_of_its_own(world: XWorld) -> None:
    clock = Clock()
    with open_till(world, clock=clock) as till:
        answers = [till.refresh("guessed") for _ in range(31)]
        assert [answer.status_code for answer in answers] == [400] * 30 + [429]
        assert "X-RateLimit-Reset" in answers[0].headers
        clock.now += 61
        assert till.log_in()["access_token"]


def test_a_personal_token_needs_no_refresh_and_can_be_taken_away(till: Till) -> None:
    assert till.get("sales").status_code == 200
    till.tell("tokens", revoke=True)
    refused = till.get("sales")
    assert refused.status_code == 401
    assert set(refused.json()) == {"error", "message"}


@pytest.mark.parametrize("header", ["", "Bearer", f"Basic {PERSONAL_TOKEN}", "Bearer guessed"])
def test_other_credentials_are_refused(shared_till: Till, header: str) -> None:
    answer = shared_till.client.get("/api/2026-07/sales", headers={"Authorization": header})
    assert answer.status_code == 401


def test_a_missing_scope_is_forbidden(till: Till) -> None:
    till.tell("tokens", scopes=["products:read"])
    till.log_in()
    assert till.get("products").status_code == 200
    assert till.get("sales").status_code == 403


def test_a_request_without_a_user_agent_is_refused(till: Till) -> None:
    assert till.client.get("/api/2026-07/sales", headers={"User-Agent": ""}).status_code == 400
    assert till.client.get("/api/2026-07/sales", headers={"User-Agent": "ours/1.0"}).status_code == 200


def test_xml_is_not_acceptable(shared_till: Till) -> None:
    refused = shared_till.client.get("/api/2026-07/sales", headers={"Accept": "application/xml"})
    assert refused.status_code == 406


def test_the_documented_limit_counts_live_registers(world: XWorld) -> None:
    with open_till(world, request_limit=None) as till:
        headers = till.get("outlets").headers
    assert headers["X-RateLimit-Limit"] == str(300 * 3 + 50)
    assert headers["X-RateLimit-Remaining"] == str(300 * 3 + 50 - 1)


def test_beyond_the_limit_comes_a_429_with_a_date_and_no_seconds(world: XWorld) -> None:
    clock = Clock()
    with open_till(world, clock=clock, request_limit=3, window_seconds=300) as till:
        remaining = [till.get("outlets").headers["X-RateLimit-Remaining"] for _ in range(3)]
        refused = till.get("outlets")
        assert remaining == ["2", "1", "0"]
        assert refused.status_code == 429
        assert refused.json() == {"error": "Too Many Requests", "message": "Rate limiting enforced"}
        again = parsedate_to_datetime(refused.headers["Retry-After"]).timestamp()
        assert 300 <= again - clock.now <= 301
        clock.now = again
        assert till.get("outlets").status_code == 200


def test_the_limit_counts_refused_requests_and_not_the_token_endpoint(world: XWorld) -> None:
    with open_till(world, request_limit=2) as till:
        till.log_in()
        assert till.get("nothing").headers["X-RateLimit-Remaining"] == "1"


def test_tokens_and_sales_survive_a_restart(world: XWorld, tmp_path: Path) -> None:
    state = tmp_path / "twin" / "state.json"
    with open_till(world, state) as till:
        token = till.log_in()["access_token"]
        till.tell("stage", stage=2)
        before = till.get("sales", page_size=1000).text
    assert state.stat().st_mode & 0o777 == 0o600
    with open_till(world, state) as till:
        till.use(token)
        assert till.get("sales", page_size=1000).text == before
        assert till.stats()["stage"] == 2


def test_the_state_of_another_world_is_not_taken_over(world: XWorld, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with open_till(world, state) as till:
        till.tell("stage", stage=3)
    other = type(world)(**{**vars(world), "seed": 99})
    with open_till(other, state) as till:
        assert till.stats()["stage"] == 1
