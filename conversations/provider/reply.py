"""A reply as a value, before it is put on the wire.

- token: one piece of text, sent as one chunk. The joined tokens are the text, exactly.
- `Reply`: the tokens, the tool calls and why the reply ended.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

TOKEN = re.compile(r"\s*\w{1,8}|\s*[^\w\s]|\s+")


@dataclass(frozen=True)
class ToolCall:
    """A call the model asks for: `arguments` is JSON as text, the way it travels."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Reply:
    """What one choice says."""

    tokens: tuple[str, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: str = "stop"
    refusal: str | None = None

    @property
    def text(self) -> str:
        return "".join(self.tokens)

    @property
    def token_count(self) -> int:
        """Tokens to be charged for: text, refusal, names and arguments of calls."""
        calls = sum(len(split(call.name + call.arguments)) for call in self.tool_calls)
        return len(self.tokens) + calls + len(split(self.refusal or ""))


def split(text: str) -> tuple[str, ...]:
    """Cut text into tokens of about the size a model uses."""
    return tuple(TOKEN.findall(text))


def words(count: int) -> tuple[str, ...]:
    """`w1 w2 … wN`, one token each, so that lost, doubled or garbled text can be told."""
    return tuple(f"w{number}" if number == 1 else f" w{number}" for number in range(1, count + 1))


def limited(reply: Reply, *, max_tokens: int | None, stop: Sequence[str]) -> Reply:
    """Apply stop sequences (the text ends before the first one), then the limit on tokens."""
    reply = _stopped(reply, stop)
    if max_tokens is not None and len(reply.tokens) > max_tokens:
        return replace(reply, tokens=reply.tokens[:max_tokens], finish_reason="length")
    return reply


def without_start(tokens: Iterable[str], start: str) -> tuple[str, ...] | None:
    """The tokens after `start`, or None when the text does not begin with it."""
    tokens = tuple(tokens)
    if not "".join(tokens).startswith(start):
        return None
    left = len(start)
    for index, token in enumerate(tokens):
        if left < len(token):
            return (token[left:], *tokens[index + 1 :])
        left -= len(token)
    return ()


def _stopped(reply: Reply, stop: Sequence[str]) -> Reply:
    found = [position for word in stop if word and (position := reply.text.find(word)) >= 0]
    if not found:
        return reply
    left = min(found)
    kept: list[str] = []
    for token in reply.tokens:
        if left <= 0:
            break
        kept.append(token[:left])
        left -= len(token)
    return replace(reply, tokens=tuple(kept), finish_reason="stop")
