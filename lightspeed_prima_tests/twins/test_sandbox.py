"""The sandbox as a process: found again, restarted, started over, ended."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lightspeed_prima.settings import load_settings
from lightspeed_prima.twins.http_server import bind
from lightspeed_prima.twins.sandbox import (
    SandboxAddresses,
    SandboxError,
    WorldSize,
    ensure_sandbox,
    stop_sandbox,
)
from lightspeed_prima_tests.twins.prima.talk import Talk, line, order, payment

SMALL = WorldSize(seed=7, days=1, sales_per_day=5)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder for one sandbox, whose twins do not outlive the test."""
    yield tmp_path
    stop_sandbox(tmp_path)


def _book_something(sandbox: SandboxAddresses) -> None:
    with httpx.Client(trust_env=False) as http:
        talk = Talk(sandbox.prima_url, http)
        sold = line(1, "GIFTCARD", "50.00", Warehouse="DUB")
        answer = talk.send_order(order("7011", [sold], [payment("50.00")], Customer=""))
        assert answer.get("RequestStatus") == "OK"


def _booked(sandbox: SandboxAddresses) -> int:
    documents = httpx.get(f"{sandbox.prima_url}/_twin/stats", trust_env=False).json()["documents"]
    assert isinstance(documents, int)
    return documents


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_started_sandbox_serves_both_twins_and_writes_a_configuration_that_loads(home: Path) -> None:
    sandbox = ensure_sandbox(home, world=SMALL)
    assert httpx.get(f"{sandbox.lightspeed_url}/_twin/stats", trust_env=False).json()["sales"] > 0
    assert _booked(sandbox) == 0
    settings = load_settings(sandbox.config)
    assert str(settings.prima.endpoint).startswith(sandbox.prima_url)
    assert str(settings.lightspeed[0].base_url).startswith(sandbox.lightspeed_url)
    secrets = list((home / "data" / "sandbox" / "secrets").iterdir())
    assert {stat.S_IMODE(secret.stat().st_mode) for secret in secrets} == {0o600}
    assert len(json.loads(sandbox.answer_key.read_text())["sales"]) > 0


def test_a_running_sandbox_is_found_and_not_started_twice(home: Path) -> None:
    first = ensure_sandbox(home, world=SMALL)
    assert ensure_sandbox(home) == first
    command = [sys.executable, "-m", "lightspeed_prima.twins", "--home", str(home)]
    second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert second.returncode == 3
    assert "are running already" in second.stderr


def test_a_restart_keeps_the_ports_the_books_and_the_edited_mappings(home: Path) -> None:
    first = ensure_sandbox(home, world=SMALL)
    _book_something(first)
    skus = first.mappings / "skus.csv"
    skus.write_text(skus.read_text() + "sandbox,NEW,SHOE1,,,,\n")
    assert stop_sandbox(home)
    assert not stop_sandbox(home)
    again = ensure_sandbox(home)
    assert (again.prima_url, again.lightspeed_url, again.world) == (
        first.prima_url,
        first.lightspeed_url,
        SMALL,
    )
    assert again.pid != first.pid
    assert _booked(again) == 1
    assert skus.read_text().endswith("sandbox,NEW,SHOE1,,,,\n")


def test_a_port_that_was_taken_meanwhile_is_replaced_in_the_configuration(home: Path) -> None:
    first = ensure_sandbox(home, world=SMALL)
    stop_sandbox(home)
    with bind(int(first.prima_url.rsplit(":", 1)[1])) as taken:
        taken.listen()
        again = ensure_sandbox(home)
        assert again.prima_url != first.prima_url
        assert again.prima_url in again.config.read_text()
        assert first.prima_url not in again.config.read_text()


def test_starting_over_forgets_books_and_edits(home: Path) -> None:
    first = ensure_sandbox(home, world=SMALL)
    _book_something(first)
    (first.mappings / "skus.csv").write_text("edited")
    again = ensure_sandbox(home, fresh=True, world=SMALL)
    assert _booked(again) == 0
    assert (again.mappings / "skus.csv").read_text() != "edited"
    assert not _is_alive(first.pid)


def test_another_world_is_refused_with_the_way_out(home: Path) -> None:
    ensure_sandbox(home, world=SMALL)
    with pytest.raises(SandboxError, match="start over with fresh=True"):
        ensure_sandbox(home, world=WorldSize(seed=8))


def test_a_killed_sandbox_is_started_again_with_its_books(home: Path) -> None:
    first = ensure_sandbox(home, world=SMALL)
    _book_something(first)
    os.kill(first.pid, signal.SIGKILL)
    again = ensure_sandbox(home)
    assert again.pid != first.pid
    assert _booked(again) == 1


def test_a_sandbox_that_nobody_asks_ends_by_itself(home: Path) -> None:
    sandbox = ensure_sandbox(home, world=SMALL, idle_seconds=0)
    deadline = time.monotonic() + 60
    while _is_alive(sandbox.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _is_alive(sandbox.pid)
    assert not stop_sandbox(home)


def test_twins_that_cannot_start_say_why(home: Path) -> None:
    impossible = WorldSize(days=0)
    with pytest.raises(SandboxError, match="a world has at least one day") as problem:
        ensure_sandbox(home, world=impossible)
    assert problem.value.code == "SANDBOX_DOWN"


def test_the_twins_live_on_when_their_starter_ends(home: Path) -> None:
    script = (
        "from pathlib import Path; from lightspeed_prima.twins.sandbox import WorldSize, ensure_sandbox;"
        f"print(ensure_sandbox(Path({str(home)!r}), world=WorldSize(7, 1, 5)).pid)"
    )
    starter = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ensure_sandbox(home).pid == int(starter.stdout)
