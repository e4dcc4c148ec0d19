"""What can be asked of the X-Series twin, and under which scope.

A table of facts from docs/wire_notes.md. How lists are paged belongs to paging.py, their rows to state.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Resource:
    """A collection of the API."""

    name: str
    scope: str
    takes_deleted: bool = True
    """Whether tombstones are left out unless `deleted=true`. Sales show theirs to everyone."""
    has_envelope: bool = True
    """Whether `version` stands beside `data`; taxes have none."""


_RESOURCES = (
    Resource("sales", "sales:read", takes_deleted=False),
    Resource("products", "products:read"),
    Resource("outlets", "outlets:read"),
    Resource("registers", "registers:read"),
    Resource("taxes", "taxes:read", has_envelope=False),
    Resource("outlet_taxes", "taxes:read"),
    Resource("payment_types", "payment_types:read"),
    Resource("retailer", "retailer:read"),
    Resource("inventory", "inventory:read", takes_deleted=False),
)
RESOURCES = {resource.name: resource for resource in _RESOURCES}
