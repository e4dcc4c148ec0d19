"""Turns received R-Series objects into rows to land: identity, version clock, and what does not read.

What does not belong here: fetching them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lightspeed_prima.lightspeed.r_series.paging import Received, moment
from lightspeed_prima.lightspeed.r_series.wire import first_problem
from lightspeed_prima.lightspeed.series import ReferenceRow, SaleRow

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def sale_row(received: Received) -> SaleRow:
    """A sale as it came. R-Series has no version number, so its clock is updateTime in milliseconds."""
    updated_at = moment(received.fields.get("updateTime", ""))
    problem_path, problem = first_problem(received.text) or (None, None)
    return SaleRow(
        sale_id=received.fields.get("saleID") or unreadable_id(received),
        clock=None if updated_at is None else (updated_at - _EPOCH) // timedelta(milliseconds=1),
        source_updated_at=updated_at,
        payload=received.text,
        payload_sha256=received.sha256,
        problem_path=problem_path,
        problem=problem,
    )


def reference_row(entity: str, id_field: str, received: Received) -> ReferenceRow:
    """A reference object as it came."""
    return ReferenceRow(
        entity=entity,
        entity_id=received.fields.get(id_field) or unreadable_id(received),
        payload=received.text,
        payload_sha256=received.sha256,
    )


def unreadable_id(received: Received) -> str:
    """A name for an object without an id: the same bytes get the same one."""
    return f"unreadable-{received.sha256[:12]}"
