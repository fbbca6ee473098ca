"""What the request of a generation is made from, read in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from conversations.models import Generation, Role
from conversations.store.branches import branch_history


@dataclass(frozen=True)
class Said:
    """One message of the branch. `by_model`: it is a reply."""

    by_model: bool
    text: str


@dataclass(frozen=True)
class Material:
    """`history`: the branch down to the message that is answered. `prefix`: the cut reply to continue."""

    model: str
    system_prompt: str
    history: Sequence[Said]
    prefix: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


def prompt_material(*, generation_id: UUID) -> Material:
    """The branch above a generation's reply, as values."""
    generation = Generation.objects.select_related("conversation", "message").get(pk=generation_id)
    reply = generation.message
    above = branch_history(generation.conversation, leaf_id=reply.parent_id) if reply.parent_id else []
    return Material(
        model=generation.model,
        system_prompt=generation.conversation.system_prompt,
        history=[Said(message.role == Role.ASSISTANT, message.content) for message in above],
        prefix=reply.content if reply.continues_id else "",
        parameters=generation.conversation.parameters,
    )
