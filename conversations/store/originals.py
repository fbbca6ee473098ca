"""The reply that is replayed: found for its person, whether it can be, and how; what the model said in it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from chatsite.accounts.models import User
from conversations.errors import NotFound, Refused
from conversations.models import Conversation, Generation, Replay, State
from conversations.models.replay import SeedMode

REPLAYABLE = (State.COMPLETE, State.TRUNCATED, State.FILTERED)
"""A reply that was stopped or broke off is not the whole of what its request gives."""
SEED_MAX = 2**63 - 1


@dataclass(frozen=True)
class Original:
    """What the model itself said in a reply: without the text that it continued."""

    text: str
    refusal: str


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
    if generation.state not in REPLAYABLE:
        return "Only a reply that the model brought to its end can be replayed: this one was cut short."
    if not generation.request:
        return "The request of this reply was not kept, so it cannot be sent again."
    if generation.tool_calls.exists():
        return "This reply used tools. Replaying those is not possible yet."
    return ""


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
    """What the model said in this reply."""
    continued = generation.message.continues
    start = len(continued.content) if continued else 0
    return Original(generation.message.content[start:], generation.refusal)
