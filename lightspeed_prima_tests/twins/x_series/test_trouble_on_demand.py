"""Faults of the X-Series twin: each happens as often as it was told to, and the twin is well afterwards."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import httpx
import pytest

from lightspeed_prima_tests.twins.x_series.talk import Till


def test_a_fault_meets_only_matching_calls_and_is_used_up(till: Till) -> None:
    till.tell("faults", kind="server_error", path="/sales", calls=2, status=502)
    assert till.get("outlets").status_code == 200
    assert [till.get("sales").status_code for _ in range(3)] == [502, 502, 200]
    assert till.stats()["faults_happened"] == {"server_error": 2}


def test_a_page_instead_of_json_says_that_all_is_well(till: Till) -> None:
    till.tell("faults", kind="html")
    answer = till.get("sales")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=UTF-8")


def test_a_rate_limit_on_demand_carries_a_date(till: Till) -> None:
    till.tell("faults", kind="rate_limit", seconds=2)
    answer = till.get("sales")
    assert answer.status_code == 429
    assert parsedate_to_datetime(answer.headers["Retry-After"])


@pytest.mark.parametrize("kind", ["reset", "reset_after", "truncated"])
def test_a_connection_can_break_before_and_after_and_in_the_middle(till: Till, kind: str) -> None:
    till.tell("faults", kind=kind)
    with pytest.raises(httpx.TransportError):
        till.get("sales")
    assert till.get("sales").status_code == 200


def test_a_refresh_whose_answer_is_lost_has_rotated_all_the_same(till: Till) -> None:
    till.tell("faults", kind="reset_after", path="/token")
    with pytest.raises(httpx.TransportError):
        till.refresh()
    assert till.refresh().json() == {"error": "invalid_grant"}
    till.tell("tokens", refresh_token="newly-authorised")
    assert till.refresh("newly-authorised").status_code == 200


def test_an_access_token_can_die_before_its_time(till: Till) -> None:
    till.log_in()
    till.tell("faults", kind="expire_token")
    assert till.get("sales").status_code == 401
    till.log_in()
    assert till.get("sales").status_code == 200


def test_a_version_can_go_out_of_support_overnight(till: Till) -> None:
    till.tell("faults", kind="old_version")
    assert "total_price" in till.get("sales").json()["data"][0]
    assert "totals" in till.get("sales").json()["data"][0]


def test_a_slow_answer_is_the_right_one(till: Till) -> None:
    plain = till.get("outlets").json()
    till.tell("faults", kind="latency", seconds=0.01)
    assert till.get("outlets").json() == plain


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("faults", {"kind": "earthquake"}),
        ("faults", {"kind": "reset", "times": 2}),
        ("stage", {"stage": 0}),
        ("sales", {"note": "no id"}),
        ("hide", {}),
        ("tokens", {}),
    ],
)
def test_admin_calls_that_make_no_sense_are_refused(till: Till, what: str, body: dict[str, object]) -> None:
    assert till.client.post(f"/_twin/{what}", json=body).status_code == 400


def test_waiting_faults_can_be_cleared(till: Till) -> None:
    till.tell("faults", kind="reset", calls=5)
    assert till.tell("faults", clear=True) == {"waiting": 0}
    assert till.get("sales").status_code == 200
