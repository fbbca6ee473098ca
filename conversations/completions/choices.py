"""One choice of a reply, read delta by delta: text, reasoning, refusal, tool calls, logprobs and the end.

Source: the provider's schema; `reasoning_content` and `reasoning` are what other models and servers send.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from .fields import as_count, as_dict, as_list, as_number, as_text, as_word
from .text import SurrogateJoiner, ThinkSplitter, clean_text
from .types import (
    Finished,
    LogprobsDelta,
    ReasoningDelta,
    RefusalDelta,
    StreamEvent,
    TextDelta,
    TokenLogprob,
    ToolCallDelta,
)

CALLS_LIMIT: Final = 128
MOST_BYTES: Final = 64  # of a token that is a part of a character


class ChoiceReader:
    """The state of one choice: what is held back, which tool calls are open, and how it ended."""

    def __init__(self, index: int) -> None:
        self.index = index
        self.finished = False
        self.reason: str | None = None
        self.has_content = False
        self._text = SurrogateJoiner()
        self._reasoning = SurrogateJoiner()
        self._refusal = SurrogateJoiner()
        self._splitter = ThinkSplitter()
        self._calls: dict[str, int] = {}
        self._arguments: dict[int, SurrogateJoiner] = {}
        self._names: dict[int, str] = {}
        self._last_call = -1

    def read(self, choice: dict[str, Any]) -> Iterator[StreamEvent]:
        delta = as_dict(choice.get("delta")) or as_dict(choice.get("message"))
        yield from self._noted(self._read_delta(delta))
        tokens = _read_logprobs(choice.get("logprobs"))
        if tokens:
            yield LogprobsDelta(self.index, tokens)
        reason = as_word(choice.get("finish_reason"))
        if reason is not None and not self.finished:
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
        for call_index, joiner in self._arguments.items():
            if rest := joiner.close():
                yield ToolCallDelta(self.index, call_index, None, "", rest)

    def _read_delta(self, delta: dict[str, Any]) -> Iterator[StreamEvent]:
        reasoning = as_text(delta.get("reasoning_content")) or as_text(delta.get("reasoning"))
        if reasoning := self._reasoning.feed(reasoning):
            yield ReasoningDelta(self.index, reasoning)
        text, refusal = _read_content(delta.get("content"))
        yield from self._split(self._text.feed(text))
        if refusal := self._refusal.feed(as_text(delta.get("refusal")) + refusal):
            yield RefusalDelta(self.index, refusal)
        calls = as_list(delta.get("tool_calls"))
        if not calls and isinstance(delta.get("function_call"), dict):
            calls = [{"index": 0, "function": delta["function_call"]}]
        for call in calls:
            yield from self._read_call(as_dict(call))

    def _split(self, text: str) -> Iterator[StreamEvent]:
        for piece in self._splitter.feed(text):
            if piece.kind == "text":
                yield TextDelta(self.index, piece.text)
            else:
                yield ReasoningDelta(self.index, piece.text)

    def _read_call(self, call: dict[str, Any]) -> Iterator[StreamEvent]:
        function = as_dict(call.get("function"))
        call_id = as_word(call.get("id"))
        call_index = self._place(as_count(call.get("index")), call_id)
        if call_index >= CALLS_LIMIT or not (function or call_id):
            return
        self._last_call = call_index
        arguments = function.get("arguments")
        if isinstance(arguments, dict | list):
            arguments = json.dumps(arguments, ensure_ascii=False, default=str)
        joiner = self._arguments.setdefault(call_index, SurrogateJoiner())
        name = self._new_of_name(call_index, clean_text(as_text(function.get("name"))), call_id)
        yield ToolCallDelta(self.index, call_index, call_id, name, joiner.feed(as_text(arguments)))

    def _new_of_name(self, call_index: int, name: str, call_id: str | None) -> str:
        """What is to be appended to the name: nothing where a server says the whole name once more.

        A single letter without an id is a piece: some servers send names letter by letter.
        """
        known = self._names.get(call_index, "")
        if name == known and (len(name) > 1 or call_id is not None):
            return ""
        self._names[call_index] = known + name
        return name

    def _place(self, stated: int | None, call_id: str | None) -> int:
        """The number of the call that a delta belongs to: as stated, else by its id, else the call last
        spoken of.
        """
        if stated is None and call_id is not None:
            stated = self._calls.get(call_id, self._last_call + 1)
        place = max(self._last_call, 0) if stated is None else stated
        if call_id is not None:
            self._calls[call_id] = place
        return place


def _read_content(content: object) -> tuple[str, str]:
    """Text and refusal of a content that is a string or a list of parts."""
    if isinstance(content, str):
        return content, ""
    text, refusal = "", ""
    for part in as_list(content):
        if isinstance(part, str):
            text += part
        text += as_text(as_dict(part).get("text"))
        refusal += as_text(as_dict(part).get("refusal"))
    return text, refusal


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
