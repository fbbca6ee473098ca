"""The tool calls of a reply in the database: stored before they are run, changed with the checkpoints, and
ended with their generation.

`CallRecord` is a call as a value: what the run keeps, what the store writes, and what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from conversations.models import ACTIVE, LIVE_CALLS, CallState, Generation, Message, State, ToolCall
from conversations.store.rows import any_with

if TYPE_CHECKING:
    from conversations.store.generations import Held

_CHANGING: Final = ("parsed", "result", "state", "started_at", "ended_at")
_ENDED_RESULTS: Final = {
    CallState.STOPPED: "error: the person stopped the reply before this call had ended.",
    CallState.INTERRUPTED: "error: the call was interrupted before it had ended.",
}


@dataclass(frozen=True, kw_only=True)
class CallRecord:
    """As the columns of ToolCall."""

    id: UUID
    generation_id: UUID
    round: int
    index: int
    call_id: str
    name: str
    title: str = ""
    purpose: str = ""
    arguments: str = ""
    offset: int = 0
    parsed: dict[str, Any] | None = None
    result: str = ""
    state: CallState = CallState.PROPOSED
    started_at: datetime | None = None
    ended_at: datetime | None = None
    recorded: bool = False

    @property
    def live(self) -> bool:
        """Whether it has still to end."""
        return self.state in LIVE_CALLS

    def ended_with(self, reply: State) -> CallRecord:
        """This call after its reply ended like that."""
        if not self.live:
            return self
        state = _state_after(reply)
        return replace(self, state=state, result=_ENDED_RESULTS[state], ended_at=timezone.now())


def tool_calls_add(*, held: Held, records: Sequence[CallRecord], content: str) -> bool:
    """Store calls that are to be run, with the text that came before them.

    False: the lease is lost, and nothing was stored.
    """
    with transaction.atomic():
        generation = Generation.objects.filter(
            pk=held.generation_id, lease_epoch=held.epoch, state__in=ACTIVE
        )
        if generation.update(cursor=len(content)) != 1:
            return False
        Message.objects.filter(pk=held.message_id).update(content=content)
        ToolCall.objects.bulk_create(ToolCall(**asdict(record)) for record in records)
    return True


def tool_calls_change(records: Iterable[CallRecord]) -> None:
    """Store how calls stand. Called within the transaction that holds their generation."""
    for record in records:
        columns = {name: getattr(record, name) for name in _CHANGING}
        ToolCall.objects.filter(pk=record.id).update(**columns)


def tool_calls_end(generation_ids: Iterable[UUID], state: State, *, length: int | None = None) -> None:
    """No call outlives its generation. Called within the transaction that ends these, as `state`.

    length: code points of the text that is kept; calls that came after it stand at its end.
    """
    ids = list(generation_ids)
    if not any_with(ToolCall, generation_id=ids):
        return
    calls = ToolCall.objects.filter(generation_id__in=ids)
    ended = _state_after(state)
    calls.filter(state__in=LIVE_CALLS).update(
        state=ended, result=_ENDED_RESULTS[ended], ended_at=timezone.now()
    )
    if length is not None:
        calls.filter(offset__gt=length).update(offset=length)


def tool_calls_of(messages: Iterable[Message]) -> dict[UUID, tuple[CallRecord, ...]]:
    """The calls of each message that has any, in the order asked, with those of what it continues."""
    shown = list(messages)
    if not shown:
        return {}
    earlier = _continued_by(shown)
    wanted = {message.id for message in shown} | {before for chain in earlier.values() for before in chain}
    own: dict[UUID, list[CallRecord]] = {}
    rows = ToolCall.objects.filter(generation__message_id__in=wanted).order_by("round", "index")
    for row in rows.annotate(message_id=F("generation__message_id")):
        own.setdefault(row.message_id, []).append(call_record(row))
    found = {
        message.id: tuple(
            record for part in [*earlier.get(message.id, ()), message.id] for record in own.get(part, ())
        )
        for message in shown
    }
    return {message_id: records for message_id, records in found.items() if records}


def _continued_by(messages: Iterable[Message]) -> dict[UUID, list[UUID]]:
    """The messages that each continues, directly and by others, oldest first."""
    chains: dict[UUID, list[UUID | None]] = {
        message.id: [message.continues_id] for message in messages if message.continues_id
    }
    while newest := {chain[0] for chain in chains.values() if chain[0] is not None}:
        before = dict(Message.objects.filter(pk__in=newest).values_list("pk", "continues_id"))
        for chain in chains.values():
            if chain[0] is not None:
                chain.insert(0, before.get(chain[0]))
    return {message_id: [each for each in chain if each] for message_id, chain in chains.items()}


def _state_after(reply: State) -> CallState:
    return CallState.STOPPED if reply == State.STOPPED else CallState.INTERRUPTED


def call_record(row: ToolCall) -> CallRecord:
    """A row as a value."""
    values = {field.name: getattr(row, field.name) for field in fields(CallRecord)}
    return CallRecord(**values | {"state": CallState(row.state)})
