"""What must hold after every disturbance: one helper, for all tests that disturb anything.

    check_invariants(shown=[screen.result for screen in screens], secrets=[KEY], texts=[caplog.text])

It reads the rows itself, so it runs where the database may be used (in async tests through `in_database`).
The promises: a message is stored once and has a reply; a reply has one generation, and that has one final
state with everything that belongs to it; what was on a screen at the end is what is stored; no secret stands
in a row, a frame or a log.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from conversations.models import (
    ACTIVE,
    LIVE_CALLS,
    CallState,
    Conversation,
    EntryState,
    Generation,
    LedgerEntry,
    Message,
    Purpose,
    Replay,
    ReplayRun,
    Role,
    State,
    ToolCall,
)
from conversations.models.replay import ReplayState, RunState
from conversations.rendering import RENDERER_VERSION, blocks_hash, render_blocks
from conversations.store.rendered import blocks_of, id_prefix

CLOSED_SECONDS = 2.0
"""How soon after the end of a reply its call to the model's host must be closed."""


@dataclass(frozen=True)
class Shown:
    """What one viewer shows of a reply after its end, its text or its HTML, and what the end said."""

    generation_id: UUID
    state: str
    hash: str
    text: str | None = None
    blocks: tuple[str, ...] | None = None


def check_invariants(
    *, shown: Iterable[Shown] = (), secrets: Iterable[str] = (), texts: Iterable[str] = ()
) -> None:
    """Assert all promises on all rows; `texts` are logs and frames in which no secret may stand.

    Expects that no reply is being written any more.
    """
    _check_messages()
    for generation in Generation.objects.select_related("message", "message__continues", "conversation"):
        _check_generation(generation)
    for replay in Replay.objects.prefetch_related("runs"):
        _check_replay(replay)
    check_ledger()
    for view in shown:
        _check_shown(view)
    _check_secrets(list(secrets), list(texts))


def check_upstream_closed(stats: Callable[[], Mapping[str, Any]]) -> None:
    """Assert that the provider (its `stats`) is asked for nothing any more, within CLOSED_SECONDS."""
    deadline = time.monotonic() + CLOSED_SECONDS
    while stats()["running"]:
        assert time.monotonic() < deadline, "a call to the model's host is still open"
        time.sleep(0.01)


def _check_messages() -> None:
    twice = Message.objects.exclude(client_id=None).values("owner", "client_id").annotate(Count("id"))
    assert not twice.filter(id__count__gt=1).exists(), "an action was stored twice"
    for message in Message.objects.select_related("conversation", "parent"):
        conversation = message.conversation
        assert message.owner_id == conversation.owner_id
        assert message.revision <= conversation.revision, "a change without a revision of its own"
        parent = message.parent
        if parent is not None:
            assert (parent.conversation_id, parent.depth) == (conversation.id, message.depth - 1)
            assert parent.role != message.role
        if message.role == Role.USER:
            assert message.children.exists(), "a message without a reply"
        else:
            assert Generation.objects.filter(message=message).count() == 1
    for conversation in Conversation.objects.select_related("current_leaf"):
        leaf = conversation.current_leaf
        assert leaf is not None and leaf.conversation_id == conversation.id


def _check_generation(generation: Generation) -> None:
    message, name = generation.message, f"generation {generation.id} ({generation.state})"
    assert generation.state not in ACTIVE, f"{name} never ended"
    assert generation.ended_at is not None, name
    assert generation.conversation_id == message.conversation_id
    assert generation.cursor == len(message.content), name
    if generation.state in (State.FAILED, State.INTERRUPTED):
        assert generation.error_kind and generation.error_message, f"{name} does not say why"
    else:
        assert not generation.error_kind, name
    calls = list(generation.tool_calls.all())
    assert not any(call.state in LIVE_CALLS for call in calls), f"{name}: a tool call never ended"
    assert all(call.offset <= generation.cursor for call in calls), f"{name}: a call after its text"
    assert all(call.result for call in calls if call.state != CallState.DONE), (
        f"{name}: a call without result"
    )
    assert len({call.call_id for call in calls}) == len(calls), f"{name}: two calls of one id"
    if generation.asked_together is not None:
        together = Generation.objects.filter(asked_together=generation.asked_together)
        choices = sorted(together.values_list("choice", flat=True))
        assert choices == list(range(generation.choices)), f"{name} has lost a reply beside it"
    if message.continues is not None:
        assert message.content.startswith(message.continues.content), f"{name} lost what it continues"
    if message.blocks is not None and message.renderer_version == RENDERER_VERSION:
        rendered = render_blocks(message.content, id_prefix=id_prefix(message.id))
        assert message.blocks == rendered, f"{name}: the HTML kept is not that of its text"


def _check_replay(replay: Replay) -> None:
    name = f"replay {replay.id} ({replay.state})"
    assert replay.state != ReplayState.RUNNING and replay.ended_at is not None, f"{name} never ended"
    runs = list(replay.runs.all())
    assert [run.number for run in runs] == list(range(1, len(runs) + 1)), f"{name} has a hole"
    assert len(runs) <= replay.times, name
    if replay.state == ReplayState.COMPLETE:
        assert len(runs) == replay.times, f"{name} has not made all runs"
    for run in runs:
        assert run.state != RunState.RUNNING and run.ended_at is not None, f"{name}: {run} never ended"
        assert run.matches is None or run.state == RunState.COMPLETE, f"{name}: {run}"
        assert run.text_hash or run.state != RunState.COMPLETE, f"{name}: {run} was not compared"
        assert bool(run.error_kind and run.error_message) == (run.state == RunState.FAILED), f"{name}: {run}"
        for request_id in run.request_ids:
            entry = LedgerEntry.objects.get(request_id=request_id)
            assert entry.state != EntryState.RESERVED, f"{name}: what {run} cost was never said"


def check_ledger() -> None:
    """Assert the promises on what calls cost."""
    for entry in LedgerEntry.objects.select_related("generation"):
        name = f"entry {entry.request_id} ({entry.state})"
        assert entry.usd is None or entry.usd >= 0, name
        assert (entry.settled_at is None) == (entry.state == EntryState.RESERVED), name
        assert (entry.reconciled_at is None) == (entry.state != EntryState.RECONCILED), name
        if entry.state in (EntryState.SETTLED, EntryState.ESTIMATED, EntryState.RECONCILED):
            assert entry.usd is not None and entry.source, f"{name} does not say what and by whom"
        if entry.generation is not None and entry.purpose == Purpose.REPLY:
            ended = entry.generation.state not in ACTIVE
            assert not (ended and entry.state == EntryState.RESERVED), f"{name} was never settled"
        if entry.purpose == Purpose.REPLAY and entry.state == EntryState.RESERVED:
            running = Replay.objects.filter(generation=entry.generation, state=ReplayState.RUNNING)
            assert running.exists(), f"{name} was never settled"
    for generation in Generation.objects.exclude(request=None):
        entries = LedgerEntry.objects.filter(
            Q(generation=generation) | Q(request_id=generation.request_id)  # a fork has the call of its run
        )
        assert entries.exists(), f"a call of {generation.id} has no entry"


def _check_shown(view: Shown) -> None:
    generation = Generation.objects.select_related("message").get(pk=view.generation_id)
    message = generation.message
    assert view.state == generation.state
    if view.blocks is None:
        assert view.text == message.content, "a viewer shows another text than is stored"
        assert view.hash == hashlib.sha256(message.content.encode()).hexdigest()
    else:
        assert list(view.blocks) == blocks_of(message), "a viewer shows other HTML than is stored"
        assert view.hash == blocks_hash(view.blocks)


def _check_secrets(secrets: list[str], texts: list[str]) -> None:
    rows = [
        str(row)
        for model in (Conversation, Message, Generation, LedgerEntry, Replay, ReplayRun, ToolCall)
        for row in list(model._default_manager.values())
    ]
    for secret in secrets:
        assert not any(secret in text for text in [*rows, *texts]), "a secret has come out"
