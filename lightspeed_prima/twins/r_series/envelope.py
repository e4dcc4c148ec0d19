"""Dresses rows for the wire: only the relations asked for, lists of one as objects, the V3 envelope.

Which rows, belongs to query.py; where related rows are found, to state.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from lightspeed_prima.twins.r_series.resources import ENTITIES, Relation, Resource

Row = dict[str, Any]
Wanted = dict[str, Any]
# (entity, field, value) to the rows of that entity with that value in that field.
Lookup = Callable[[str, str, str], Sequence[Row]]


def wanted_tree(paths: Iterable[str]) -> Wanted:
    """["SaleLines", "SaleLines.Item"] as a tree; a nested relation loads its parents too."""
    tree: Wanted = {}
    for path in paths:
        branch = tree
        for name in path.split("."):
            branch = branch.setdefault(name, {})
    return tree


def embed(entity: str, row: Row, wanted: Wanted, lookup: Lookup) -> Row:
    """The row with the relations that were asked for and no others; empty ones have no key."""
    resource = ENTITIES.get(entity)
    relations = resource.relations if resource else {}
    dressed = {name: value for name, value in row.items() if name not in relations}
    for name, below in wanted.items():
        related = _related(name, row, relations[name], below, lookup)
        if related is not None:
            dressed[name] = related
    return dressed


def collapse(value: Any) -> Any:
    """Every list of one becomes its only element, at every level; an empty list was left out before."""
    if isinstance(value, dict):
        return {key: collapse(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return collapse(value[0]) if len(value) == 1 else [collapse(inner) for inner in value]
    return value


def list_envelope(resource: Resource, rows: Sequence[Row], next_url: str, previous_url: str) -> Row:
    """The answer to a list query: no rows, no key."""
    envelope: Row = {"@attributes": {"next": next_url, "previous": previous_url}}
    if rows:
        envelope[resource.name] = collapse(list(rows))
    return envelope


def single_envelope(name: str, row: Row) -> Row:
    """The answer to a request for one object."""
    return {"@attributes": {"count": "1"}, name: collapse(row)}


def as_xml(root: str, envelope: Mapping[str, Any]) -> bytes:
    """What a client gets that forgot to ask for JSON."""
    document: bytes = ElementTree.tostring(_element(root, envelope), encoding="utf-8", xml_declaration=True)
    return document


def _related(name: str, row: Row, relation: Relation, below: Wanted, lookup: Lookup) -> Any:
    if relation.key:
        found = lookup(relation.target, "", str(row.get(relation.key, "0")))
        return embed(relation.target, found[0], below, lookup) if found else None
    if relation.reverse:
        rows = lookup(relation.target, relation.reverse, str(row[relation.reverse]))
        return {relation.target: [embed(relation.target, r, below, lookup) for r in rows]} if rows else None
    inside = row.get(name)
    if inside is None or inside == "":
        return inside
    if relation.to_many and relation.target:
        rows = inside[relation.target]
        return {relation.target: [embed(relation.target, r, below, lookup) for r in rows]}
    return embed(relation.target, inside, below, lookup) if relation.target else inside


def _element(tag: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(tag)
    if isinstance(value, Mapping):
        element.attrib.update(value.get("@attributes", {}))
        for name, inner in value.items():
            if name != "@attributes":
                children = inner if isinstance(inner, list) else [inner]
                element.extend(_element(name, child) for child in children)
    else:
        element.text = str(value)
    return element
