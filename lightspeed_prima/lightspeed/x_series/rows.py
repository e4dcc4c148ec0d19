"""Turns received X-Series objects into rows to land: identity, version, and what does not read.

What does not belong here: fetching them.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import msgspec

from lightspeed_prima.lightspeed.errors import ApiChanged
from lightspeed_prima.lightspeed.series import ReferenceRow, SaleRow, StockRow
from lightspeed_prima.lightspeed.x_series.pages import Received
from lightspeed_prima.lightspeed.x_series.shapes import shape_of
from lightspeed_prima.lightspeed.x_series.wire import first_problem


def sale_row(received: Received) -> SaleRow:
    """A sale as it came, under its own version. One whose shape is not known stops the walk."""
    shape = shape_of(received.members)
    problem_path, problem = first_problem(received.text, shape) or (None, None)
    return SaleRow(
        sale_id=received.words("id") or unreadable_id(received),
        clock=received.version,
        source_updated_at=received.updated_at,
        payload=received.text,
        payload_sha256=received.sha256,
        problem_path=problem_path,
        problem=problem,
        numbered=received.version is not None,
    )


def reference_row(entity: str, key: tuple[str, ...], received: Received) -> ReferenceRow:
    """A reference object as it came. A key of several members is joined by a colon."""
    parts = [received.words(name) for name in key]
    return ReferenceRow(
        entity=entity,
        entity_id=":".join(parts) if all(parts) else unreadable_id(received),
        payload=received.text,
        payload_sha256=received.sha256,
    )


def stock_row(received: Received) -> StockRow:
    """The level of one product in one outlet. A deleted row has nothing on hand any more.

    `quantity_to_procure` is demand and no level: what older versions called a negative level is there now.
    Products sold by weight have fractions; only whole pieces can be compared with Prima's.
    """
    is_deleted = bool(received.words("deleted_at"))
    outlet_id, product_id = received.words("outlet_id"), received.words("product_id")
    level = Decimal(0) if is_deleted else _level(received)
    if level is None or not outlet_id or not product_id:
        identity = {name: received.words(name) for name in ("id", "outlet_id", "product_id")}
        raise ApiChanged(f"an inventory row does not read: {identity}")
    return StockRow(shop_id=outlet_id, item_id=product_id, on_hand=int(level // 1))


def unreadable_id(received: Received) -> str:
    """A name for an object without an id: the same bytes get the same one."""
    return f"unreadable-{received.sha256[:12]}"


def _level(received: Received) -> Decimal | None:
    try:
        level = msgspec.json.decode(received.members.get("current_inventory_level", b"null"), type=Decimal)
    except (msgspec.DecodeError, InvalidOperation):
        return None
    return level if level.is_finite() and abs(level) < Decimal(10) ** 15 else None
