"""Text of a reply made clean: no lone surrogates, no U+0000, and thinking told from answering.

JSON may carry one half of a surrogate pair (`"\\ud83d"`), and a provider may send the halves in two deltas.
Some models write their reasoning into the text, between <think> and </think>, at the very start.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_OPEN: Final = "<think>"
_CLOSE: Final = "</think>"
_HOLD_LIMIT: Final = 256


def clean_text(text: str) -> str:
    """`text` with surrogate pairs joined, lone surrogates as U+FFFD, and U+0000 removed."""
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\x00", "") if "\x00" in text else text


class SurrogateJoiner:
    """Cleans a text that comes in pieces: a high surrogate waits for the low one of the next piece."""

    def __init__(self) -> None:
        self._high = ""

    def feed(self, text: str) -> str:
        if not text:
            return ""
        text = self._high + text
        self._high = ""
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._high = text[:-1], text[-1]
        return clean_text(text)

    def close(self) -> str:
        """U+FFFD for a half that never met the other."""
        lone, self._high = self._high, ""
        return clean_text(lone)


class Piece(NamedTuple):
    kind: Literal["text", "reasoning"]
    text: str


class ThinkSplitter:
    """Tells <think>…</think> at a reply's start from the answer; what might be half a tag is held back."""

    def __init__(self) -> None:
        self._state: Literal["start", "thinking", "gap", "answer"] = "start"
        self._held = ""

    def feed(self, text: str) -> list[Piece]:
        """The pieces that are decided, none of them empty."""
        if self._state == "answer":
            return [Piece("text", text)] if text else []
        self._held += text
        pieces: list[Piece] = []
        if self._state == "start":
            self._begin()
        if self._state == "thinking":
            self._think(pieces)
        if self._state == "gap":
            self._held = self._held.lstrip("\r\n")
            if self._held:
                self._state = "answer"
        if self._state == "answer" and self._held:
            pieces.append(Piece("text", self._held))
            self._held = ""
        return pieces

    def close(self) -> list[Piece]:
        """What was held back, at the end of the reply; an unclosed <think> ends here."""
        held, self._held = self._held, ""
        kind: Literal["text", "reasoning"] = "reasoning" if self._state == "thinking" else "text"
        return [Piece(kind, held)] if held else []

    def _begin(self) -> None:
        start = self._held.lstrip()
        if start.startswith(_OPEN):
            self._state = "thinking"
            self._held = start[len(_OPEN) :]
        elif not _OPEN.startswith(start) or len(self._held) > _HOLD_LIMIT:
            self._state = "answer"

    def _think(self, pieces: list[Piece]) -> None:
        thought, closed, rest = self._held.partition(_CLOSE)
        if closed:
            self._state, self._held = "gap", rest
        else:
            kept = _tail_that_may_be(_CLOSE, thought)
            thought, self._held = thought[: len(thought) - kept], thought[len(thought) - kept :]
        if thought:
            pieces.append(Piece("reasoning", thought))


def _tail_that_may_be(tag: str, text: str) -> int:
    """The length of the longest end of `text` that begins `tag`."""
    for length in range(min(len(tag) - 1, len(text)), 0, -1):
        if text.endswith(tag[:length]):
            return length
    return 0
