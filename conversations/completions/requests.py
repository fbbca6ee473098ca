"""A completion request: every field of the provider's schema, typed, and checked against its documented
limits.

A field that is None is not sent. A value outside its limits raises InvalidRequest, which names the field, the
limit and what was received, so that nothing wrong leaves the site. Source: the provider's chat-completions
schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final, Literal

from .checks import (
    check_boolean,
    check_choice,
    check_count,
    check_integer,
    check_number,
    check_text,
)
from .errors import InvalidRequest
from .messages import AssistantMessage, DeveloperMessage, Message, SystemMessage, ToolMessage, UserMessage
from .options import JsonSchemaFormat, NamedToolChoice, ResponseFormat, Tool, without_unsent
from .parts import Wire

TOOLS_LIMIT: Final = 128
STOPS_LIMIT: Final = 4
_MESSAGES: Final = (SystemMessage, DeveloperMessage, UserMessage, AssistantMessage, ToolMessage)
_TOKEN_ID: Final = re.compile(r"[0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRequest:
    """What is asked of the model. `include_usage` is sent as `stream_options`, and only for a stream."""

    model: str
    messages: tuple[Message, ...]
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    include_usage: bool | None = True
    tools: tuple[Tool, ...] | None = None
    tool_choice: Literal["none", "auto", "required"] | NamedToolChoice | None = None
    parallel_tool_calls: bool | None = None
    n: int | None = None
    stop: str | tuple[str, ...] | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    logit_bias: Mapping[str, float] | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    seed: int | None = None
    response_format: ResponseFormat | None = None
    temperature: float | None = None
    top_p: float | None = None

    def __post_init__(self) -> None:
        check_text("model", self.model, minimum=1)
        for field in ("max_tokens", "max_completion_tokens", "n", "seed"):
            check_integer(field, getattr(self, field), 1)
        for field in ("include_usage", "parallel_tool_calls", "logprobs"):
            check_boolean(field, getattr(self, field))
        check_number("frequency_penalty", self.frequency_penalty, -2, 2)
        check_number("presence_penalty", self.presence_penalty, -2, 2)
        check_number("temperature", self.temperature, 0, 2)
        check_number("top_p", self.top_p, 0.01, 1)
        self._check_messages()
        self._check_tools()
        self._check_stop()
        self._check_token_fields()
        if not isinstance(self.response_format, JsonSchemaFormat):
            check_choice("response_format", self.response_format, ("text", "json_object"))

    def _check_messages(self) -> None:
        check_count("messages", self.messages, 1)
        for message in self.messages:
            if not isinstance(message, _MESSAGES):
                raise InvalidRequest("messages", "messages of this package", message)

    def _check_tools(self) -> None:
        if self.tools is not None:
            check_count("tools", self.tools, 1, TOOLS_LIMIT)
        if not isinstance(self.tool_choice, NamedToolChoice):
            check_choice("tool_choice", self.tool_choice, ("none", "auto", "required"))

    def _check_stop(self) -> None:
        if isinstance(self.stop, tuple):
            check_count("stop", self.stop, 1, STOPS_LIMIT)
        stops = (self.stop,) if isinstance(self.stop, str) else self.stop or ()
        for stop in stops:
            check_text("stop", stop, minimum=1)

    def _check_token_fields(self) -> None:
        check_integer("top_logprobs", self.top_logprobs, 0)
        check_number("top_logprobs", self.top_logprobs, 0, 20)
        if self.top_logprobs is not None and not self.logprobs:
            raise InvalidRequest("top_logprobs", "used only with logprobs", self.top_logprobs)
        for token, bias in (self.logit_bias or {}).items():
            if not isinstance(token, str) or not _TOKEN_ID.fullmatch(token):
                raise InvalidRequest("logit_bias", "keyed by token ids in digits", token)
            if bias is None:
                raise InvalidRequest("logit_bias", "a number from -100 to 100", bias)
            check_number("logit_bias", bias, -100, 100)

    def to_wire(self, *, stream: bool) -> Wire:
        """The JSON object to send, for a stream or for a whole answer."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        include_usage = plain.pop("include_usage")
        plain["messages"] = [message.to_wire() for message in self.messages]
        plain["stream"] = stream
        if self.tools is not None:
            plain["tools"] = [tool.to_wire() for tool in self.tools]
        if isinstance(self.tool_choice, NamedToolChoice):
            plain["tool_choice"] = self.tool_choice.to_wire()
        if isinstance(self.stop, tuple):
            plain["stop"] = list(self.stop)
        if self.logit_bias is not None:
            plain["logit_bias"] = dict(self.logit_bias)
        if isinstance(self.response_format, JsonSchemaFormat):
            plain["response_format"] = self.response_format.to_wire()
        elif self.response_format is not None:
            plain["response_format"] = {"type": self.response_format}
        if stream and include_usage is not None:
            plain["stream_options"] = {"include_usage": include_usage}
        return without_unsent(plain)
