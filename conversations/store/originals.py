"""The reply that is replayed: found for its person, whether it can be, and what the model said in it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from chatsite.accounts.models import User
from conversations.errors import NotFound
from conversations.models import Conversation, Generation, Replay, State

REPLAYABLE = (State.COMPLETE, State.TRUNCATED, State.FILTERED)
"""A reply that was stopped or broke off is not the whole of what its request gives."""


@dataclass(frozen=True)
class Original:
    """What the model itself said in a reply: without the text that it continued."""

    text: str
    refusal: str


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


def original_of(generation: Generation) -> Original:
    """What the model said in this reply."""
    continued = generation.message.continues
    start = len(continued.content) if continued else 0
    return Original(generation.message.content[start:], generation.refusal)
