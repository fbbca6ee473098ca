"""A branch without what is said on it: which messages, and what has changed, for whoever has the rest.

At the beginning and the end of a reply one or two messages of a page are new: only those are read whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from conversations.models import ACTIVE, Conversation, Generation, Message
from conversations.store.rows import read_key, rows_with, selected, stored
from conversations.store.together import columns_at

PAGE = 30
"""Messages that a page of a branch holds."""

_WAY_UP = """
WITH RECURSIVE branch(id, parent_id, steps) AS (
    SELECT id, parent_id, 0 FROM conversations_message WHERE id = %s AND conversation_id = %s
    UNION ALL
    SELECT message.id, message.parent_id, branch.steps + 1
    FROM conversations_message message JOIN branch ON message.id = branch.parent_id
    WHERE branch.steps < %s
)
SELECT branch.id, message.revision, generation.id, generation.state, generation.side_by_side
FROM branch
JOIN conversations_message message ON message.id = branch.id
LEFT JOIN conversations_generation generation ON generation.message_id = branch.id
ORDER BY steps DESC
"""

_SHOWN = [field.attname for field in Generation._meta.concrete_fields if field.name != "request"]
"""The request holds the whole branch above once more, and is shown nowhere on it."""


@dataclass(frozen=True)
class Step:
    """A message of a branch, without what it says. `revision`: the conversation's, when it last changed.

    generation_id: of a reply. `running`: it is being written. `side_by_side`: it is shown beside others.
    """

    id: UUID
    revision: int
    generation_id: UUID | None = None
    running: bool = False
    side_by_side: bool = False


@dataclass(frozen=True)
class Outline:
    """What a page of a branch shows, without what is said there. See BranchPage."""

    steps: list[Step]
    older: bool
    beside: list[Step] = field(default_factory=list)


def branch_outline(conversation: Conversation, *, leaf_id: UUID | None, limit: int = PAGE) -> Outline:
    """As `branch_page`: for whoever has most of its messages already."""
    if leaf_id is None:
        return Outline([], older=False)
    steps = way_up(conversation.id, leaf_id, limit + 1)
    columns = columns_at(messages_shown([leaf_id])[0]) if steps and steps[-1].side_by_side else []
    beside = [_step(reply) for reply in columns if reply.id != leaf_id]
    return Outline(steps[-limit:], older=len(steps) > limit, beside=beside)


def messages_shown(ids: Sequence[UUID]) -> list[Message]:
    """Those of these messages that are there, in this order, each reply with its generation.

    The request of a generation is read when it is used.
    """
    # First the generations: one that ends meanwhile is then a running one with all of its text, and not an
    # ended one without the rest of it.
    generations = rows_with(Generation, "message_id", ids, columns=_SHOWN)
    messages = {message.id: message for message in rows_with(Message, "id", ids)}
    for generation in generations:
        generation.message = messages[generation.message_id]
    return [messages[message_id] for message_id in ids if message_id in messages]


def way_up(conversation_id: UUID, leaf_id: UUID, count: int) -> list[Step]:
    """The last `count` messages of the branch down to `leaf_id`, oldest first."""
    return [
        Step(
            id=read_key(message_id),
            revision=revision,
            generation_id=read_key(generation_id) if generation_id else None,
            running=state in ACTIVE,
            side_by_side=bool(side_by_side),
        )
        for message_id, revision, generation_id, state, side_by_side in selected(
            _WAY_UP, [*stored(Message, "id", [leaf_id, conversation_id]), count - 1]
        )
    ]


def _step(reply: Message) -> Step:
    generation = reply.generation
    return Step(reply.id, reply.revision, generation.id, generation.active, generation.side_by_side)
