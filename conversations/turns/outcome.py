"""How a reply ended, before it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conversations import protocol
from conversations.models import State
from conversations.store.generations import INTERRUPTED_TEXT
from conversations.turns.call import Call


@dataclass(frozen=True)
class Outcome:
    """`kind`, `message`, `detail` and `permanent` only when something went wrong."""

    state: State
    kind: str = ""
    message: str = ""
    detail: str = ""
    permanent: bool = False

    @property
    def failure(self) -> protocol.Failure | None:
        """What the person is told, or None when nothing went wrong."""
        if not self.kind:
            return None
        return protocol.Failure(kind=self.kind, message=self.message, permanent=self.permanent)

    def columns(self, call: Call | None) -> dict[str, Any]:
        """As columns of Generation, with what is known of the call."""
        told = {
            "error_kind": self.kind,
            "error_message": self.message,
            "error_detail": self.detail,
            "error_permanent": self.permanent,
        }
        return told | (call.columns() if call else {})


STOPPED = Outcome(State.STOPPED)
INTERRUPTED = Outcome(State.INTERRUPTED, "interrupted", INTERRUPTED_TEXT)
BUSY = Outcome(
    State.FAILED,
    "busy",
    "Too many replies are being written at the moment. Your message is kept. Try again in a little while.",
)
NO_WORD = Outcome(
    State.FAILED,
    "bad_request",
    "JSON mode needs the word “JSON” in the system prompt or in a message, and it is in none. Nothing was"
    " sent to the model. Edit your message, or choose another response format.",
    permanent=True,
)
EMPTY = Outcome(
    State.FAILED,
    "empty",
    "The model answered without any text. Your message is kept. Try again, or change it.",
)
OUT_OF_ROUNDS = Outcome(
    State.FAILED,
    "tool_rounds",
    "The model went on calling tools until their limit was reached, and then said nothing. Their results are"
    " kept. Ask again, perhaps for less at a time.",
)
TURN_TIMEOUT = Outcome(
    State.FAILED,
    "turn_timeout",
    "The reply took longer than this site lets one take, with all its tools and waiting. What had arrived is"
    " kept.",
)
CALLED = Outcome(
    State.FAILED,
    "called",
    "The model asked to have a function called instead of answering, and this conversation offers none."
    " Your message is kept. Try again, or choose another model.",
)
INTERNAL = Outcome(
    State.FAILED,
    "internal",
    "Something went wrong on this site while the reply was written. What had arrived is kept. Try again.",
)
