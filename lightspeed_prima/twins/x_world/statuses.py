"""Where an X-Series sale is in its life, in the words of both API generations.

A table of facts from docs/wire_notes.md. Which sale gets there, and when, belongs to the stories.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Status:
    """`status` of API 2.0 beside `state` and `attributes` of the dated versions."""

    name: str
    state: str
    attributes: tuple[str, ...] = ()


SAVED = Status("SAVED", "parked")
OPEN = Status("OPEN", "pending")
VOIDED = Status("VOIDED", "voided")
CLOSED = Status("CLOSED", "closed")
ONACCOUNT = Status("ONACCOUNT", "pending", ("onaccount",))
ONACCOUNT_CLOSED = Status("ONACCOUNT_CLOSED", "closed", ("onaccount",))
LAYBY = Status("LAYBY", "pending", ("layby",))
LAYBY_CLOSED = Status("LAYBY_CLOSED", "closed", ("layby",))
AWAITING_DISPATCH = Status("AWAITING_DISPATCH", "pending", ("delivery",))
DISPATCHED_CLOSED = Status("DISPATCHED_CLOSED", "closed", ("delivery",))
AWAITING_PICKUP = Status("AWAITING_PICKUP", "pending", ("pickup",))
PICKED_UP_CLOSED = Status("PICKED_UP_CLOSED", "closed", ("pickup",))
SERVICE = Status("SERVICE", "pending", ("service",))
SERVICE_CLOSED = Status("SERVICE_CLOSED", "closed", ("service",))
# In no table of the vendor: one was seen in a live feed. Its state in a dated version is inferred.
QUOTE = Status("QUOTE", "quote")

STATUSES = (
    SAVED,
    OPEN,
    VOIDED,
    CLOSED,
    ONACCOUNT,
    ONACCOUNT_CLOSED,
    LAYBY,
    LAYBY_CLOSED,
    AWAITING_DISPATCH,
    DISPATCHED_CLOSED,
    AWAITING_PICKUP,
    PICKED_UP_CLOSED,
    SERVICE,
    SERVICE_CLOSED,
    QUOTE,
)
