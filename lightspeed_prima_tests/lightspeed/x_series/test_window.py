"""The allowance of a window is used up and not overdrawn, whatever kind of window it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime

import pytest
from starlette.responses import Response

from lightspeed_prima.lightspeed.ingest import IngestResult
from lightspeed_prima.lightspeed.retry_after import seconds_told
from lightspeed_prima.lightspeed.x_series.window import WindowThrottle
from lightspeed_prima_tests.lightspeed.loopback import TurnedClock, answer
from lightspeed_prima_tests.lightspeed.x_series.x_till import XTill, nested_sale

LIMIT = 20


@pytest.fixture
def throttle(clock: TurnedClock) -> WindowThrottle:
    return WindowThrottle(clock, clock.now)


def fixed_window(clock: TurnedClock, offset: int) -> Callable[[], int | None]:
    """What remains after a request; None = refused. Windows begin at multiples of 300 s, shifted."""
    used: dict[int, int] = {}

    def take() -> int | None:
        window = int(clock.monotonic() + offset) // 300
        used[window] = used.get(window, 0) + 1
        return LIMIT - used[window] if used[window] <= LIMIT else None

    return take


def sliding_window(clock: TurnedClock, _offset: int) -> Callable[[], int | None]:
    """The same for the last 300 seconds, whenever they began."""
    taken: deque[float] = deque()

    def take() -> int | None:
        while taken and taken[0] <= clock.monotonic() - 300:
            taken.popleft()
        if len(taken) == LIMIT:
            return None
        taken.append(clock.monotonic())
        return LIMIT - len(taken)

    return take


@pytest.mark.parametrize("window", [fixed_window, sliding_window])
@pytest.mark.parametrize("offset", [0, 120, 299])
def test_the_whole_allowance_is_used_without_one_refusal(
    window: Callable[[TurnedClock, int], Callable[[], int | None]],
    offset: int,
    clock: TurnedClock,
    throttle: WindowThrottle,
) -> None:
    take = window(clock, offset)
    for _ in range(LIMIT * 6):
        throttle.wait()
        remaining = take()
        assert remaining is not None
        throttle.note({"X-RateLimit-Limit": str(LIMIT), "X-RateLimit-Remaining": str(remaining)})
        clock.seconds += 0.25  # an answer takes its time, which counts against nothing

    # Six allowances in five waits: as fast as it goes.
    assert clock.seconds <= 5 * 300 + 6 * LIMIT * 0.25


def test_nothing_is_waited_for_while_something_remains_or_nothing_is_known(
    clock: TurnedClock, throttle: WindowThrottle
) -> None:
    for headers in ({}, {"x-ratelimit-remaining": "1"}, {"X-RateLimit-Remaining": "soon"}):
        throttle.wait()
        throttle.note(headers)

    throttle.wait()
    assert clock.slept == []


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({"Retry-After": "7"}, 7, id="seconds"),
        pytest.param({"retry-after": "Mon, 09 Nov 2026 06:04:12 GMT"}, 252, id="a date against our clock"),
        pytest.param(
            {"Retry-After": "Tue, 15 Sep 2026 00:04:12 GMT", "Date": "Tue, 15 Sep 2026 00:03:12 GMT"},
            60,
            id="a date against the server's",
        ),
        pytest.param(
            {"Retry-After": "Mon, 09 Nov 2026 06:00:30 GMT", "Date": "Fri, 01 Jan 2021 00:00:00 GMT"},
            30,
            id="a Date that makes no sense",
        ),
        pytest.param({"Retry-After": "Tue, 15 Sep 2026 00:04:12 GMT"}, None, id="long past"),
        pytest.param({"Retry-After": "in a while"}, None, id="unreadable"),
        pytest.param({"Retry-After": "99999"}, 600, id="never longer than ten minutes"),
        pytest.param({}, None, id="nothing said"),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(
    headers: dict[str, str], seconds: float | None, clock: TurnedClock
) -> None:
    assert seconds_told(headers, clock.now()) == seconds


def test_a_429_with_a_date_is_waited_for_and_the_walk_goes_on(
    x_till: XTill, walk: Callable[..., IngestResult], clock: TurnedClock
) -> None:
    x_till.feeds["sales"] = [nested_sale(1, 1)]
    refused: list[bool] = []

    def once(resource: str) -> Response | None:
        if resource != "sales" or refused:
            return None
        refused.append(True)
        until = format_datetime(clock.now() + timedelta(seconds=90), usegmt=True)
        body = '{"error":"Too Many Requests","message":"Rate limiting enforced"}'
        return answer(body, 429, Retry_After=until, X_RateLimit_Remaining="0")(None)  # type: ignore[arg-type]

    x_till.refuses = lambda asked: once(asked.resource)
    result = walk()

    assert (result.outcome, result.versions_added) == ("ok", 1)
    assert clock.slept == [91]


def test_an_allowance_used_up_pauses_the_walk_before_the_server_has_to_refuse(
    x_till: XTill, walk: Callable[..., IngestResult], clock: TurnedClock
) -> None:
    take = fixed_window(clock, 0)
    refused: list[bool] = []

    def counted() -> dict[str, str]:
        remaining = take()
        refused.append(remaining is None)
        return {"X-RateLimit-Limit": str(LIMIT), "X-RateLimit-Remaining": str(remaining or 0)}

    x_till.headers = counted
    x_till.page = 1
    x_till.feeds["sales"] = [nested_sale(number, number) for number in range(1, LIMIT + 1)]
    result = walk()

    assert (result.outcome, result.versions_added) == ("ok", LIMIT)
    assert (len(refused), any(refused)) == (result.requests, False)
    assert clock.slept == [300]
