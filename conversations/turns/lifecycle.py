"""Start all of it with the process, and drain it before the process ends.

`startup` is called once the event loop runs and before the first socket is accepted; `shutdown` when the
process is asked to end. Between them `current()` is what this process works with.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import connection

from conversations import bus
from conversations.attachments import PREPARER
from conversations.errors import Refused
from conversations.rendering import shutdown_highlighting
from conversations.replays.benches import Benches
from conversations.store.claims import Lease
from conversations.store.generations import generation_interrupt_all, generation_interrupt_expired
from conversations.store.replays import replay_interrupt_all, replay_interrupt_expired
from conversations.store.threads import close_threads, in_database
from conversations.structured import CHECKER, EDITOR_CHECKER
from conversations.tools.mcp_servers import SERVERS
from conversations.turns.catalogue import ModelList
from conversations.turns.checkpoints import Checkpoints
from conversations.turns.generations import Generations
from conversations.turns.reconciler import Reconciler
from conversations.turns.slots import Slots
from conversations.turns.sweeping import sweep_attachments_for_ever
from conversations.turns.tokens import count_tokens
from conversations.turns.upstream import Upstream, connect

log = logging.getLogger(__name__)

SWEEP_SECONDS = 5.0


@dataclass
class Turns:
    """What this process works with. `at_shutdown`: called once everything is stored, to close the sockets."""

    upstream: Upstream
    generations: Generations
    benches: Benches
    lease: Lease
    at_shutdown: set[Callable[[], Awaitable[None]]] = field(default_factory=set)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    unsubscribe: Callable[[], None] = lambda: None


_current: Turns | None = None


def current() -> Turns:
    """What this process works with. Raises Refused before startup and after shutdown."""
    if _current is None:
        raise Refused("restarting", "The site is starting. Try again in a moment.", retry=True)
    return _current


def banner() -> str:
    """What admins should know of the completions server, or nothing."""
    return _current.upstream.banner if _current else ""


def model_list() -> ModelList | None:
    """What is known of the models, None before startup and after shutdown."""
    return _current.upstream.models if _current else None


async def startup(*, base_url: str, api_key: str | None) -> None:
    """End what a dead process left behind, then be ready for turns."""
    global _current
    limits = settings.LIMITS
    alone = connection.vendor == "sqlite"
    await _sweep(generation_interrupt_all if alone else generation_interrupt_expired, "replies")
    await _sweep(replay_interrupt_all if alone else replay_interrupt_expired, "replays")
    upstream = connect(base_url=base_url, api_key=api_key)
    slots = Slots(per_person=limits.running_per_user, total=limits.running_total)
    generations = Generations(
        client=upstream.client, models=upstream.models, slots=slots, queue_seconds=limits.queue_seconds
    )
    benches = Benches(
        client=upstream.client,
        models=upstream.models,
        slots=slots,
        places_per_person=limits.running_per_user,
    )
    owner = f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"
    turns = Turns(upstream, generations, benches, Lease(owner, limits.lease_seconds))
    checkpoints = Checkpoints(
        generations, lease_seconds=limits.lease_seconds, heartbeat_seconds=limits.heartbeat_seconds
    )
    turns.tasks = [
        asyncio.create_task(checkpoints.run(), name="checkpoints"),
        asyncio.create_task(
            benches.live(heartbeat_seconds=limits.heartbeat_seconds, lease_seconds=limits.lease_seconds),
            name="replays",
        ),
        asyncio.create_task(_sweep_for_ever(turns), name="sweep"),
        asyncio.create_task(upstream.look(), name="look at the completions server"),
        asyncio.create_task(upstream.models.keep_fresh(), name="list of models"),
        asyncio.create_task(_read_vocabulary(), name="vocabulary"),
        asyncio.create_task(sweep_attachments_for_ever(), name="attached files"),
        asyncio.create_task(Reconciler(upstream.billing).keep_up(), name="reconciliation of costs"),
        asyncio.create_task(SERVERS.run(), name="MCP servers"),
    ]
    turns.unsubscribe = bus.subscribe(bus.EVERYONE, lambda news: _stop_deleted(turns, news))
    _current = turns


async def shutdown(grace_seconds: float) -> None:
    """Take no new turns, let replies end for `grace_seconds`, interrupt the rest, close the sockets."""
    global _current
    turns = current()
    await asyncio.gather(turns.generations.drain(grace_seconds), turns.benches.drain(grace_seconds))
    for close in list(turns.at_shutdown):
        await close()
    turns.unsubscribe()
    for task in turns.tasks:
        task.cancel()
    await asyncio.gather(*turns.tasks, return_exceptions=True)
    await turns.upstream.client.aclose()
    _current = None
    await asyncio.to_thread(close_threads)
    shutdown_highlighting()
    for worker in (CHECKER, EDITOR_CHECKER, PREPARER):
        await asyncio.to_thread(worker.close)


def _stop_deleted(turns: Turns, news: bus.News) -> None:
    if isinstance(news, bus.ConversationDeleted):
        for live in turns.generations.of_conversation(news.conversation_id):
            turns.generations.lose(live)
        turns.benches.stop_conversation(news.conversation_id)


async def _read_vocabulary() -> None:
    """Before the first reply needs it: reading the tokens' vocabulary takes a fifth of a second."""
    await asyncio.to_thread(count_tokens, ["any"])


async def _sweep_for_ever(turns: Turns) -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        # Our own may be late with a sign of life, when the database was away: they are alive all the same.
        alive = [live.held.generation_id for live in turns.generations]
        await _sweep(partial(generation_interrupt_expired, alive=alive), "replies")
        await _sweep(partial(replay_interrupt_expired, alive=turns.benches.alive), "replays")


async def _sweep(interrupt: Callable[[], int], what: str) -> None:
    """End the replies, or the replays, whose process is gone."""
    try:
        count = await in_database(interrupt)
    except DatabaseFault as error:
        log.warning("Could not look for %s of a dead process, the next try is soon: %s", what, error)
        return
    if count:
        log.warning("%d %s of a process that ended were marked interrupted", count, what)
