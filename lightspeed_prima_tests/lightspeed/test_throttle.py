"""Pacing follows the headers of the answers and assumes nothing else."""

from __future__ import annotations

import pytest

from lightspeed_prima.lightspeed.throttle import Throttle
from lightspeed_prima_tests.lightspeed.loopback import TurnedClock

BUCKET, BURST = "X-LS-Api-Bucket-Level", "X-LS-API-Burst-Level"
COST, DRIP, LIMITER = "X-LS-Api-Request-Cost", "X-LS-Api-Drip-Rate", "X-LS-API-RateLimit-Type"


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        pytest.param({}, 0, id="nothing known, nothing assumed"),
        pytest.param({BUCKET: "3.8/90", COST: "2.8"}, 0, id="room enough"),
        pytest.param({BUCKET: "89/90", COST: "2.8"}, 1.8, id="would overflow"),
        pytest.param(
            {"x-ls-api-bucket-level": "92.57/90", "x-ls-api-drip-rate": "2"}, 1.785, id="over, faster drip"
        ),
        pytest.param({"X-LS-API-BUCKET-LEVEL": "8/8", "X-LS-API-DRIP-RATE": "0.5"}, 2, id="a small bucket"),
        pytest.param({BURST: "15/20"}, 0, id="burst below four fifths"),
        pytest.param({BURST: "16/20"}, 1, id="burst at four fifths: next window"),
        pytest.param({BUCKET: "soon/90", DRIP: "-"}, 0, id="unreadable headers"),
        pytest.param({BUCKET: "NaN/90"}, 0, id="not a number"),
    ],
)
def test_the_wait_before_the_next_request(headers: dict[str, str], waits: float, clock: TurnedClock) -> None:
    throttle = Throttle(clock)
    throttle.note(headers)
    throttle.wait()

    assert clock.seconds == pytest.approx(waits)


def test_what_has_dripped_out_meanwhile_counts(clock: TurnedClock) -> None:
    throttle = Throttle(clock)
    throttle.note({BUCKET: "95/90", DRIP: "1", COST: "1"})
    clock.seconds = 4.0
    throttle.wait()

    assert clock.seconds == pytest.approx(6)


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        pytest.param({"Retry-After": "3", LIMITER: "api-burst-limiter"}, 3, id="said"),
        pytest.param({LIMITER: "api-burst-limiter"}, 1, id="burst"),
        pytest.param({LIMITER: "api-leaky-bucket"}, 30, id="bucket"),
        pytest.param({BUCKET: "94/90", DRIP: "1"}, 5, id="bucket with its level"),
        pytest.param({"Retry-After": "999999"}, 600, id="never longer than ten minutes"),
    ],
)
def test_the_wait_after_a_429(headers: dict[str, str], waits: float, clock: TurnedClock) -> None:
    throttle = Throttle(clock)
    throttle.note(headers)
    throttle.back_off(headers)

    assert clock.seconds == pytest.approx(waits)
