"""The documented limits of a completion request: anything outside is refused with 400 before a reply begins.

Unknown parameters are let through, as the real API does.
"""

from collections.abc import Callable
from typing import Any

from . import messages
from .catalogue import CONTEXT_TOKENS, resolve
from .errors import Refusal, bad_parameter
from .functions import check_tool_choice, check_tools
from .prompt import count_tokens

Json = dict[str, Any]

MAX_CHOICES = 128
MAX_STOPS = 4


def check(body: object) -> Json:
    """Return the request, with `model` as its plain name. Raises `Refusal` 400 or 404."""
    if not isinstance(body, dict):
        raise bad_parameter("body", "a JSON object", body)
    for required in ("model", "messages"):
        if required not in body:
            raise Refusal(400, f"Missing required parameter: '{required}'.", parameter=required)
    if not isinstance(body["model"], str):
        raise bad_parameter("model", "a string", body["model"])
    for name, test in CHECKS.items():
        if name in body:
            test(name, body[name])
    checked = {**body, "model": resolve(body["model"])}
    messages.check(body["messages"])
    check_tools(body.get("tools"))
    check_tool_choice(body.get("tool_choice"), body.get("tools"))
    _check_together(body)
    return checked


def is_number(value: object) -> bool:
    """JSON numbers only: Python counts booleans among the integers."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_integer(value: object) -> bool:
    """A JSON number without a fraction."""
    return isinstance(value, int) and not isinstance(value, bool)


def _number(low: float, high: float, *, nullable: bool) -> Callable[[str, object], None]:
    def test(name: str, value: object) -> None:
        if value is None and nullable:
            return
        if not (isinstance(value, int | float) and is_number(value) and low <= value <= high):
            raise bad_parameter(name, f"a number from {low:g} to {high:g}", value)

    return test


def _integer(low: int, high: int | None = None, *, nullable: bool = False) -> Callable[[str, object], None]:
    expected = f"an integer of at least {low}" if high is None else f"an integer from {low} to {high}"

    def test(name: str, value: object) -> None:
        if value is None and nullable:
            return
        if not (isinstance(value, int) and is_integer(value)) or value < low:
            raise bad_parameter(name, expected, value)
        if high is not None and value > high:
            raise bad_parameter(name, expected, value)

    return test


def _boolean(*, nullable: bool = False) -> Callable[[str, object], None]:
    def test(name: str, value: object) -> None:
        if not isinstance(value, bool) and not (nullable and value is None):
            raise bad_parameter(name, "true or false", value)

    return test


def _stop(name: str, value: object) -> None:
    if value is None or isinstance(value, str):
        return
    if not (
        isinstance(value, list) and len(value) <= MAX_STOPS and all(isinstance(word, str) for word in value)
    ):
        raise bad_parameter(name, f"a string or at most {MAX_STOPS} strings", value)


def _logit_bias(name: str, value: object) -> None:
    if value is None:
        return
    if not isinstance(value, dict):
        raise bad_parameter(name, "an object of token id to bias", value)
    for token, bias in value.items():
        if not str(token).isdigit():
            raise bad_parameter(name, "token ids as keys", token)
        _number(-100, 100, nullable=False)(f"{name}.{token}", bias)


def _stream_options(name: str, value: object) -> None:
    if value is not None and not (
        isinstance(value, dict) and isinstance(value.get("include_usage", False), bool)
    ):
        raise bad_parameter(name, "an object with 'include_usage' true or false", value)


def _response_format(name: str, value: object) -> None:
    kinds = ("text", "json_object", "json_schema")
    if not isinstance(value, dict) or value.get("type") not in kinds:
        raise bad_parameter(name, f"an object whose 'type' is one of {', '.join(kinds)}", value)
    if value["type"] != "json_schema":
        return
    schema = value.get("json_schema")
    if not isinstance(schema, dict):
        raise bad_parameter(f"{name}.json_schema", "an object with 'name' and 'schema'", schema)
    title = schema.get("name")
    if not isinstance(title, str) or not 1 <= len(title) <= 64:
        raise bad_parameter(f"{name}.json_schema.name", "a string of 1 to 64 characters", title)
    if not isinstance(schema.get("schema", {}), dict):
        raise bad_parameter(f"{name}.json_schema.schema", "a JSON Schema object", schema["schema"])


CHECKS: dict[str, Callable[[str, object], None]] = {
    "max_tokens": _integer(1, nullable=True),
    "max_completion_tokens": _integer(1, nullable=True),
    "stream": _boolean(nullable=True),
    "stream_options": _stream_options,
    "parallel_tool_calls": _boolean(),
    "n": _integer(1, MAX_CHOICES, nullable=True),
    "stop": _stop,
    "logprobs": _boolean(nullable=True),
    "top_logprobs": _integer(0, 20, nullable=True),
    "logit_bias": _logit_bias,
    "frequency_penalty": _number(-2, 2, nullable=True),
    "presence_penalty": _number(-2, 2, nullable=True),
    "seed": _integer(1, nullable=True),
    "response_format": _response_format,
    "temperature": _number(0, 2, nullable=True),
    "top_p": _number(0.01, 1, nullable=True),
}


def _check_together(body: Json) -> None:
    """Limits that take more than one parameter to see."""
    if body.get("top_logprobs") is not None and not body.get("logprobs"):
        raise bad_parameter("top_logprobs", "'logprobs' to be true beside it", body["top_logprobs"])
    if body.get("stream_options") is not None and not body.get("stream"):
        raise bad_parameter("stream_options", "'stream' to be true beside it", body["stream_options"])
    wants_json = (body.get("response_format") or {}).get("type") == "json_object"
    if wants_json and not any("json" in messages.text(item).lower() for item in body["messages"]):
        raise Refusal(
            400,
            "Invalid value for 'messages': expected the word 'json' in one of them, as 'response_format' of "
            "type 'json_object' needs, received none.",
            code="invalid_value",
            parameter="messages",
        )
    tokens = count_tokens(body["messages"])
    if tokens > CONTEXT_TOKENS:
        raise context_too_long(tokens)


def context_too_long(tokens: int) -> Refusal:
    """400 with the code that clients know it by."""
    return Refusal(
        400,
        f"This model's maximum context length is {CONTEXT_TOKENS} tokens. However, your messages resulted in "
        f"{tokens} tokens. Please reduce the length of the messages.",
        code="context_length_exceeded",
        parameter="messages",
        style="openai",
    )
