"""Pages of the X-Series API: splits an answer into objects, kept byte for byte, and reads where it ends.

What does not belong here: which pages there are (version_walk.py) and what the objects mean.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec

from lightspeed_prima.lightspeed.client import ApiClient, Garbled
from lightspeed_prima.lightspeed.errors import RequestRefused, Unreachable
from lightspeed_prima.lightspeed.x_series.assumptions import API_VERSION

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Received:
    """One object, with its members still as they came. Not an object at all = no members."""

    text: str
    sha256: str
    members: dict[str, msgspec.Raw]

    def words(self, name: str) -> str:
        """A text member; "" when it is missing or something else."""
        text: str = _decoded_or(self.members.get(name), str, "")
        return text

    @cached_property
    def version(self) -> int | None:
        """The object's own version, at the top (most objects) or in `_metadata` (a nested sale)."""
        metadata = _decoded_or(self.members.get("_metadata"), dict[str, msgspec.Raw], {})
        raw = metadata.get("version", self.members.get("version"))
        version: int | None = _decoded_or(raw, int, None)
        return version

    @property
    def updated_at(self) -> datetime | None:
        """The server's last update, in UTC; None when it is not said."""
        return moment(self.words("updated_at"))


@dataclass(frozen=True)
class Page:
    """Objects, and the version to go on after. None = the answer does not say, which only an end may."""

    objects: tuple[Received, ...]
    newest: int | None


class _Versions(msgspec.Struct):
    max: int | None = None


class _Envelope(msgspec.Struct):
    data: list[msgspec.Raw]
    version: _Versions | None = None


class _Single(msgspec.Struct):
    data: msgspec.Raw


class PageSizes:
    """The page size of one walk: as big as the server takes it, and never bigger again after it broke."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self._sizes = list(sizes)

    def read(self, ask: Callable[[int], T]) -> T:
        """What `ask` gives at the biggest size that works."""
        while True:
            try:
                return ask(self._sizes[0])
            except (RequestRefused, Unreachable) as trouble:
                if len(self._sizes) == 1 or not _smaller_may_help(trouble):
                    raise
                self._sizes.pop(0)


def address(client: ApiClient, resource: str, **parameters: object) -> str:
    """Where a resource of the pinned version is."""
    query = f"?{urlencode(parameters)}" if parameters else ""
    return f"{client.base_url}/api/{API_VERSION}/{resource}{query}"


def read_page(body: bytes) -> Page:
    """A list in its envelope. Lists that are not versioned have no `version`."""
    envelope = _whole(body, _Envelope)
    return Page(_received_all(envelope.data), envelope.version.max if envelope.version else None)


def read_bare_page(body: bytes) -> Page:
    """A list without an envelope: its newest version is that of its rows."""
    objects = _received_all(_whole(body, list[msgspec.Raw]))
    return Page(objects, None)


def read_single(body: bytes) -> Received:
    """One object in its envelope."""
    received = _received(bytes(_whole(body, _Single).data))
    if not received.members:
        raise Garbled("no object where one was asked for")
    return received


def moment(text: str) -> datetime | None:
    """A time of the API (ISO 8601 with offset or Z), or None when it is not one."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return value if value.tzinfo is not None else None


def _smaller_may_help(trouble: RequestRefused | Unreachable) -> bool:
    """400 and 422 are how a size over the limit would be refused."""
    if isinstance(trouble, RequestRefused):
        return trouble.status in (400, 422)
    return trouble.smaller_may_help


def _whole(body: bytes, form: type[T]) -> T:
    try:
        body.decode("utf-8")
        return msgspec.json.decode(body, type=form)
    except UnicodeDecodeError as problem:
        raise Garbled("not UTF-8") from problem
    except msgspec.DecodeError as problem:
        looks_like_html = body.lstrip()[:1] == b"<"
        raise Garbled("an HTML page" if looks_like_html else f"not the expected JSON: {problem}") from problem


def _received_all(members: list[msgspec.Raw]) -> tuple[Received, ...]:
    return tuple(_received(bytes(member)) for member in members)


def _received(raw: bytes) -> Received:
    members: dict[str, msgspec.Raw] = _decoded_or(msgspec.Raw(raw), dict[str, msgspec.Raw], {})
    return Received(raw.decode(), hashlib.sha256(raw).hexdigest(), members)


def _decoded_or(raw: msgspec.Raw | None, form: Any, otherwise: Any) -> Any:
    if raw is None:
        return otherwise
    try:
        return msgspec.json.decode(raw, type=form)
    except msgspec.DecodeError:
        return otherwise
