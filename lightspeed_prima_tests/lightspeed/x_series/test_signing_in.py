"""Personal tokens and rotating OAuth tokens both open an account, and say what to do when they do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.responses import Response

from lightspeed_prima.lightspeed.ingest import IngestResult
from lightspeed_prima.lightspeed.token_store import TokenStore
from lightspeed_prima_tests.lightspeed.loopback import TurnedClock, error
from lightspeed_prima_tests.lightspeed.x_series.x_till import FIRST_TOKEN, PERSONAL_TOKEN, XTill, nested_sale

Walk = Callable[..., IngestResult]
OAuth = dict[str, SecretStr | None]


def test_a_personal_token_is_sent_as_it_is_with_our_name(x_till: XTill, walk: Walk, tmp_path: Path) -> None:
    assert walk().outcome == "ok"
    assert {asked.headers["authorization"] for asked in x_till.seen} == {f"Bearer {PERSONAL_TOKEN}"}
    assert all(asked.headers["user-agent"].startswith("lightspeed-prima/") for asked in x_till.seen)
    assert x_till.token_requests == []
    assert list((tmp_path / "tokens").glob("*.json")) == []


def test_a_refused_personal_token_says_where_to_put_a_new_one(x_till: XTill, walk: Walk) -> None:
    x_till.live_tokens = set()
    result = walk()

    assert result.error is not None
    assert result.error.code == "AUTH_FAILED"
    assert "personal token of account 'nz'" in result.error.what
    assert "personal_token_env" in result.error.next_step
    assert PERSONAL_TOKEN not in result.error.sentence()
    assert len(x_till.seen) == 1


def test_a_missing_scope_carries_the_servers_words_and_leads_to_the_notes(x_till: XTill, walk: Walk) -> None:
    x_till.refuses = lambda asked: (
        Response('{"error":{"code":403,"message":"inventory:read is missing"}}', 403)
        if asked.resource == "inventory"
        else None
    )
    result = walk()

    assert result.error is not None
    assert result.error.code == "AUTH_FAILED"
    assert "inventory:read is missing" in result.error.what
    assert "wire notes" in result.error.next_step


def test_an_oauth_refresh_is_form_encoded_and_its_rotated_token_is_on_disk_before_it_is_used(
    x_till: XTill, walk: Walk, oauth: OAuth, tmp_path: Path
) -> None:
    on_disk: list[str] = []

    def look(_asked: Any) -> None:
        stored = TokenStore(tmp_path / "tokens", "nz").newest()
        on_disk.append(stored.refresh_token if stored else "nothing")

    x_till.before = look
    assert walk(**oauth).outcome == "ok"
    kind, form, agent = x_till.token_requests[0]

    assert kind == "application/x-www-form-urlencoded"
    assert form == {
        "grant_type": "refresh_token",
        "client_id": "client",
        "client_secret": "secret",
        "refresh_token": FIRST_TOKEN,
    }
    assert agent.startswith("lightspeed-prima/")
    assert set(on_disk) == {"refresh-1"}
    assert len(x_till.token_requests) == 1


@pytest.mark.parametrize("missing", ["expires", "expires_in"])
def test_the_life_of_a_token_is_read_from_either_member(
    missing: str, x_till: XTill, walk: Walk, oauth: OAuth, clock: TurnedClock
) -> None:
    ends = int(clock.now().timestamp()) + 1000
    life = {"expires": ends, "expires_in": 1000}
    del life[missing]
    x_till.token_answer = lambda body: (
        {name: value for name, value in body.items() if name not in ("expires", "expires_in")} | life
    )
    walk(**oauth)
    clock.sleep(890)
    walk("run-2", **oauth)
    before = len(x_till.token_requests)
    clock.sleep(20)
    walk("run-3", **oauth)

    assert (before, len(x_till.token_requests)) == (1, 2)
    assert x_till.token_requests[1][1]["refresh_token"] == "refresh-1"


def test_a_token_that_dies_during_the_walk_is_renewed_once(x_till: XTill, walk: Walk, oauth: OAuth) -> None:
    x_till.feeds["sales"] = [nested_sale(1, 1)]
    killed: list[bool] = []

    def kill_once(asked: Any) -> None:
        if asked.resource == "sales" and not killed:
            killed.append(True)
            x_till.live_tokens = set()

    x_till.before = kill_once
    result = walk(**oauth)

    assert (result.outcome, result.versions_added) == ("ok", 1)
    assert [form["refresh_token"] for _, form, _ in x_till.token_requests] == [FIRST_TOKEN, "refresh-1"]


def test_a_rotation_torn_by_a_crash_leaves_a_token_that_lives(
    x_till: XTill, walk: Walk, oauth: OAuth, tmp_path: Path
) -> None:
    walk(**oauth)
    # What a crash while the second rotation was written leaves: the newer slot is half there.
    (tmp_path / "tokens" / "nz.a.json").write_bytes(b'{"token":{"access_to')

    assert walk("run-2", **oauth).outcome == "ok"
    assert len(x_till.token_requests) == 1


def test_a_dead_grant_is_for_a_person(x_till: XTill, walk: Walk, oauth: OAuth) -> None:
    x_till.live_refresh_token = "another"
    result = walk(**oauth)

    assert result.error is not None
    assert result.error.code == "AUTH_FAILED"
    assert "authorise the app again" in result.error.next_step
    assert x_till.seen == []


def test_the_token_endpoints_own_limiter_is_waited_for(
    x_till: XTill, walk: Walk, oauth: OAuth, clock: TurnedClock
) -> None:
    x_till.token_faults.append(Response("", 429, {"Retry-After": "Mon, 09 Nov 2026 06:00:20 GMT"}))

    assert walk(**oauth).outcome == "ok"
    assert clock.slept == [20]


def test_a_till_that_breaks_ends_as_an_outcome(x_till: XTill, walk: Walk) -> None:
    x_till.refuses = lambda asked: error(503) if asked.resource == "outlets" else None
    result = walk()

    assert result.error is not None
    assert (result.outcome, result.error.code) == ("failed", "UNREACHABLE")
