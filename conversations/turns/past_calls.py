"""A reply with its tool calls as the completions API wants it said again. Pure.

What the model said until it called, the calls, their results, what it said then, and so on:

    assistant "Let me see." tool_calls [a, b] · tool a · tool b · assistant "It is four."
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from conversations.completions import AssistantMessage, Message, ToolCall, ToolMessage
from conversations.script import PARAGRAPH
from conversations.store.tool_calls import CallRecord

_NO_NAME: Final = re.compile(r"[^A-Za-z0-9_-]", re.ASCII)


def said_again(text: str, calls: Sequence[CallRecord]) -> tuple[Message, ...]:
    """The messages that a reply amounts to; none when it has neither text nor calls."""
    messages: list[Message] = []
    done = 0
    for _, group in groupby(calls, key=lambda call: (call.generation_id, call.round)):
        round_ = list(group)
        until = max(done, round_[0].offset)
        messages += called(_without_break(text[done:until], done), round_)
        done = until
    if rest := _without_break(text[done:], done):
        messages.append(AssistantMessage(content=rest))
    return tuple(messages)


def called(text: str, calls: Sequence[CallRecord]) -> Iterator[Message]:
    """One answer of the model that asks for calls, and their results. text: what it said before them."""
    yield AssistantMessage(
        content=text or None,
        tool_calls=tuple(
            ToolCall(call.call_id, _sendable(call.name), call.arguments or "{}") for call in calls
        ),
    )
    for call in calls:
        yield ToolMessage(content=call.result, tool_call_id=call.call_id)


def texts_of(messages: Sequence[Message]) -> tuple[str, ...]:
    """All that takes tokens in messages of `said_again`, a text for each."""
    return tuple(_text(message) for message in messages)


def _text(message: Message) -> str:
    said = message.content if isinstance(message.content, str) else ""
    if isinstance(message, AssistantMessage):
        return said + "".join(call.name + call.arguments for call in message.tool_calls)
    return said


def _without_break(text: str, done: int) -> str:
    return text.removeprefix(PARAGRAPH) if done else text


def _sendable(name: str) -> str:
    """A name that a server accepts, for one that a model has made up."""
    return _NO_NAME.sub("_", name)[:64] or "_"
