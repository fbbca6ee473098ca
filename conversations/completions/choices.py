"""One choice of a reply, read delta by delta: text, reasoning, refusal, tool calls, logprobs and the end.

Source: the provider's schema; `reasoning_content` and `reasoning` are what other models and servers send.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from .calls import CallsReader
from .endings import FAILED, read_reason
from .fields import as_dict, as_list, as_number, as_text
from .text import SurrogateJoiner, ThinkSplitter, clean_text
from .types import (
    Finished,
    LogprobsDelta,
    ReasoningDelta,
    RefusalDelta,
    StreamEvent,
    TextDelta,
    TokenLogprob,
)

MOST_BYTES: Final = 64  # of a token that is a part of a character


class ChoiceReader:
    """The state of one choice: what is held back, which tool calls are open, and how it ended."""

    def __init__(self, index: int) -> None:
        self.index = index
        self.finished = False
        self.gave_up = False
        self.reason: str | None = None
        self.has_content = False
        self._text = SurrogateJoiner()
        self._reasoning = SurrogateJoiner()
        self._refusal = SurrogateJoiner()
        self._splitter = ThinkSplitter()
        self._calls = CallsReader(index)

    def read(self, choice: dict[str, Any]) -> Iterator[StreamEvent]:
        # Perplexity sends both in one: the text of the message is that of all deltas.
        delta = choice["delta"] if isinstance(choice.get("delta"), dict) else as_dict(choice.get("message"))
        yield from self._noted(self._read_delta(delta))
        tokens = _read_logprobs(choice.get("logprobs"))
        if tokens:
            yield LogprobsDelta(self.index, tokens)
        reason = read_reason(choice.get("finish_reason"))
        if reason in FAILED:
            self.gave_up, self.reason = not self.finished, self.reason or reason
        elif reason is not None and not self.finished:
            yield from self.flush()
            self.finished, self.reason = True, reason
            yield Finished(self.index, reason)

    def flush(self) -> Iterator[StreamEvent]:
        """Everything held back, as it stands."""
        yield from self._noted(self._closing())

    def _noted(self, events: Iterator[StreamEvent]) -> Iterator[StreamEvent]:
        for event in events:
            if not (isinstance(event, TextDelta) and event.text.isspace()):
                self.has_content = True
            yield event

    def _closing(self) -> Iterator[StreamEvent]:
        if reasoning := self._reasoning.close():
            yield ReasoningDelta(self.index, reasoning)
        yield from self._split(self._text.close())
        for piece in self._splitter.close():
            yield (
                TextDelta(self.index, piece.text)
                if piece.kind == "text"
                else ReasoningDelta(self.index, piece.text)
            )
        if refusal := self._refusal.close():
            yield RefusalDelta(self.index, refusal)
        yield from self._calls.close()

    def _read_delta(self, delta: dict[str, Any]) -> Iterator[StreamEvent]:
        text, refusal, thinking = _read_content(delta.get("content"))
        reasoning = as_text(delta.get("reasoning_content")) or as_text(delta.get("reasoning")) or thinking
        if reasoning := self._reasoning.feed(reasoning):
            yield ReasoningDelta(self.index, reasoning)
        yield from self._split(self._text.feed(text))
        if refusal := self._refusal.feed(as_text(delta.get("refusal")) + refusal):
            yield RefusalDelta(self.index, refusal)
        calls = as_list(delta.get("tool_calls"))
        if not calls and isinstance(delta.get("function_call"), dict):
            calls = [{"index": 0, "function": delta["function_call"]}]
        for call in calls:
            yield from self._calls.read(as_dict(call))

    def _split(self, text: str) -> Iterator[StreamEvent]:
        for piece in self._splitter.feed(text):
            if piece.kind == "text":
                yield TextDelta(self.index, piece.text)
            else:
                yield ReasoningDelta(self.index, piece.text)


def _read_content(content: object) -> tuple[str, str, str]:
    """Text, refusal and thinking of a content that is a string or a list of parts (Mistral's thinking is)."""
    if isinstance(content, str):
        return content, "", ""
    text, refusal, thinking = "", "", ""
    for part in as_list(content):
        if isinstance(part, str):
            text += part
        fields = as_dict(part)
        text += as_text(fields.get("text"))
        refusal += as_text(fields.get("refusal"))
        thought = fields.get("thinking")
        thinking += as_text(thought) or "".join(
            as_text(as_dict(piece).get("text")) for piece in as_list(thought)
        )
    return text, refusal, thinking


def _read_logprobs(value: object) -> tuple[TokenLogprob, ...]:
    read = (_read_token(as_dict(entry)) for entry in as_list(as_dict(value).get("content")))
    return tuple(token for token in read if token is not None)


def _read_token(entry: dict[str, Any]) -> TokenLogprob | None:
    token, logprob = entry.get("token"), as_number(entry.get("logprob"))
    if not isinstance(token, str) or logprob is None:
        return None
    others = map(as_dict, as_list(entry.get("top_logprobs")))
    top = ((other.get("token"), as_number(other.get("logprob"))) for other in others)
    return TokenLogprob(
        clean_text(token),
        logprob,
        tuple(
            (clean_text(name), number) for name, number in top if isinstance(name, str) and number is not None
        ),
        _part_of_character(as_list(entry.get("bytes"))),
    )


def _part_of_character(stated: list[Any]) -> bytes:
    """The bytes of a token that are no text by themselves; empty when they are, or are no bytes."""
    if len(stated) > MOST_BYTES:
        return b""
    try:
        raw = bytes(stated)
        raw.decode()
    except UnicodeDecodeError:
        return raw
    except (TypeError, ValueError):
        pass
    return b""
