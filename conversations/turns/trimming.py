"""Which messages of a branch go up to the model: a rule, and its ledger. Pure.

The rule:

1. The system prompt and the tools always go up, and so does the newest turn: the message that is to be
   answered, with the cut reply where one is continued.
2. The turns before it go up as whole turns, from the newest back, while they fit. A turn is a message of
   the person with every reply to it; what stands before the first message of the person is one too.
3. The first turn that does not fit ends it, even if an older and shorter one would fit: the model sees an
   unbroken end of the conversation.
4. They fit when their tokens are at most the model's context length, less the room for the reply.
5. If the context length is not known, everything goes up.

Replies without text (they failed) are never sent: servers refuse empty ones. Nothing is left out silently:
every message has its line in the ledger, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Literal, Self
from uuid import UUID

from conversations.turns.tokens import PER_REPLY

Role = Literal["system", "tools", "user", "assistant"]
"""tools: no message, but the definitions of the tools that the model may call."""
ALWAYS: Final = ("system", "tools")

USUAL_REPLY: Final = 4096
"""The room for a reply when neither a limit nor the model's longest reply is known."""


class Why(StrEnum):
    """Why a message goes up, or does not."""

    SYSTEM = "system"
    NEWEST = "newest"
    FITS = "fits"
    NO_ROOM = "no_room"
    EMPTY = "empty"


@dataclass(frozen=True)
class Piece:
    """One message that may go up. `id`: None for what is no stored message: the system prompt, a draft.

    `tokens`: all that it takes, about; 0 for a message without text.
    """

    id: UUID | None
    role: Role
    tokens: int


@dataclass(frozen=True)
class Line:
    """What becomes of one message."""

    id: UUID | None
    role: Role
    tokens: int
    why: Why

    @property
    def sent(self) -> bool:
        return self.why in (Why.SYSTEM, Why.NEWEST, Why.FITS)


@dataclass(frozen=True)
class Ledger:
    """What becomes of each message, oldest first. All numbers are tokens, about.

    `context`: what the model takes, request and reply together; None when that is not known.
    `reply`: the room kept free for the reply. `missing_tools`: switched on, but not offered by the site now.
    """

    lines: tuple[Line, ...]
    context: int | None
    reply: int
    missing_tools: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """What the request takes."""
        return PER_REPLY + sum(line.tokens for line in self.lines if line.sent)

    @property
    def room(self) -> int | None:
        """What is left beside request and reply; below 0 when what always goes up is already too long."""
        return None if self.context is None else self.context - self.reply - self.total

    @property
    def cut(self) -> int:
        """How many messages are not sent for want of room."""
        return sum(line.why is Why.NO_ROOM for line in self.lines)

    @property
    def too_long(self) -> bool:
        """Whether what always goes up leaves no place for a single token of the reply: it will be refused."""
        return self.context is not None and self.total >= self.context

    def to_json(self) -> dict[str, Any]:
        """As it is stored with the generation: lines as lists, and `cut` for who wants no more than that."""
        lines = [
            [str(line.id) if line.id else None, line.role, line.tokens, line.why.value] for line in self.lines
        ]
        missing = {"missing_tools": list(self.missing_tools)} if self.missing_tools else {}
        return {"context": self.context, "reply": self.reply, "cut": self.cut, "lines": lines} | missing

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """What `to_json` gave."""
        lines = (
            Line(UUID(id) if id else None, role, tokens, Why(why))
            for id, role, tokens, why in stored["lines"]
        )
        missing = tuple(stored.get("missing_tools", ()))
        return cls(tuple(lines), stored["context"], stored["reply"], missing)


def room_for_reply(*, context: int | None, asked: int | None, longest: int | None) -> int:
    """The tokens to keep free for the reply.

    asked: the limit that the person set for it, which is taken as it is. Without one: the longest reply of
    the model, or USUAL_REPLY, but at most a quarter of the context.
    """
    if asked is not None:
        return asked
    usual = longest or USUAL_REPLY
    return usual if context is None else min(usual, context // 4)


def trim(pieces: Sequence[Piece], *, context: int | None, reply: int) -> Ledger:
    """The ledger of a branch; its lines stand for the pieces, one by one and in their order.

    pieces: the system prompt and the tools if there are any, then the branch, oldest first. context, reply:
    as in Ledger.
    """
    newest = max((at for at, piece in enumerate(pieces) if piece.role == "user"), default=len(pieces))
    always = sum(piece.tokens for piece in pieces if piece.role in ALWAYS)
    always += sum(piece.tokens for piece in pieces[newest:])
    free = None if context is None else context - reply - PER_REPLY - always
    first = _first_that_fits(pieces, newest, free)
    lines = (
        Line(piece.id, piece.role, piece.tokens, _why(piece, at, newest, first))
        for at, piece in enumerate(pieces)
    )
    return Ledger(tuple(lines), context, reply)


def _first_that_fits(pieces: Sequence[Piece], newest: int, free: int | None) -> int:
    """Where the unbroken end that goes up begins. free: tokens for what comes before the newest turn."""
    if free is None:
        return 0
    first, taken = newest, 0
    for at in range(newest - 1, -1, -1):
        piece = pieces[at]
        if piece.role in ALWAYS:
            break
        taken += piece.tokens
        if taken > free:
            break
        begins_turn = piece.role == "user" or at == 0 or pieces[at - 1].role in ALWAYS
        if begins_turn:
            first = at
    return first


def _why(piece: Piece, at: int, newest: int, first: int) -> Why:
    if piece.role in ALWAYS:
        return Why.SYSTEM
    if not piece.tokens:
        return Why.EMPTY
    if at >= newest:
        return Why.NEWEST
    return Why.FITS if at >= first else Why.NO_ROOM
