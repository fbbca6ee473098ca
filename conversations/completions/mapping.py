"""The one border where foreign failures become ours: HTTP statuses and what servers say with them.

What they say is read by `statement`. Its text reaches only `detail`: what users read is always our own. Codes
and statuses decide first; words of the message only where servers have nothing else to go by.
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
from .fields import decode_json
from .requests import CompletionRequest
from .secret import ApiKey
from .statement import Statement, error_in, read_statement

_CONTEXT: Final = re.compile(
    r"context.?(?:length|size|window)|maximum context|too many tokens|prompt is too long|input token count"
    r"|inputs\W+tokens|reduce the length of the (?:messages|input|prompt)",
    re.I,
)
_QUOTA: Final = re.compile(r"insufficient|quota|credit|balance|billing|payment", re.I)
_SPENT: Final = re.compile(
    r"credit balance|insufficient (?:balance|credit|funds)|budget has been exceeded", re.I
)
_SPENT_CODES: Final = re.compile(r"insufficient_(?:quota|balance|credit)|budget_exceeded|billing")
_MODEL: Final = re.compile(r"\bmodels?\b|deprecated|deployment|no endpoints found", re.I)
_NO_MODEL: Final = re.compile(
    r"(?:invalid|unknown|unsupported|no such|not a valid) model|deprecated|"
    r"\bmodel\b[^.\n]{0,80}(?:not found|not exist|not available|is not supported)",
    re.I,
)
_KEY: Final = re.compile(r"\bapi[ _-]?key\b", re.I)
_INVALID: Final = re.compile(r"\d+ validation errors?:")  # llama-cpp-python, with status 500
_FLAGGED: Final = re.compile(r"flagged|moderation|content.policy", re.I)
_ADDRESS: Final = re.compile(
    r"unknown_url|^cannot (?:get|post) /|\burl\b|\bpath\b|\broute\b|endpoint|^\W*(?:\w+ )?not.found\W*$",
    re.I | re.M,
)
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
    498: ServerTrouble,  # Groq: no capacity at the moment
}
_BY_TYPE: Final = {
    "invalid_request_error": 400,
    "BadRequestError": 400,
    "INVALID_ARGUMENT": 400,
    "authentication_error": 401,
    "permission_error": 403,
    "not_found_error": 404,
    "RESOURCE_EXHAUSTED": 429,
}


def error_from_payload(payload: dict[str, Any], key: ApiKey) -> CompletionError:
    """The error that an event or document of a 200 answer states; ServerTrouble when it says nothing."""
    said = read_statement(payload)
    by_type = next((_BY_TYPE[code] for code in said.codes.split() if code in _BY_TYPE), 500)
    return _classify(said.status or by_type, said, repr(payload)[:8000], key)


def error_from_status(
    status: int, body: bytes, key: ApiKey, retry_after: float | None = None
) -> CompletionError:
    """The error for an answer that is no success. `body` may be anything, cut anywhere."""
    text = body.decode("utf-8", "replace")
    try:
        value = decode_json(text)
    except ValueError:
        value = None
    error = _classify(status, read_statement(error_in(value) or value), f"HTTP {status}: {text}", key)
    error.retry_after = retry_after
    return error


def _classify(status: int, said: Statement, detail: str, key: ApiKey) -> CompletionError:
    kind = _kind_by_code(status, said) or _kind_by_words(status, said) or _kind_by_status(status)
    error = kind(_setting_message(kind, said.setting), detail=key.mask(detail), status=status)
    error.setting = said.setting
    return error


def _kind_by_code(status: int, said: Statement) -> type[CompletionError] | None:
    if "context_length" in said.codes or "context_size" in said.codes:
        return ContextTooLong
    if _SPENT_CODES.search(said.codes):
        return QuotaExceeded
    if "model_not_found" in said.codes or "DeploymentNotFound" in said.codes:
        return ModelGone
    return RateLimited if "rate_limit" in said.codes else None


def _kind_by_words(status: int, said: Statement) -> type[CompletionError] | None:
    """For servers that give the same status and code to everything, or none."""
    if status in (400, 413, 422, 500) and _CONTEXT.search(said.message):
        return ContextTooLong
    if status in (400, 404, 422) and said.setting in ("", "model") and _NO_MODEL.search(said.message):
        return ModelGone
    if status == 400:
        if _SPENT.search(said.message):
            return QuotaExceeded
        return Misconfigured if _KEY.search(said.message) else None
    if status == 500:
        return BadRequest if _INVALID.match(said.message) else None
    if status == 403:
        if _QUOTA.search(said.message):
            return QuotaExceeded
        return BadRequest if _FLAGGED.search(said.message) else None
    return _not_found(said) if status == 404 else None


def _not_found(said: Statement) -> type[CompletionError]:
    """A completions API that has no such thing, or an address where none is."""
    if _MODEL.search(said.message):
        return ModelGone
    nothing_said = not said.message or _ADDRESS.search(f"{said.codes}\n{said.message}")
    return Misconfigured if nothing_said else BadRequest


def _kind_by_status(status: int) -> type[CompletionError]:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 300 <= status < 400:
        return Misconfigured
    if 400 <= status < 500:
        return BadRequest
    return ServerTrouble if 500 <= status < 600 else BadAnswer


def _setting_message(kind: type[CompletionError], setting: str) -> str | None:
    """Names the refused setting when the provider did, if it is one of ours: its words are not repeated."""
    if kind is not BadRequest or setting not in _SETTINGS:
        return None
    return (
        f"The model's server did not accept “{setting}” of this request. Your message is kept. "
        "Change the message or the conversation's settings, then send it again."
    )
