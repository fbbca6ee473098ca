"""The one border where foreign failures become ours: HTTP statuses, error bodies, and exceptions of the
transports.

Bodies come in two styles, `{message, statusCode, ...}` and `{error: {message, type, param, code}}`, whole or
as an event inside a stream. Their text reaches only `detail`: what users read is always our own. Codes and
statuses decide first; words of the message only where the first style has nothing else to go by.
"""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any, Final

from .errors import (
    BadAnswer,
    BadRequest,
    CompletionError,
    ContextTooLong,
    Misconfigured,
    ModelGone,
    QuotaExceeded,
    RateLimited,
    ServerTrouble,
    TooLarge,
)
from .fields import as_count, as_dict, as_text, decode_json
from .requests import CompletionRequest
from .secret import ApiKey

_CONTEXT: Final = re.compile(r"context.?length|context window|maximum context|too many tokens", re.I)
_QUOTA: Final = re.compile(r"insufficient|quota|credit|balance|billing|payment", re.I)
_MODEL: Final = re.compile(r"\bmodels?\b|deprecated", re.I)
_SETTINGS: Final = frozenset(field.name for field in fields(CompletionRequest))
_BY_STATUS: Final[dict[int, type[CompletionError]]] = {
    401: Misconfigured,
    402: QuotaExceeded,
    403: Misconfigured,
    405: Misconfigured,
    407: Misconfigured,
    408: ServerTrouble,
    409: ServerTrouble,
    410: ModelGone,
    413: TooLarge,
    425: ServerTrouble,
    429: RateLimited,
}


def is_error_payload(payload: dict[str, Any]) -> bool:
    """Whether a decoded object states an error, in either style; `"error": null` does not, choices or not."""
    error = payload.get("error")
    if isinstance(error, dict | str) and error:
        return True
    return "statusCode" in payload and "message" in payload and not payload.get("choices")


def error_from_payload(payload: dict[str, Any], key: ApiKey) -> CompletionError:
    """The error that an event or document of a 200 answer states; ServerTrouble when it says nothing."""
    error = as_dict(payload.get("error"))
    stated = (payload.get("statusCode"), error.get("code"), error.get("status"))
    status = next((status for status in map(_status_of, stated) if status is not None), 500)
    return _classify(status, payload, repr(payload)[:8000], key)


def error_from_status(
    status: int, body: bytes, key: ApiKey, retry_after: float | None = None
) -> CompletionError:
    """The error for an answer that is no success. `body` may be anything, cut anywhere."""
    text = body.decode("utf-8", "replace")
    try:
        payload = as_dict(decode_json(text))
    except ValueError:
        payload = {}
    error = _classify(status, payload, f"HTTP {status}: {text}", key)
    error.retry_after = retry_after
    return error


def _classify(status: int, payload: dict[str, Any], detail: str, key: ApiKey) -> CompletionError:
    error = as_dict(payload.get("error"))
    messages = (error.get("message"), payload.get("error"), payload.get("message"))
    message = next(filter(None, map(as_text, messages)), "")
    codes = f"{as_text(error.get('code'))} {as_text(error.get('type'))} {as_text(payload.get('code'))}"
    kind = _kind(status, codes, message)
    return kind(_setting_message(kind, error), detail=key.mask(detail), status=status)


def _kind(status: int, codes: str, message: str) -> type[CompletionError]:
    if "context_length" in codes or (status in (400, 413, 422) and _CONTEXT.search(message)):
        return ContextTooLong
    if "insufficient_quota" in codes or (status == 403 and _QUOTA.search(message)):
        return QuotaExceeded
    if "model_not_found" in codes or (status in (400, 404) and "deprecated" in message):
        return ModelGone
    if "rate_limit" in codes:
        return RateLimited
    if status == 404:
        return ModelGone if _MODEL.search(message) else Misconfigured
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 300 <= status < 400:
        return Misconfigured
    if 400 <= status < 500:
        return BadRequest
    return ServerTrouble if 500 <= status < 600 else BadAnswer


def _setting_message(kind: type[CompletionError], error: dict[str, Any]) -> str | None:
    """Names the refused setting when the provider did, if it is one of ours: its words are not repeated."""
    setting = as_text(error.get("param")).split(".")[0].split("[")[0]
    if kind is not BadRequest or setting not in _SETTINGS:
        return None
    return (
        f"The model's server did not accept “{setting}” of this request. Your message is kept. "
        "Change the message or the conversation's settings, then send it again."
    )


def _status_of(value: object) -> int | None:
    """A status given as a number or as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
        value = int(value)
    status = as_count(value)
    return status if status is not None and 300 <= status <= 599 else None
