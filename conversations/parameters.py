"""The parameters of a completion that a person can set: what each means, its limits, and how it is typed in.

What is not set is not sent, so that the model's own default holds. A set of parameters is a plain dict of the
request's own field names, checked by building a request from it: one place knows the documented limits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from conversations.completions import CompletionRequest, InvalidRequest, UserMessage
from conversations.errors import Refused
from conversations.response_format import format_as_typed, format_from_form, format_to_send
from conversations.tool_parameters import NAMES as TOOL_NAMES
from conversations.tool_parameters import checked_tool_fields, tools_as_typed, tools_from_form

STOP_CHARACTERS = 500
"""Our own limit of one stop sequence."""
BIASED_TOKENS = 300
"""Our own limit: the provider documents none."""
REPLIES = 8
"""Our own limit of replies to one message: each is paid for, and more cannot be read side by side."""


@dataclass(frozen=True)
class Field:
    """One parameter as the panel shows it. `low`, `high`: the documented limits, None where there is none."""

    name: str
    label: str
    kind: Literal["number", "integer", "lines", "pairs", "switch"]
    help: str
    low: float | None = None
    high: float | None = None
    step: float | None = None


FIELDS: tuple[Field, ...] = (
    Field(
        "temperature",
        "Temperature",
        "number",
        "How freely the model chooses its words: 0 is the most predictable, 1 is usual, above it wanders.",
        0,
        2,
        0.1,
    ),
    Field(
        "top_p",
        "Top p",
        "number",
        "Only the likeliest words that have this share together are considered. Set this or the temperature.",
        0.01,
        1,
        0.01,
    ),
    Field(
        "max_tokens",
        "Longest reply, in tokens",
        "integer",
        "The reply is cut there, and can be continued. A token is about three quarters of an English word.",
        1,
    ),
    Field(
        "max_completion_tokens",
        "Longest completion, in tokens",
        "integer",
        "The newer name of that limit; it counts hidden reasoning too. Servers differ: set one of the two.",
        1,
    ),
    Field(
        "presence_penalty",
        "Presence penalty",
        "number",
        "Above 0 the model is drawn to words it has not used yet; below 0 it stays with those it has.",
        -2,
        2,
        0.1,
    ),
    Field(
        "frequency_penalty",
        "Frequency penalty",
        "number",
        "Above 0 the model repeats itself less; below 0 more.",
        -2,
        2,
        0.1,
    ),
    Field(
        "seed",
        "Seed",
        "integer",
        "The same seed and the same conversation give the same reply more often, never for certain.",
        1,
    ),
    Field(
        "n",
        "Replies at a time",
        "integer",
        "So many replies to each message, side by side; go on from the one you choose. Each is paid for. It"
        " is not sent while tools are on.",
        1,
        REPLIES,
    ),
    Field(
        "logprobs",
        "Probabilities of the tokens",
        "switch",
        "Each reply gets a view of how likely the model held each of its tokens. Not every model can tell.",
    ),
    Field(
        "top_logprobs",
        "Alternatives of each token",
        "integer",
        "How many other tokens are told with it. Needs the probabilities.",
        0,
        20,
    ),
    Field(
        "stop",
        "Stop sequences",
        "lines",
        "One on each line, up to four. The reply ends before the first of them appears.",
    ),
    Field(
        "logit_bias",
        "Token bias",
        "pairs",
        "One on each line, as token id: bias. −100 forbids the token, 100 all but forces it.",
    ),
)
_BY_NAME = {field.name: field for field in FIELDS}
_PAIR = re.compile(r"\s*(\d+)\s*[:=]\s*([-−+]?\d+(?:\.\d+)?)\s*", re.ASCII)


def parameters_from_form(form: Mapping[str, str]) -> dict[str, Any]:
    """The parameters as typed into the panel; empty boxes are not set. Raises Refused."""
    typed = {field.name: _read(field, form.get(field.name, "")) for field in FIELDS}
    return checked_parameters(typed | tools_from_form(form) | {"response_format": format_from_form(form)})


def checked_parameters(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Those that are set, all within their documented limits. Raises Refused, naming the one that is not."""
    parameters = {name: value for name, value in raw.items() if value is not None}
    unknown = parameters.keys() - _BY_NAME.keys() - TOOL_NAMES - {"response_format"}
    if unknown:
        raise Refused("bad_frame", f"There is no parameter “{min(unknown)}”.")
    try:
        fields = request_fields(parameters) | checked_tool_fields(parameters)
        CompletionRequest(model="any", messages=(UserMessage(content="any"),), **fields)
        _refuse_large(parameters)
    except (InvalidRequest, TypeError, AttributeError) as error:
        raise Refused("bad_frame", _wrong(error)) from error
    return parameters


def request_fields(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as keyword arguments of CompletionRequest: all but those about tools."""
    fields = {name: value for name, value in parameters.items() if name not in TOOL_NAMES}
    if isinstance(fields.get("stop"), list):
        fields["stop"] = tuple(fields["stop"])
    if "response_format" in fields:
        fields["response_format"] = format_to_send(fields["response_format"])
    return fields


def as_typed(field: Field, parameters: Mapping[str, Any]) -> str:
    """A parameter as it stands in its box."""
    value = parameters.get(field.name)
    if value is None:
        return ""
    if field.kind == "lines":
        return "\n".join(value if isinstance(value, list) else [value])
    if field.kind == "switch":
        return "yes" if value else ""
    if field.kind == "pairs":
        return "\n".join(f"{token}: {bias:g}" for token, bias in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def boxes_of(parameters: Mapping[str, Any]) -> dict[str, str]:
    """All boxes of the panel, by name, as they are for these parameters."""
    typed = {field.name: as_typed(field, parameters) for field in FIELDS}
    return typed | tools_as_typed(parameters) | format_as_typed(parameters.get("response_format"))


def _read(field: Field, typed: str) -> Any:
    if not typed.strip():
        return None
    if field.kind == "lines":
        lines = [line for line in typed.replace("\r\n", "\n").split("\n") if line]
        return lines or None
    if field.kind == "pairs":
        return _pairs(field, typed)
    if field.kind == "switch":
        return True
    plain = typed.strip().replace("−", "-")
    try:
        return int(plain) if field.kind == "integer" else float(plain)
    except ValueError as error:
        raise Refused("bad_frame", _not_a_number(field, typed)) from error


def _pairs(field: Field, typed: str) -> dict[str, float]:
    pairs: dict[str, float] = {}
    for line in filter(str.strip, typed.splitlines()):
        found = _PAIR.fullmatch(line)
        if found is None:
            raise Refused("bad_frame", f"{field.label}: “{line.strip()[:40]}” is not like 1234: -50.")
        pairs[found[1]] = float(found[2].replace("−", "-"))
    return pairs


def _not_a_number(field: Field, typed: str) -> str:
    what = "a whole number" if field.kind == "integer" else "a number"
    return f"{field.label} must be {what}, not “{typed.strip()[:40]}”."


def _refuse_large(parameters: Mapping[str, Any]) -> None:
    stop = parameters.get("stop", ())
    longest = max(map(len, [stop] if isinstance(stop, str) else stop), default=0)
    if longest > STOP_CHARACTERS:
        raise Refused("bad_frame", f"Stop sequences: {longest} characters are more than {STOP_CHARACTERS}.")
    biased = len(parameters.get("logit_bias", ()))
    if biased > BIASED_TOKENS:
        raise Refused("bad_frame", f"Token bias: {biased} tokens are more than {BIASED_TOKENS}.")
    if parameters.get("n", 1) > REPLIES:
        raise Refused("bad_frame", f"Replies at a time: {parameters['n']} are more than {REPLIES}.")


def _wrong(error: Exception) -> str:
    if isinstance(error, InvalidRequest) and error.limit == "used only with logprobs":
        return "Alternatives of each token need the probabilities of the tokens: set both, or none."
    if isinstance(error, InvalidRequest):
        field = _BY_NAME.get(error.field)
        return f"{field.label if field else error.field} must be {error.limit}, not {error.received}."
    return "A parameter is of the wrong kind."
