"""News between the parts of this process: something about a topic was committed.

Anybody publishes, from any thread; a subscriber's callback runs on the event loop it subscribed from.
News say only *that* something changed. Whoever cares reads it from the store, so a lost one costs time,
never text.
"""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ConversationChanged:
    """A conversation of the person `owner_id` has reached `revision`, or its row in the list changed."""

    owner_id: int
    conversation_id: UUID
    revision: int


@dataclass(frozen=True)
class ConversationDeleted:
    """A conversation of the person `owner_id` is gone; its running replies are to be stopped."""

    owner_id: int
    conversation_id: UUID


News = ConversationChanged | ConversationDeleted
Callback = Callable[[News], None]

_lock = threading.Lock()
_subscribers: dict[int, list[tuple[asyncio.AbstractEventLoop, Callback]]] = defaultdict(list)
EVERYONE = 0
"""The topic that hears the news of all persons."""


def publish(news: News) -> None:
    """Tell the subscribers of the person concerned."""
    with _lock:
        targets = [*_subscribers.get(news.owner_id, ()), *_subscribers.get(EVERYONE, ())]
    for loop, callback in targets:
        if not loop.is_closed():
            loop.call_soon_threadsafe(callback, news)


def subscribe(owner_id: int, callback: Callback) -> Callable[[], None]:
    """Hear the news of one person (or of EVERYONE) on the running loop. Returns how to stop it."""
    entry = (asyncio.get_running_loop(), callback)
    with _lock:
        _subscribers[owner_id].append(entry)

    def unsubscribe() -> None:
        with _lock:
            entries = _subscribers[owner_id]
            if entry in entries:
                entries.remove(entry)
            if not entries:
                del _subscribers[owner_id]

    return unsubscribe
