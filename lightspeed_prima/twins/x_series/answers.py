"""How X-Series answers: JSON whose numbers are written digit by digit, and errors in its own words.

Who says no, and why, belongs to the modules that raise.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import Response

# A double would turn 34.69565 into something near it before it is ever sent.
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def exact_json(body: Any) -> bytes:
    """A body as bytes; Decimals become numbers, not text."""
    return _ENCODER.encode(body)


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer of the API."""
    return Response(exact_json(body), status, headers=headers, media_type="application/json")


class RefusedRequest(Exception):
    """A request that X-Series answers with an error of its own."""

    def __init__(self, status: int, message: str, title: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"error": title or HTTPStatus(status).phrase, "message": message}

    def response(self, headers: dict[str, str] | None = None) -> Response:
        """The error in the shape that the rate limit's is documented in."""
        return answer(self.body, self.status, headers)
