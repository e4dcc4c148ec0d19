"""How R-Series says no: JSON bodies, most of them under a content type that is not JSON.

Who says no, and why, belongs to the modules that raise.
"""

from __future__ import annotations

import json
from http import HTTPStatus

from starlette.responses import JSONResponse, Response


class RefusedRequest(Exception):
    """A request that R-Series answers with an error of its own."""

    def __init__(self, status: int, message: str, error_class: str = "Exception") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.error_class = error_class

    def response(self, headers: dict[str, str] | None = None) -> Response:
        """The error as recorded: a JSON body that calls itself text/html."""
        body = {
            "httpCode": str(self.status),
            "httpMessage": HTTPStatus(self.status).phrase,
            "message": self.message,
            "errorClass": self.error_class,
        }
        return Response(json.dumps(body), self.status, headers=headers, media_type="text/html; charset=UTF-8")


def bad_request(message: str) -> RefusedRequest:
    """A query that R-Series does not understand."""
    return RefusedRequest(400, message, "BadRequestException")


def access_denied(hint: str) -> JSONResponse:
    """The 401 of the OAuth layer, as the documentation prints it."""
    body = {
        "error": "access_denied",
        "error_description": "The resource owner or authorization server denied the request.",
        "hint": hint,
    }
    return JSONResponse(body, 401)


def oauth_error(status: int, error: str, description: str) -> JSONResponse:
    """An error of the token endpoint."""
    return JSONResponse({"error": error, "error_description": description}, status)
