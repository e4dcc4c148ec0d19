"""What can go wrong with a Lightspeed account, as codes a person acts on.

What does not belong here: problems of a single sale; those are columns of its row in raw.lightspeed_sales.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from lightspeed_prima.errors import PipelineError


class LightspeedError(PipelineError):
    """One account could not be read to the present. Other accounts are not touched by it."""


class AuthFailed(LightspeedError):
    """The grant is dead, or lacks a right that the walk needs. Only a person can mend it."""

    def __init__(self, what: str, *, where: str = "", next_step: str) -> None:
        super().__init__("AUTH_FAILED", what, where=where, next_step=next_step)


class ApiChanged(LightspeedError):
    """The API answered in a shape the walk does not know, so going on could lose sales silently."""

    def __init__(self, what: str, *, where: str = "") -> None:
        super().__init__(
            "API_CHANGED",
            what,
            where=where,
            next_step="compare the answer with the wire notes of its series (docs/); nothing was skipped, "
            "the next walk goes on from the same place",
        )


class RequestRefused(ApiChanged):
    """A 4xx that says our request itself is wrong. The caller may know another spelling of it."""

    def __init__(self, status: int, message: str, *, where: str) -> None:
        self.status = status
        super().__init__(f"Lightspeed refused the request with HTTP {status}: {message}", where=where)


class Unreachable(LightspeedError):
    """No usable answer after all tries. `smaller_may_help`: the server broke on the work, not on the way."""

    def __init__(self, what: str, *, where: str = "", smaller_may_help: bool = False) -> None:
        self.smaller_may_help = smaller_may_help
        super().__init__(
            "UNREACHABLE",
            what,
            where=where,
            next_step="nothing is lost, the next walk goes on from the last stored watermark; when it stays "
            "so, check the network and Lightspeed's status page",
        )


class Busy(LightspeedError):
    """Another process is reading the same account."""

    def __init__(self, what: str) -> None:
        super().__init__("BUSY", what, next_step="wait for the other walk to end, then start this one again")


def without_query(url: str) -> str:
    """The address as it may appear in a message: no credentials, no query (it can hold ids and cursors)."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"
