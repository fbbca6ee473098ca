"""Read the tree: a page of a branch, the siblings of its messages, the way down, the history for a prompt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from conversations.models import Conversation, Message
from conversations.store.outlines import PAGE, Step, way_up
from conversations.store.rows import rows_with
from conversations.store.together import columns_at

_OF_A_PROMPT = ("id", "role", "content", "continues_id")


@dataclass(frozen=True)
class BranchPage:
    """Messages of one branch, oldest first, each with its generation; `older`: there are some before.

    columns: the replies to be shown side by side in place of the last message, it among them; mostly none.
    """

    messages: list[Message]
    older: bool
    columns: list[Message] = field(default_factory=list)


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
    steps = way_up(conversation.id, leaf_id, limit + 1)
    messages = _in_order(steps[-limit:])
    return BranchPage(
        messages, older=len(steps) > limit, columns=columns_at(messages[-1] if messages else None)
    )


def branch_before(conversation: Conversation, *, message_id: UUID, limit: int = PAGE) -> BranchPage:
    """The messages above `message_id`, it not included."""
    steps = way_up(conversation.id, message_id, limit + 2)[:-1]
    return BranchPage(_in_order(steps[-limit:]), older=len(steps) > limit)


def branch_history(conversation: Conversation, *, leaf_id: UUID) -> list[Message]:
    """The whole branch down to `leaf_id`, oldest first."""
    return _in_order(way_up(conversation.id, leaf_id, 1_000_000))


def branch_said(conversation: Conversation, *, leaf_id: UUID) -> list[Message]:
    """As `branch_history`, but of each message only what a prompt is made from."""
    ids = [step.id for step in way_up(conversation.id, leaf_id, 1_000_000)]
    found = {message.id: message for message in rows_with(Message, "id", ids, columns=_OF_A_PROMPT)}
    return [found[message_id] for message_id in ids]


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


def _in_order(steps: Sequence[Step]) -> list[Message]:
    found = Message.objects.select_related("generation").in_bulk([step.id for step in steps])
    return [found[step.id] for step in steps]
