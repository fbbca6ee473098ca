"""Strings, numbers and the words true, false and null, read piece by piece (RFC 8259, sections 3, 6 and 7).

Each reader takes a piece of the text and the place to go on from, and returns the place behind what it took;
`complete` says that its token has ended. `base` is the position of the piece in the whole text.
"""

from __future__ import annotations

import json
import re
from typing import Final, Literal, cast

Scalar = str | int | float | bool | None

INTEGER_DIGITS: Final = 1000
"""Longer integers become floats: Python refuses very long ones, as reading them takes quadratic time."""

_RUN: Final = re.compile(r'[^"\\\x00-\x1f]*')
WORDS: Final[dict[str, tuple[str, Scalar]]] = {
    "t": ("true", True),
    "f": ("false", False),
    "n": ("null", None),
}


class Flaw(Exception):
    """The text can no longer become JSON: `why`, at the code point `at`."""

    def __init__(self, at: int, why: str) -> None:
        super().__init__(why)
        self.at = at
        self.why = why


def number(text: str) -> int | float:
    """The value of a JSON number, however large: infinite where a float cannot hold it."""
    if len(text) > INTEGER_DIGITS or not text.lstrip("-").isdigit():
        return float(text)
    return int(text)


class StringReader:
    """Section 7. Lone surrogates, written as escapes, are allowed by its grammar and kept."""

    kind: Literal["string"] = "string"

    def __init__(self) -> None:
        self.complete = False
        self._parts: list[str] = []
        self._inside = False
        self._escaped = False
        self._hex_left = 0

    def read(self, text: str, i: int, base: int) -> int:
        if not self._inside:
            self._inside = True
            i += 1
        while i < len(text) and not self.complete:
            if self._hex_left or self._escaped:
                self._escape(text[i], base + i)
                i += 1
                continue
            end = cast("re.Match[str]", _RUN.match(text, i)).end()
            if end > i:
                self._parts.append(text[i:end])
                i = end
            elif text[i] == '"':
                self.complete = True
                i += 1
            elif text[i] == "\\":
                self._parts.append("\\")
                self._escaped = True
                i += 1
            else:
                raise Flaw(base + i, "a line break or control character inside a string must be escaped")
        return i

    def _escape(self, char: str, at: int) -> None:
        if self._hex_left:
            if char not in "0123456789abcdefABCDEF":
                raise Flaw(at, "\\u takes four hexadecimal digits")
            self._hex_left -= 1
        elif char == "u":
            self._hex_left = 4
        elif char not in '"\\/bfnrt':
            raise Flaw(at, f"a backslash and {char!r} is no escape of JSON")
        self._escaped = False
        self._parts.append(char)

    @property
    def value(self) -> str:
        return cast(str, json.loads('"' + "".join(self._parts) + '"'))


_NUMBER_STEPS: Final[dict[str, dict[str, str]]] = {
    "start": {"-": "minus", "0": "zero", "1": "whole"},
    "minus": {"0": "zero", "1": "whole"},
    "zero": {".": "point", "e": "e"},
    "whole": {"0": "whole", "1": "whole", ".": "point", "e": "e"},
    "point": {"0": "fraction", "1": "fraction"},
    "fraction": {"0": "fraction", "1": "fraction", "e": "e"},
    "e": {"-": "sign", "+": "sign", "0": "exponent", "1": "exponent"},
    "sign": {"0": "exponent", "1": "exponent"},
    "exponent": {"0": "exponent", "1": "exponent"},
}
_NUMBER_ENDS: Final = frozenset({"zero", "whole", "fraction", "exponent"})
_NUMBER_CLASSES: Final = {**dict.fromkeys("123456789", "1"), "E": "e"}


class NumberReader:
    """Section 6, as a table of states. Only the character after a number tells that it has ended."""

    kind: Literal["scalar"] = "scalar"

    def __init__(self) -> None:
        self.complete = False
        self._state = "start"
        self._parts: list[str] = []

    def read(self, text: str, i: int, base: int) -> int:
        while i < len(text):
            char = text[i]
            following = _NUMBER_STEPS[self._state].get(_NUMBER_CLASSES.get(char, char))
            if following is None:
                if not self.may_end:
                    raise Flaw(base + i, "a number needs a digit here")
                if "0" <= char <= "9":
                    raise Flaw(base + i, "a number does not begin with 0 and another digit")
                self.complete = True
                return i
            self._state = following
            self._parts.append(char)
            i += 1
        return i

    @property
    def may_end(self) -> bool:
        return self._state in _NUMBER_ENDS

    @property
    def value(self) -> int | float:
        return number("".join(self._parts))


class WordReader:
    """true, false or null."""

    kind: Literal["scalar"] = "scalar"

    def __init__(self, word: str, value: Scalar) -> None:
        self.complete = False
        self.value = value
        self._left = word

    def read(self, text: str, i: int, base: int) -> int:
        while i < len(text) and self._left:
            if text[i] != self._left[0]:
                raise Flaw(base + i, "only true, false and null are written without quotes")
            self._left = self._left[1:]
            i += 1
        self.complete = not self._left
        return i
