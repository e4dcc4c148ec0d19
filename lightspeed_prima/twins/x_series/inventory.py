"""Inventory, the exception to every rule of paging: a list by POST, a bare array, newest first.

What the levels are belongs to state.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lightspeed_prima.twins.x_series.answers import RefusedRequest
from lightspeed_prima.twins.x_series.paging import version_of

Row = dict[str, Any]
DEFAULT_SIZE, LARGEST_SIZE = 1000, 5000
_FIELDS = frozenset(
    ("after", "before", "size", "sort_direction", "include_deleted", "product_id", "variants")
)


def posted_inventory(rows: Sequence[Row], body: Mapping[str, Any]) -> list[Row]:
    """The rows that a POST body asks for, as 2026-04 and later print them."""
    unknown = sorted(set(body) - _FIELDS)
    if unknown:
        raise RefusedRequest(422, f"Unknown field in payload: {unknown[0]}")
    direction = body.get("sort_direction", "desc")
    if direction not in ("asc", "desc"):
        raise RefusedRequest(400, "sort_direction must be asc or desc")
    size = _whole(body, "size", DEFAULT_SIZE)
    if not 1 <= size <= LARGEST_SIZE:
        raise RefusedRequest(400, f"size must be between 1 and {LARGEST_SIZE}")
    after, before = _whole(body, "after", 0), _whole(body, "before", 2**63)
    wanted = body.get("product_id")
    found = [
        row
        for row in rows
        if after < version_of(row) < before
        and (wanted is None or row["product_id"] == wanted)
        and (row["deleted_at"] is None or body.get("include_deleted") is True)
    ]
    found.sort(key=version_of, reverse=direction == "desc")
    return [dated_row(row) for row in found[:size]]


def dated_row(row: Row) -> Row:
    """Demand that would push a level below zero is a figure of its own."""
    level = row["level"]
    return {
        "id": row["id"],
        "product_id": row["product_id"],
        "outlet_id": row["outlet_id"],
        "current_inventory_level": max(level, 0),
        "quantity_to_procure": max(-level, 0),
        "average_cost": row["average_cost"],
        "reorder_method": None,
        "reorder_point": row["reorder_point"],
        "reorder_amount": row["reorder_amount"],
        "reorder_target": None,
        "deleted_at": row["deleted_at"],
        "version": row["version"],
    }


def flat_row(row: Row) -> Row:
    """API 2.0 lets levels go below zero."""
    return {
        "id": row["id"],
        "product_id": row["product_id"],
        "outlet_id": row["outlet_id"],
        "inventory_level": row["level"],
        "current_amount": row["level"],
        "average_cost": row["average_cost"],
        "reorder_point": row["reorder_point"],
        "reorder_amount": row["reorder_amount"],
        "deleted_at": row["deleted_at"],
        "version": row["version"],
    }


def _whole(body: Mapping[str, Any], name: str, default: int) -> int:
    number = body.get(name, default)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise RefusedRequest(400, f"{name} must be a whole number")
    return number
