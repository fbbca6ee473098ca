"""Which of some messages have anything with them: files, tool calls, siblings.

Most have nothing, and to be told so by one query is cheaper than to ask for each kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from conversations.models import Message
from conversations.store.rows import marks, read_key, selected, stored

_ASKED = """
SELECT message.id,
    EXISTS (SELECT 1 FROM conversations_attachment file WHERE file.message_id = message.id),
    EXISTS (
        SELECT 1 FROM conversations_toolcall call
        JOIN conversations_generation generation ON generation.id = call.generation_id
        WHERE generation.message_id = message.id
    ),
    CASE WHEN message.parent_id IS NULL THEN EXISTS (
        SELECT 1 FROM conversations_message other
        WHERE other.conversation_id = message.conversation_id
        AND other.parent_id IS NULL AND other.id <> message.id
    ) ELSE EXISTS (
        SELECT 1 FROM conversations_message other
        WHERE other.parent_id = message.parent_id AND other.id <> message.id
    ) END
FROM conversations_message message
WHERE message.id IN ({ids})
"""


@dataclass(frozen=True)
class Belongings:
    """The messages, of those asked about, that may have each kind; any other has none."""

    files: list[Message]
    calls: list[Message]
    siblings: list[Message]


def belongings_of(messages: Iterable[Message]) -> Belongings:
    """Asked before these are read. A reply that continues another has the calls of that one too."""
    asked = list(messages)
    if not asked:
        return Belongings([], [], [])
    ids = stored(Message, "id", (message.id for message in asked))
    found = {read_key(id): has for id, *has in selected(_ASKED.format(ids=marks(ids)), ids)}
    none = (False, False, False)
    has = [(message, *found.get(message.id, none)) for message in asked]
    return Belongings(
        files=[message for message, files, _, _ in has if files],
        calls=[message for message, _, calls, _ in has if calls or message.continues_id],
        siblings=[message for message, _, _, siblings in has if siblings],
    )
