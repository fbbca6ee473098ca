"""How a reply ended, as the card below it: what happened, what is kept, and the next steps as buttons.

how it ended            card                                     next steps
----------------------  ---------------------------------------  ------------------------------------------
stop                    none                                     those of every reply
no finish reason        none; the details tell it                those of every reply
length                  Cut at the length limit                  continue, raise the limit
content_filter          Cut, or held back, by the filter         edit the message, another model, regenerate
a refusal               The model declined; its words above      rephrase the message, another model, …
tool_calls, …           The model asked for a function           regenerate, another model
any other reason        An unusual end, with the reason          regenerate
none of several came    No reply here                            regenerate
stopped                 Stopped                                  continue, regenerate
failed, interrupted     by the kind of error                     continue, try again, another model, edit
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from conversations.models import Generation, Message, State
from conversations.models.replay import RUN_PREFIX
from conversations.store.originals import CALLING
from conversations.store.turns import CONTINUABLE

LIMITS = ("max_completion_tokens", "max_tokens")


@dataclass(frozen=True)
class Step:
    """A button. `verb`: what the page does; `box`: the box of the parameters that it opens."""

    verb: Literal["continue", "regenerate", "models", "edit", "limit"]
    label: str
    box: str = ""

    @property
    def opens(self) -> str:
        """What kind of thing it opens, for those who cannot see it coming."""
        return {"models": "true", "limit": "dialog"}.get(self.verb, "")


CONTINUE = Step("continue", "Continue")
TRY_AGAIN = Step("regenerate", "Try again")
REGENERATE = Step("regenerate", "Regenerate")
OTHER_MODEL = Step("models", "Try another model")
EDIT = Step("edit", "Edit your message")
REPHRASE = Step("edit", "Rephrase your message")
RAISE_LIMIT = Step("limit", "Raise the limit")


@dataclass(frozen=True)
class Card:
    """`permanent`: trying again as it is will not help."""

    tone: Literal["error", "notice"]
    title: str
    text: str
    steps: tuple[Step, ...] = ()
    permanent: bool = False

    @property
    def verbs(self) -> frozenset[str]:
        return frozenset(step.verb for step in self.steps)


_STOPPED = Card("notice", "Stopped", "You stopped this reply. What you saw is kept.", (CONTINUE, REGENERATE))
_STOPPED_EMPTY = Card(
    "notice",
    "Stopped",
    "You stopped this reply before its first word. Your message is kept.",
    (REGENERATE,),
)
_FILTERED = Card(
    "notice",
    "Cut by the content filter",
    "The provider's filter ended this reply. Try other words, or another model.",
    (EDIT, OTHER_MODEL, REGENERATE),
)
_FILTERED_EMPTY = replace(
    _FILTERED,
    title="Held back by the content filter",
    text="The provider's filter held this reply back. Try other words, or another model.",
)
_DECLINED = Card(
    "notice",
    "The model declined",
    "The words above are the model's own. Say it in other words, or ask another model.",
    (REPHRASE, OTHER_MODEL, REGENERATE),
)
_CALLED = Card(
    "notice",
    "The model asked for a function",
    "It wanted to have a function called before it went on, and this conversation offers none.",
    (REGENERATE, OTHER_MODEL),
)

_CALLED_AGAIN = replace(
    _CALLED, text="It wanted to go on calling functions, and their limit in one reply was reached."
)
_CALLED_IN_REPLAY = replace(
    _CALLED,
    text="This reply was made from a replay, which runs no functions: the model asked for some of which no"
    " result is recorded.",
)

ERROR_TITLES: dict[str, str] = {
    "rate_limited": "The model's server is busy",
    "quota": "The site's credit is used up",
    "configuration": "The site's key or address is not accepted",
    "bad_request": "The request was refused",
    "context_length": "The conversation is too long for this model",
    "model_gone": "This model is no longer offered",
    "too_large": "The message is too large",
    "server_error": "The model's server had a problem",
    "bad_answer": "The answer could not be read",
    "unreachable": "The model's server cannot be reached",
    "dns": "The model's server cannot be found",
    "tls": "No secure connection to the model's server",
    "connect_timeout": "The model's server does not pick up",
    "first_byte_timeout": "The model did not begin in time",
    "empty": "The reply was empty",
    "called": "The model asked for a function",
    "tool_rounds": "Too many rounds of tools",
    "turn_timeout": "The reply took too long",
    "busy": "Too many replies at a time",
}
_MENDED_BY_EDITING = frozenset({"bad_request", "context_length", "too_large", "empty"})


def card_of(message: Message, generation: Generation) -> Card | None:
    """The card below a reply; None while it runs, and for an end as it should be."""
    card = _card(generation, has_text=bool(message.content or generation.refusal))
    if card is None or can_continue(message, generation):
        return card
    return replace(card, steps=tuple(step for step in card.steps if step.verb != "continue"))


def can_continue(message: Message, generation: Generation) -> bool:
    """Whether there is a text that was cut."""
    return bool(message.content) and generation.state in CONTINUABLE


def _card(generation: Generation, *, has_text: bool) -> Card | None:
    match State(generation.state):
        case State.FAILED if generation.error_kind == "fewer_replies":
            return Card("notice", "No reply here", generation.error_message, (REGENERATE,))
        case State.FAILED | State.INTERRUPTED if generation.error_kind or generation.state == State.FAILED:
            return _error(generation, has_text=has_text)
        case State.STOPPED:
            return _STOPPED if has_text else _STOPPED_EMPTY
        case State.FILTERED:
            return _FILTERED if has_text else _FILTERED_EMPTY
        case State.COMPLETE | State.TRUNCATED if generation.refusal:
            return _DECLINED
        case State.TRUNCATED:
            return _at_the_limit(generation, has_text=has_text)
        case State.COMPLETE if generation.finish_reason in CALLING:
            return _called(generation)
        case State.COMPLETE if generation.finish_reason not in ("", "stop"):
            return _unusual(generation.finish_reason)
    return None


def _called(generation: Generation) -> Card:
    if generation.request_id.startswith(RUN_PREFIX):
        return _CALLED_IN_REPLAY
    return _CALLED_AGAIN if (generation.request or {}).get("tools") else _CALLED


def _error(generation: Generation, *, has_text: bool) -> Card:
    kind = generation.error_kind
    fallback = "The reply broke off" if has_text else "There is no reply"
    interrupted = generation.state == State.INTERRUPTED
    title = "The reply broke off" if interrupted else ERROR_TITLES.get(kind, fallback)
    again = () if generation.error_permanent else (TRY_AGAIN,)
    edit = (EDIT,) if kind in _MENDED_BY_EDITING else ()
    steps = (CONTINUE, *again, OTHER_MODEL, *edit)
    return Card("error", title, generation.error_message, steps, generation.error_permanent)


def _at_the_limit(generation: Generation, *, has_text: bool) -> Card:
    """The limit that was set for the reply, or without one that of the model."""
    sent = generation.request or {}
    box = next((name for name in LIMITS if sent.get(name)), "")
    limit = (
        f"the limit of {sent[box]:,} tokens that is set for it" if box else "as many tokens as it may have"
    )
    raise_limit = (replace(RAISE_LIMIT, box=box),) if box else ()
    if has_text:
        text, steps = f"The reply reached {limit}. Continue goes on from there.", (CONTINUE, *raise_limit)
    else:
        text, steps = f"The reply reached {limit} before any text.", (*raise_limit, REGENERATE)
    return Card("notice", "Cut at the length limit", text, steps)


def _unusual(reason: str) -> Card:
    return Card(
        "notice",
        "An unusual end",
        f"The model's server gave the reason “{reason}”, which is not one that this site knows."
        " What arrived is kept; it may not be all.",
        (REGENERATE,),
    )
