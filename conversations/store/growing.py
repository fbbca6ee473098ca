"""The texts of many replies that grow, and their leases, by two statements for all of them.

A checkpoint that knows nothing new but the text is nearly every checkpoint, twice a second for each reply:
with one by one, a fifth of a processor would be gone at 200 replies before anything else is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from conversations.models import ACTIVE, Generation, Message
from conversations.store.rows import changed_all, rows_with, stored

if TYPE_CHECKING:
    from conversations.store.generations import Checkpoint

_RENEW = """
UPDATE conversations_generation SET lease_expires_at = %s, cursor = COALESCE(%s, cursor)
WHERE id = %s AND lease_epoch = %s AND state IN ('queued', 'running')
"""
_WRITE = "UPDATE conversations_message SET content = %s, reasoning = %s WHERE id = %s"


def texts_store(points: Sequence[Checkpoint], *, expires: datetime) -> set[UUID]:
    """Renew the leases, and store the texts of those points that have changed.

    Called within a transaction, with points in the order of their ids. Returns the ids of those lost.
    """
    ids = stored(Generation, "id", (point.held.generation_id for point in points))
    until = stored(Generation, "lease_expires_at", [expires] * len(points))
    cursors = [len(point.content) if point.changed else None for point in points]
    epochs = [point.held.epoch for point in points]
    renewed = changed_all(_RENEW, list(zip(until, cursors, ids, epochs, strict=True)))
    lost = _lost(points) if renewed < len(points) else set()
    kept = [point for point in points if point.changed and point.held.generation_id not in lost]
    messages = stored(Message, "id", (point.held.message_id for point in kept))
    texts = [(point.content, point.reasoning, id) for point, id in zip(kept, messages, strict=True)]
    changed_all(_WRITE, texts)
    return lost


def _lost(points: Sequence[Checkpoint]) -> set[UUID]:
    """Those that somebody else has ended, or taken over."""
    epochs = {point.held.generation_id: point.held.epoch for point in points}
    rows = rows_with(Generation, "id", epochs, columns=("id", "lease_epoch", "state"))
    held = {row.id for row in rows if row.state in ACTIVE and row.lease_epoch == epochs[row.id]}
    return set(epochs) - held
