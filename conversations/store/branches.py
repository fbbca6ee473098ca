"""Read the tree: a page of a branch, the siblings of its messages, the way down, the history for a prompt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from conversations.models import Conversation, Message
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
SELECT id FROM branch ORDER BY steps DESC
"""


@dataclass(frozen=True)
class BranchPage:
    """Messages of one branch, oldest first, each with its generation; `older`: there are some before.

    columns: the replies to be shown side by side in place of the last message, it among them; mostly none.
    """

    messages: list[Message]
    older: bool
    columns: list[Message] = field(default_factory=list)

    @property
    def beside(self) -> list[Message]:
        """The columns that are not on the branch itself."""
        return [reply for reply in self.columns if reply.id != self.messages[-1].id]


@dataclass(frozen=True)
class Siblings:
    """Where a message stands among those that have the same parent. `index` counts from 1."""

    index: int
    count: int
    previous_id: UUID | None
    next_id: UUID | None


def branch_page(conversation: Conversation, *, leaf_id: UUID | None, limit: int = PAGE) -> BranchPage:
    """The messages from `leaf_id` upwards, it included."""
    if leaf_id is None:
        return BranchPage([], older=False)
    ids = _way_up(conversation.id, leaf_id, limit + 1)
    messages = _in_order(ids[-limit:])
    return BranchPage(
        messages, older=len(ids) > limit, columns=columns_at(messages[-1] if messages else None)
    )


def branch_before(conversation: Conversation, *, message_id: UUID, limit: int = PAGE) -> BranchPage:
    """The messages above `message_id`, it not included."""
    ids = _way_up(conversation.id, message_id, limit + 2)[:-1]
    return BranchPage(_in_order(ids[-limit:]), older=len(ids) > limit)


def branch_history(conversation: Conversation, *, leaf_id: UUID) -> list[Message]:
    """The whole branch down to `leaf_id`, oldest first."""
    return _in_order(_way_up(conversation.id, leaf_id, 1_000_000))


def family_of(message: Message) -> list[Message]:
    """A message and its siblings, each with its generation, in the order that `siblings_of` counts."""
    family = Message.objects.filter(conversation_id=message.conversation_id, continued_by=None)
    found = family.filter(parent_id=message.parent_id).select_related("generation")
    return list(found.order_by("created_at", "id"))


def siblings_of(messages: Iterable[Message]) -> dict[UUID, Siblings]:
    """Of each message that has any. A reply that another continues is not counted: that one has its text."""
    shown = list(messages)
    if not shown:
        return {}
    conversation_id = shown[0].conversation_id
    wanted = Q(parent_id__in=[message.parent_id for message in shown if message.parent_id])
    if any(message.parent_id is None for message in shown):
        wanted |= Q(parent=None)
    family = Message.objects.filter(wanted, conversation_id=conversation_id, continued_by=None)
    children: dict[UUID | None, list[UUID]] = defaultdict(list)
    for parent_id, message_id in family.order_by("created_at", "id").values_list("parent_id", "id"):
        children[parent_id].append(message_id)
    found = {message.id: _place(children[message.parent_id], message.id) for message in shown}
    return {message_id: place for message_id, place in found.items() if place is not None}


def newest_leaf(message: Message) -> Message:
    """From a message down along the newest child each time."""
    newest: dict[UUID, UUID] = {}
    rows = Message.objects.filter(conversation_id=message.conversation_id, depth__gt=message.depth)
    for parent_id, child_id in rows.order_by("created_at", "id").values_list("parent_id", "id"):
        if parent_id is not None:
            newest[parent_id] = child_id
    leaf_id = message.id
    while leaf_id in newest:
        leaf_id = newest[leaf_id]
    return Message.objects.get(pk=leaf_id)


def _place(family: list[UUID], message_id: UUID) -> Siblings | None:
    if len(family) < 2 or message_id not in family:
        return None
    at = family.index(message_id)
    return Siblings(
        index=at + 1,
        count=len(family),
        previous_id=family[at - 1] if at else None,
        next_id=family[at + 1] if at + 1 < len(family) else None,
    )


def _way_up(conversation_id: UUID, leaf_id: UUID, count: int) -> list[UUID]:
    field = Message._meta.get_field("id")

    def prepared(value: UUID) -> Any:
        return field.get_db_prep_value(value, connection)

    with connection.cursor() as cursor:
        cursor.execute(_WAY_UP, [prepared(leaf_id), prepared(conversation_id), count - 1])
        return [value if isinstance(value, UUID) else UUID(value) for (value,) in cursor.fetchall()]


def _in_order(ids: list[UUID]) -> list[Message]:
    found = Message.objects.select_related("generation").in_bulk(ids)
    return [found[message_id] for message_id in ids]
