"""Refusals: an HTTP status and a body in one of the two styles that model hosts use.

- `aimlapi`: `{message, path, requestId, statusCode, timestamp}`, the style of the documented API.
- `openai`: `{error: {message, type, param, code}}`, the style of most other servers.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


class Refusal(Exception):
    """The request is answered with an error. Raised anywhere before the first byte of a reply."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        parameter: str | None = None,
        style: str = "aimlapi",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.parameter = parameter
        self.style = style
        self.headers = dict(headers or {})

    def body(self, *, path: str, request_id: str) -> dict[str, Any]:
        """The JSON body, in the style of this refusal."""
        if self.style == "openai":
            return openai_body(self.status, self.message, code=self.code, parameter=self.parameter)
        return aimlapi_body(self.status, self.message, path=path, request_id=request_id)


def openai_body(
    status: int, message: str, *, code: str | None = None, parameter: str | None = None
) -> dict[str, Any]:
    """`{error: {message, type, param, code}}`."""
    kind = TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": parameter, "code": code}}


def aimlapi_body(status: int, message: str, *, path: str, request_id: str) -> dict[str, Any]:
    """`{message, path, requestId, statusCode, timestamp}`."""
    return {
        "message": message,
        "path": path,
        "requestId": request_id,
        "statusCode": status,
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def bad_parameter(name: str, expected: str, received: object) -> Refusal:
    """400 for a parameter outside its documented limits, naming what was expected and what came."""
    shown = repr(received) if len(repr(received)) <= 80 else f"{repr(received)[:77]}..."
    return Refusal(
        400,
        f"Invalid value for '{name}': expected {expected}, received {shown}.",
        code="invalid_value",
        parameter=name,
    )
