"""What a server says when it refuses or fails, read from whatever JSON it says it with.

    {"error": {"message", "type", "param", "code"}}     the API itself, and most of the others
    {"message", "statusCode"}                            AI/ML API, second style
    {"error": "words"}                                   Ollama, LM Studio, text-generation-inference
    [{"error": {…}}]                                     Gemini's OpenAI layer
    {"object": "error", "message", "code"}               older vLLM, LMDeploy, Mistral
    {"detail": "words"}, {"detail": [{"loc", "msg"}]}    servers made with FastAPI, when they refuse a field
    {"errors": [{"message", "code"}]}                    Cloudflare
    {"code", "message"}                                  DashScope, and gateways
    {"choices": [{"error": {…}}]}                        OpenRouter, when the model behind it failed

Whole, or as an event inside a stream. Sources: the servers' API documentation and their issue trackers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from .fields import as_count, as_dict, as_list, as_text

_WORDS_LIMIT: Final = 8000
_WELL: Final = (None, "", 0, "0", 200, "200")
_NAMED: Final = re.compile(
    r"(?:(?:unknown name|unrecognized request arguments? supplied|(?:unsupported|unknown) (?:parameter"
    r"|value))[:\s]{1,4}[\"'`]?|'loc': \('body', '|error at #/|\b(?=stream_options\b))(\w{1,64})",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """`codes`: everything that names the kind of the error, by spaces. `setting`: the field it is about."""

    message: str
    codes: str
    status: int | None
    setting: str


def error_in(value: object) -> dict[str, Any] | None:
    """The object of a decoded answer that states an error; None when the answer states none.

    `"error": null` and an empty error are none, and neither is anything that brings choices beside it, unless
    it is an `error`.
    """
    if isinstance(value, list):
        return error_in(value[0]) if len(value) == 1 and isinstance(value[0], dict) else None
    payload = as_dict(value)
    if isinstance(payload.get("error"), dict | str | list) and payload["error"]:
        return payload
    choices = as_list(payload.get("choices"))
    for choice in choices:
        if isinstance(error := as_dict(choice).get("error"), dict | str) and error:
            return {"error": error}
    if choices:
        return None
    if payload.get("object") == "error" or payload.get("detail") or payload.get("errors"):
        return payload
    coded = any(payload.get(name) not in _WELL for name in ("statusCode", "code"))
    return payload if coded and _words(payload.get("message")) else None


def read_statement(value: object) -> Statement:
    """What the object that `error_in` gave says; of anything else, as little as it does."""
    payload = as_dict(value)
    error = _first(payload.get("error")) or _first(payload.get("errors"))
    told = (error.get("message"), payload.get("error"), payload.get("message"), payload.get("detail"))
    message = next(filter(None, map(_words, told)), "")[:_WORDS_LIMIT]
    kinds = [where.get(name) for where in (error, payload) for name in ("code", "type", "status")]
    numbers = (payload.get("statusCode"), error.get("code"), error.get("status"), payload.get("code"))
    setting = as_text(error.get("param")) or as_text(payload.get("param")) or _location(payload)
    if not setting and (named := _NAMED.search(message)):
        setting = named[1]
    return Statement(
        message,
        " ".join(filter(None, map(as_text, kinds))),
        next((status for status in map(_status_of, numbers) if status is not None), None),
        setting.split(".")[0].split("[")[0],
    )


def _first(value: object) -> dict[str, Any]:
    """The object itself, or the first of a list."""
    return as_dict(value[0]) if isinstance(value, list) and value else as_dict(value)


def _words(value: object) -> str:
    """Words given as a text, or as FastAPI's list of problems, or as an object around one of these."""
    if isinstance(value, dict):
        value = value.get("detail") or value.get("message")
    if isinstance(value, list):
        return " ".join(as_text(as_dict(problem).get("msg")) for problem in value[:10]).strip()
    return as_text(value)


def _location(payload: dict[str, Any]) -> str:
    """The field of the request that FastAPI's list of problems names first."""
    problems = as_list(payload.get("detail")) or as_list(as_dict(payload.get("message")).get("detail"))
    location = as_list(_first(problems).get("loc"))
    return as_text(location[1]) if len(location) > 1 and location[0] == "body" else ""


def _status_of(value: object) -> int | None:
    """A status given as a number or as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
        value = int(value)
    status = as_count(value)
    return status if status is not None and 300 <= status <= 599 else None
