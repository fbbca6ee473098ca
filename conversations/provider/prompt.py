"""Reading the request's messages: what was asked, what has been said since, how long it is.

- question: the text of the last user message that is not an instruction to continue.
- said: what the assistant has answered to the question so far; empty on a first attempt.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .reply import split

Message = Mapping[str, Any]

CONTINUE = re.compile(
    r"^\W*(please\s+)?(continue|go on|carry on|keep going)\b"
    r"|\b(continue|pick up|go on)\b.{0,80}\b(where|from)\b",
    re.IGNORECASE | re.DOTALL,
)
LONGEST_CONTINUE = 500
IMAGE_TOKENS = 85
MESSAGE_TOKENS = 4


@dataclass(frozen=True)
class Prompt:
    """The part of the messages that decides the reply."""

    question: str
    said: str
    results: tuple[Message, ...]
    """The tool messages at the end of the list, in order."""


def read(messages: Sequence[Message]) -> Prompt:
    """Find the question, what was said since, and the tool results waiting for an answer."""
    question = ""
    said: list[str] = []
    for index, message in enumerate(messages):
        text = text_of(message)
        if message["role"] == "user" and not _continues(messages, index):
            question, said = text, []
        elif message["role"] == "assistant":
            said.append(text)
    return Prompt(question=question, said="".join(said), results=_results(messages))


def text_of(message: Message) -> str:
    """The text of a message whose content is a string, a list of parts, or null."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    return "\n".join(str(part["text"]) for part in content or () if part.get("type") == "text")


def attachments(messages: Sequence[Message]) -> list[str]:
    """What the last user message has besides text: `image` or the file's name."""
    last = next((message for message in reversed(messages) if message["role"] == "user"), {})
    content = last.get("content")
    if not isinstance(content, list):
        return []
    found: list[str] = []
    for part in content:
        if part["type"] == "image_url":
            found.append("image")
        elif part["type"] == "file":
            found.append(str(part["file"].get("filename") or "file"))
    return found


def count_tokens(messages: Sequence[Message]) -> int:
    """About as many tokens as a model would count."""
    total = 0
    for message in messages:
        total += MESSAGE_TOKENS + len(split(text_of(message)))
        for call in message.get("tool_calls") or ():
            total += len(split(call["function"]["name"] + call["function"]["arguments"]))
        if isinstance(message.get("content"), list):
            total += IMAGE_TOKENS * sum(part["type"] != "text" for part in message["content"])
    return total


def _continues(messages: Sequence[Message], index: int) -> bool:
    """Is this user message an instruction to continue the assistant message before it?"""
    text = text_of(messages[index])
    before = any(message["role"] == "assistant" for message in messages[:index])
    return before and len(text) <= LONGEST_CONTINUE and CONTINUE.search(text) is not None


def _results(messages: Sequence[Message]) -> tuple[Message, ...]:
    results: list[Message] = []
    for message in reversed(messages):
        if message["role"] != "tool":
            break
        results.insert(0, message)
    return tuple(results)
