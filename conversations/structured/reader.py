"""A JSON text read while it arrives: where it stands, what is complete, and the first thing wrong with it.

The verdict is that of RFC 8259, whatever the pieces: *unfinished* while some continuation would make the text
JSON, *invalid* from the first code point on after which none does, *valid* when the whole text is one value.
Names that repeat are valid and noted; so are numbers of any size and any depth (the stack is a list).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Literal, Protocol

from conversations.structured.lexer import Kind, Lexer, Token
from conversations.structured.paths import Path, Step, path_text
from conversations.structured.scalars import Flaw, Scalar

Container = Literal["{", "["]


class Listener(Protocol):
    """Is told of the values as they are read; each answer is None, or why the value is not what it should
    be.
    """

    def opened(self, container: Container) -> str | None: ...

    def named(self, name: str) -> str | None:
        """The value of this member comes next."""

    def scalar(self, value: Scalar) -> str | None: ...

    def closed(self, *, names: set[str], count: int) -> str | None:
        """`names`: of an object's members. `count`: of an array's elements."""


@dataclass(frozen=True)
class Problem:
    """`at`: code points from the beginning. `path`: of the value it is about."""

    at: int
    path: Path
    why: str

    def told(self, text: str) -> str:
        """The problem with its place: the path, and line and column of `text` as editors count them."""
        before = text[: self.at]
        line, column = before.count("\n") + 1, self.at - before.rfind("\n")
        return f"at {path_text(self.path)} (line {line}, column {column}) {self.why}"


class Expect(Enum):
    """What may come next; the value lists the tokens that may, and says so in words."""

    VALUE = (frozenset({"{", "[", "string", "scalar"}), "a value is expected here")
    FIRST_ELEMENT = (frozenset({"{", "[", "string", "scalar", "]"}), "a value or ] is expected here")
    FIRST_NAME = (frozenset({"string", "}"}), "a name in double quotes or } is expected here")
    NAME = (frozenset({"string"}), "a name in double quotes is expected here")
    COLON = (frozenset({":"}), "a colon is expected after the name")
    NEXT_MEMBER = (frozenset({",", "}"}), "a comma or } is expected here")
    NEXT_ELEMENT = (frozenset({",", "]"}), "a comma or ] is expected here")
    NOTHING = (frozenset[str](), "the JSON is complete before this; nothing may follow it")


class _Frame:
    """A container that is open. `step`: of the value being read in it."""

    __slots__ = ("names", "step")

    def __init__(self, container: Container) -> None:
        self.names: set[str] = set()
        self.step: Step | None = 0 if container == "[" else None


class Reader:
    """Feed it the text in any pieces; look at its attributes at any time."""

    def __init__(self, listener: Listener | None = None) -> None:
        self.problem: Problem | None = None
        """Why this is not JSON."""
        self.mismatch: Problem | None = None
        """The first thing the listener objected to."""
        self.repeated: Path | None = None
        """The first member whose name its object had already."""
        self.deepest = 0
        """Containers that were open at a time, at most."""
        self._listener = listener
        self._lexer = Lexer(self._begins)
        self._frames: list[_Frame] = []
        self._expect = Expect.VALUE

    def feed(self, text: str) -> None:
        """The next piece. After a problem nothing more is read."""
        if self.problem is None:
            self._read(self._lexer.feed(text))

    def finish(self) -> None:
        """No more text comes: a number at the end is complete now."""
        if self.problem is None:
            self._read(self._lexer.finish())

    @property
    def complete(self) -> bool:
        """All that was read is one JSON value."""
        return self.problem is None and self._expect is Expect.NOTHING and not self._lexer.within

    @property
    def position(self) -> int:
        """Code points read."""
        return self._lexer.position

    @property
    def path(self) -> Path:
        """Of the value being read; costs time in proportion to its depth."""
        return tuple(frame.step for frame in self._frames if frame.step is not None)

    def _read(self, tokens: Iterator[Token]) -> None:
        try:
            for token in tokens:
                self._take(token)
        except Flaw as flaw:
            self.problem = Problem(flaw.at, self.path, flaw.why)

    def _begins(self, kind: Kind, at: int) -> None:
        allowed, why = self._expect.value
        if kind not in allowed:
            raise Flaw(at, why)

    def _take(self, token: Token) -> None:
        """A token that fits; `_begins` has seen to that."""
        match token.kind:
            case "{" | "[":
                self._open(token.at, token.kind)
            case "}" | "]":
                self._close(token.at)
            case ",":
                self._go_on()
            case ":":
                self._expect = Expect.VALUE
            case _ if self._expect in (Expect.NAME, Expect.FIRST_NAME):
                self._name(token.at, str(token.value))
            case _:
                if self._listener is not None:
                    self._note(token.at, self._listener.scalar(token.value))
                self._ended()

    def _open(self, at: int, container: Container) -> None:
        if self._listener is not None:
            self._note(at, self._listener.opened(container))
        self._frames.append(_Frame(container))
        self.deepest = max(self.deepest, len(self._frames))
        self._expect = Expect.FIRST_ELEMENT if container == "[" else Expect.FIRST_NAME

    def _name(self, at: int, name: str) -> None:
        frame = self._frames[-1]
        frame.step = name
        if name in frame.names and self.repeated is None:
            self.repeated = self.path
        frame.names.add(name)
        if self._listener is not None:
            self._note(at, self._listener.named(name))
        self._expect = Expect.COLON

    def _go_on(self) -> None:
        frame = self._frames[-1]
        if isinstance(frame.step, int):
            frame.step += 1
            self._expect = Expect.VALUE
        else:
            frame.step = None
            self._expect = Expect.NAME

    def _close(self, at: int) -> None:
        frame = self._frames.pop()
        count = 0
        if isinstance(frame.step, int) and self._expect is not Expect.FIRST_ELEMENT:
            count = frame.step + 1
        if self._listener is not None:
            self._note(at, self._listener.closed(names=frame.names, count=count))
        self._ended()

    def _ended(self) -> None:
        """A value is complete."""
        if not self._frames:
            self._expect = Expect.NOTHING
        elif isinstance(self._frames[-1].step, int):
            self._expect = Expect.NEXT_ELEMENT
        else:
            self._expect = Expect.NEXT_MEMBER

    def _note(self, at: int, why: str | None) -> None:
        if why is not None and self.mismatch is None:
            self.mismatch = Problem(at, self.path, why)
