"""Puts models in the order in which they can be built, and gives each a fingerprint.

What does not belong here: templates, YAML, SQL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from lightspeed_prima.warehouse.models.model import ModelError


def build_order(depends_on: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Every name after what it depends on; names that are free of each other in alphabetical order."""
    sorter = TopologicalSorter({name: set(depends_on[name]) for name in sorted(depends_on)})
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        raise ModelError("MODELS_GO_ROUND", f"models refer to each other in a circle: {circle}") from error
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order.extend(ready)
        sorter.done(*ready)
    return tuple(order)


def fingerprints(texts: Mapping[str, str], depends_on: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """A digest of each model's text and of all it is built from.

    An incremental model whose fingerprint changed is built anew: its old rows were made by other SQL.
    """
    digests: dict[str, str] = {}
    for name in build_order(depends_on):
        digest = hashlib.sha256(texts[name].encode())
        for upstream in sorted(depends_on[name]):
            digest.update(digests[upstream].encode())
        digests[name] = digest.hexdigest()
    return digests
