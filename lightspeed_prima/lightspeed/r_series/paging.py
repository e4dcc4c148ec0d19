"""Lists of the V3 API: builds the first address, splits pages into objects, follows `next` to its end.

What does not belong here: what the objects mean; tries and waits for one address (client.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec

from lightspeed_prima.lightspeed.client import ApiClient, Garbled
from lightspeed_prima.lightspeed.errors import (
    ApiChanged,
    RequestRefused,
    Unreachable,
    without_query,
)
from lightspeed_prima.lightspeed.r_series.assumptions import PAGE_SIZES

T = TypeVar("T")


@dataclass(frozen=True)
class ListQuery:
    """One list to read. `clock` = (filter name, sort name, payload name) of the time it is walked by."""

    account_id: str
    entity: str
    relations: Sequence[str] = ()
    filters: Sequence[tuple[str, str]] = ()
    clock: tuple[str, str, str] | None = None
    since: datetime | None = None
    sort: str = ""

    def address(self, base_url: str, limit: int) -> str:
        """The first page; operators and `+` are encoded, or the server reads something else."""
        parameters = [*self.filters]
        if self.clock is not None:
            filter_name, sort_name, _ = self.clock
            parameters.append(("sort", sort_name))
            if self.since is not None:
                parameters.append((filter_name, f">=,{self.since.isoformat(timespec='seconds')}"))
        elif self.sort:
            parameters.append(("sort", self.sort))
        if self.relations:
            parameters.append(("load_relations", msgspec.json.encode(list(self.relations)).decode()))
        parameters.append(("limit", str(limit)))
        path = f"/API/V3/Account/{quote(self.account_id, safe='')}/{self.entity}.json"
        return f"{base_url}{path}?{urlencode(parameters, quote_via=quote, safe='')}"


@dataclass(frozen=True, eq=False)
class Received:
    """One object of a page, byte for byte, with the fields its feed is walked by."""

    text: str
    sha256: str
    fields: dict[str, str]


@dataclass(frozen=True)
class _Page:
    objects: tuple[Received, ...]
    next_address: str


class _Attributes(msgspec.Struct):
    next: str


class _Envelope(msgspec.Struct):
    attributes: _Attributes = msgspec.field(name="@attributes")


def read_list(client: ApiClient, query: ListQuery) -> Iterator[tuple[Received, ...]]:
    """All pages of a list. Where the server breaks on a page, goes on from there with smaller ones."""
    for size in PAGE_SIZES:
        try:
            for page in _follow(client, query, size):
                query = _resume_after(page, query)
                yield page.objects
            return
        except Unreachable as trouble:
            if not trouble.smaller_may_help or size == PAGE_SIZES[-1]:
                raise


def first_accepted(readings: Sequence[Callable[[], Iterator[T]]]) -> Iterator[T]:
    """The first reading that is not refused with HTTP 400: for facts with more than one spelling."""
    for number, reading in enumerate(readings, start=1):
        begun = False
        try:
            for part in reading():
                begun = True
                yield part
            return
        except RequestRefused as refusal:
            if begun or refusal.status != 400 or number == len(readings):
                raise


def read_one(client: ApiClient, address: str, entity: str) -> Received:
    """The object of a single answer, `{"@attributes": ..., "Entity": {...}}`."""

    def read(body: bytes) -> Received:
        objects = _objects(_decoded(body), entity)
        if len(objects) != 1:
            raise Garbled(f"{len(objects)} {entity} objects where one was asked for")
        return objects[0]

    return client.get(address, read)


def _follow(client: ApiClient, query: ListQuery, size: int) -> Iterator[_Page]:
    """`next` is followed exactly as it came until it is "". A short or empty page is no end."""
    address = query.address(client.base_url, size)
    seen: set[str] = set()
    while address:
        if address in seen:
            raise ApiChanged(
                "the pages of a list lead back to one already read", where=without_query(address)
            )
        seen.add(address)
        page = client.get(address, lambda body: _page(body, query.entity))
        yield page
        address = page.next_address


def _resume_after(page: _Page, query: ListQuery) -> ListQuery:
    """Where a walk with smaller pages would begin: at the last object's time, inclusive."""
    if query.clock is None or not page.objects:
        return query
    reached = moment(page.objects[-1].fields.get(query.clock[2], ""))
    return replace(query, since=reached) if reached is not None else query


def _page(body: bytes, entity: str) -> _Page:
    members = _decoded(body)
    try:
        envelope = msgspec.json.decode(body, type=_Envelope)
    except msgspec.ValidationError as problem:
        # Without `next` the end of the list cannot be told from a break in it.
        raise Garbled(f"a list without its envelope: {problem}") from problem
    return _Page(tuple(_objects(members, entity)), envelope.attributes.next)


def _decoded(body: bytes) -> dict[str, msgspec.Raw]:
    try:
        body.decode("utf-8")
        return msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except UnicodeDecodeError as problem:
        raise Garbled("not UTF-8") from problem
    except msgspec.DecodeError as problem:
        looks_like_html = body.lstrip()[:1] == b"<"
        raise Garbled("an HTML page" if looks_like_html else f"not a JSON object: {problem}") from problem


def _objects(members: dict[str, msgspec.Raw], entity: str) -> list[Received]:
    """A list of one comes as the object itself, also at the top level; an empty list as no key or as ""."""
    raw = bytes(members.get(entity, b'""'))
    if raw[:1] == b"[":
        return [_received(bytes(member)) for member in msgspec.json.decode(raw, type=list[msgspec.Raw])]
    if raw[:1] == b"{":
        return [_received(raw)]
    if raw == b'""':
        return []
    raise Garbled(f"{entity} is neither a list nor an object")


def _received(raw: bytes) -> Received:
    return Received(raw.decode(), hashlib.sha256(raw).hexdigest(), _scalars(raw))


def _scalars(raw: bytes) -> dict[str, str]:
    """The text fields of an object's first level. Ids that come as numbers are taken too."""
    try:
        members = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return {}
    scalars = {}
    for name, member in members.items():
        text = bytes(member)
        if text[:1] == b'"':
            scalars[name] = msgspec.json.decode(text, type=str).strip()
        elif text[:1] not in (b"{", b"[", b"n"):
            scalars[name] = text.decode()
    return scalars


def moment(text: str) -> datetime | None:
    """A time of the API (ISO 8601 with offset), or None when it is not one."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return value if value.tzinfo is not None else None
