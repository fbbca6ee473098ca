"""Short verbs for tests of rows: start a turn, end its reply, look at what is stored.

    claim = start(alice, "Hello")
    end(claim, "Hello, Alice.")
    again = regenerate(alice, claim.reply_id)

Client ids are made up when the test does not care; the lease is that of a process called "tests".
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection

from chatsite.accounts.models import User
from conversations.models import Conversation, Generation, LedgerEntry, Message, State
from conversations.store.claims import Claim, Lease
from conversations.store.generations import Checkpoint, Ending, Held, generation_checkpoint, generation_finish
from conversations.store.turns import turn_continue, turn_edit, turn_regenerate, turn_start

LEASE = Lease("tests", 30)
T = TypeVar("T")


def new_id() -> str:
    return uuid.uuid4().hex


def start(
    person: User,
    text: str = "Hello",
    *,
    after: Claim | None = None,
    conversation_id: UUID | None = None,
    parent_id: UUID | None = None,
    client_id: str | None = None,
    model: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    lease: Lease = LEASE,
) -> Claim:
    """Claim a turn: in a new conversation, or after the reply of another claim."""
    return turn_start(
        person=person,
        client_id=client_id or new_id(),
        text=text,
        conversation_id=after.conversation_id if after else conversation_id,
        parent_id=after.reply_id if after else parent_id,
        model=model,
        system_prompt=None,
        parameters=parameters,
        lease=lease,
    )


def edit(person: User, message_id: UUID | None, text: str = "Changed", client_id: str | None = None) -> Claim:
    assert message_id is not None
    return turn_edit(
        person=person, client_id=client_id or new_id(), message_id=message_id, text=text, lease=LEASE
    )


def regenerate(person: User, message_id: UUID, client_id: str | None = None) -> Claim:
    return turn_regenerate(
        person=person, client_id=client_id or new_id(), message_id=message_id, model=None, lease=LEASE
    )


def go_on(person: User, message_id: UUID, client_id: str | None = None) -> Claim:
    return turn_continue(person=person, client_id=client_id or new_id(), message_id=message_id, lease=LEASE)


def held(claim: Claim) -> Held:
    return Held(claim.generation_id, claim.reply_id, claim.epoch)


def end(
    claim: Claim,
    text: str = "Hello, Alice.",
    state: State = State.COMPLETE,
    *,
    reasoning: str = "",
    **facts: Any,
) -> bool:
    return generation_finish(
        held=held(claim), ending=Ending(state, text, [f"<p>{text}</p>"], reasoning, facts)
    )


def checkpoint(claim: Claim, text: str, *, changed: bool = True, lease_seconds: float = 30) -> set[UUID]:
    point = Checkpoint(held(claim), text, "", {}, changed)
    return generation_checkpoint(checkpoints=[point], lease_seconds=lease_seconds)


def exchange(person: User, texts: Iterable[str]) -> list[Claim]:
    """A conversation with these messages of a person, each with an ended reply."""
    claims: list[Claim] = []
    for text in texts:
        claims.append(start(person, text, after=claims[-1] if claims else None))
        end(claims[-1], f"Reply to {text}")
    return claims


def message_of(claim: Claim) -> Message:
    """The person's message."""
    return Message.objects.get(pk=claim.message_id or uuid.UUID(int=0))


def conversation_of(claim: Claim) -> Conversation:
    return Conversation.objects.get(pk=claim.conversation_id)


def generation_of(claim: Claim) -> Generation:
    return Generation.objects.get(pk=claim.generation_id)


def reply_of(claim: Claim) -> Message:
    return Message.objects.get(pk=claim.reply_id)


def rows() -> list[dict[str, Any]]:
    """Everything that is stored of all conversations, to compare before and after."""
    found: list[dict[str, Any]] = []
    for model in (Conversation, Message, Generation, LedgerEntry):
        found += [dict(row) for row in model._default_manager.order_by("id").values()]
    return found


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """Run them in threads of their own, all from the same moment on; what each returned or raised.

    An exception is raised again here once all have ended.
    """
    together = Barrier(len(works))

    def run(work: Callable[[], T]) -> T:
        try:
            together.wait(10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        futures = [threads.submit(run, work) for work in works]
    return [future.result() for future in futures]
