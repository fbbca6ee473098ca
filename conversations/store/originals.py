"""The reply that is replayed: found for its person, whether it can be, and how; what the model said in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from django.conf import settings

from chatsite.accounts.models import User
from conversations.errors import NotFound, Refused
from conversations.models import Conversation, Generation, Replay, State
from conversations.models.replay import SeedMode
from conversations.script import Asked, Placed, Said, said_around, said_in
from conversations.store.recorded import rounds_sent

WHOLE: Final = (State.COMPLETE, State.TRUNCATED, State.FILTERED)
"""A reply that was stopped or broke off is not the whole of what its request gives."""
CALLING: Final = ("tool_calls", "function_call")
"""Finish reasons of an answer that asks for calls."""
SEED_MAX = 2**63 - 1

Extent = Literal["whole", "part", "nothing"]
"""How far an original goes: to its end, to where it was cut short, or not to the first word."""


@dataclass(frozen=True)
class Original:
    """What the model itself said in a reply, without the text that it continued. `rounds`: of tools that it
    was given the results of.
    """

    said: Said
    extent: Extent = "whole"
    rounds: int = 0

    def is_met_by(self, said: Said) -> bool | None:
        """Whether a run says the same as far as this goes; None where there is nothing to compare with."""
        if self.extent == "nothing":
            return None
        return said == self.said if self.extent == "whole" else said.goes_on_from(self.said)


@dataclass(frozen=True)
class Choices:
    """What the person chose: how many runs, and with which seed."""

    times: int
    seed_mode: SeedMode = SeedMode.STORED
    seed: int | None = None


def reply_to_replay(*, person: User, conversation_id: UUID, message_id: UUID) -> Generation:
    """The generation of this reply, with its message. Raises NotFound."""
    conversations = Conversation.objects.visible_to(person).filter(pk=conversation_id)
    found = Generation.objects.filter(conversation__in=conversations, message_id=message_id)
    generation = found.select_related("conversation", "message__continues").first()
    if generation is None:
        raise NotFound("reply")
    return generation


def own_replay(*, person: User, conversation_id: UUID, message_id: UUID, replay_id: UUID) -> Replay:
    """A replay of this reply, with its generation. Raises NotFound."""
    generation = reply_to_replay(person=person, conversation_id=conversation_id, message_id=message_id)
    replay = Replay.objects.filter(pk=replay_id, generation=generation).first()
    if replay is None:
        raise NotFound("replay")
    replay.generation = generation
    return replay


def why_not(generation: Generation) -> str:
    """Why this reply cannot be replayed, in a sentence; empty when it can."""
    if generation.active:
        return "This reply is still being written. It can be replayed once it has ended."
    if generation.state in (State.STOPPED, State.FAILED) and not _was_sent(generation):
        return "This reply was never sent to the model: it ended before that. There is nothing to send again."
    if not generation.request:
        return "The request of this reply was not kept, so it cannot be sent again."
    return ""


def _was_sent(generation: Generation) -> bool:
    """This site itself refuses a prompt for JSON without that word, and stores its request all the same."""
    refused_here = generation.error_kind == "bad_request" and generation.duration_ms is None
    return bool(generation.request) and not refused_here


def refuse_unfit(generation: Generation, choices: Choices) -> None:
    """Raises Refused when this reply cannot be replayed, or not so."""
    if problem := why_not(generation):
        raise Refused("not_possible", problem)
    limit = settings.LIMITS.replays_per_reply
    if not 1 <= choices.times <= limit:
        raise Refused("too_many", f"Choose 1 to {limit} replays, not {choices.times}.")
    if choices.seed_mode != SeedMode.ANOTHER:
        return
    if choices.seed is None or not 1 <= choices.seed <= SEED_MAX:
        raise Refused("bad_frame", f"Another seed must be a whole number from 1 to {SEED_MAX:,}.")


def original_of(generation: Generation) -> Original:
    """What the model said in this reply, as far as its stored request and what came next tell."""
    start = length_continued(generation)
    rows = generation.tool_calls.order_by("round", "index").values_list(
        "round", "offset", "name", "arguments"
    )
    placed = [Placed(round_, offset - start, Asked(*call)) for round_, offset, *call in rows]
    every = said_around(generation.message.content[start:], placed, generation.refusal)
    rounds = len(rounds_sent(generation.request or {}))
    known = said_in(every.turns[: rounds + 1], every.refusal)
    return Original(known, _extent(generation, known), rounds)


def length_continued(generation: Generation) -> int:
    """Code points of its message that are those of the reply it continues."""
    continued = generation.message.continues
    return len(continued.content) if continued else 0


def _extent(generation: Generation, known: Said) -> Extent:
    """Calls that nobody ran are not stored: a reply that ended with them is a part of what was said."""
    if generation.state in WHOLE and generation.finish_reason not in CALLING:
        return "whole"
    return "nothing" if known.nothing else "part"
