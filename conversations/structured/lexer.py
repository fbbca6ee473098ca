"""The tokens of a JSON text that arrives in pieces (RFC 8259, sections 2, 6 and 7).

Vocabulary: a *token* is a punctuation mark, a string or another scalar. Positions count code points from the
beginning of the text, from 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, Literal, NamedTuple, cast

from conversations.structured.scalars import WORDS, Flaw, NumberReader, Scalar, StringReader, WordReader

Kind = Literal["{", "}", "[", "]", ":", ",", "string", "scalar"]

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_PUNCTUATION: Final = frozenset("{}[]:,")
_HINTS: Final = {
    "'": "names and strings take double quotes",
    "/": "JSON has no comments",
    "`": "JSON has no code fences",
    "N": "NaN is no JSON value",
    "I": "Infinity is no JSON value",
    "\ufeff": "a byte order mark does not belong here",
}


class Token(NamedTuple):
    """`value`: of a string or another scalar."""

    at: int
    kind: Kind
    value: Scalar = None


class Lexer:
    """Fed text, it gives the tokens completed by it. `begins` is told of every token at its first character,
    and may raise Flaw to refuse it.
    """

    def __init__(self, begins: Callable[[Kind, int], None]) -> None:
        self.position = 0
        self._begins = begins
        self._open: StringReader | NumberReader | WordReader | None = None
        self._at = 0

    def feed(self, text: str) -> Iterator[Token]:
        """The tokens that end in this piece. Raises Flaw; nothing may be fed after that."""
        base, i = self.position, 0
        self.position += len(text)
        while i < len(text):
            if self._open is None:
                i = cast("re.Match[str]", _SPACE.match(text, i)).end()
                if i == len(text):
                    return
                if text[i] in _PUNCTUATION:
                    kind = cast(Kind, text[i])
                    self._begins(kind, base + i)
                    yield Token(base + i, kind)
                    i += 1
                    continue
                self._begin(text[i], base + i)
            if self._open is not None:
                i = self._open.read(text, i, base)
                if self._open.complete:
                    yield self._token(self._open)

    def finish(self) -> Iterator[Token]:
        """No more text comes: a number that could have gone on is complete now."""
        if isinstance(self._open, NumberReader) and self._open.may_end:
            yield self._token(self._open)

    @property
    def within(self) -> bool:
        """A token has begun and is not complete."""
        return self._open is not None

    def _begin(self, char: str, at: int) -> None:
        if char == '"':
            self._open = StringReader()
        elif char == "-" or "0" <= char <= "9":
            self._open = NumberReader()
        elif char in WORDS:
            self._open = WordReader(*WORDS[char])
        else:
            raise Flaw(at, _HINTS.get(char, f"{char!r} cannot stand here"))
        self._at = at
        self._begins(self._open.kind, at)

    def _token(self, ended: StringReader | NumberReader | WordReader) -> Token:
        self._open = None
        return Token(self._at, ended.kind, ended.value)
