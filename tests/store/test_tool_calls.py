"""Tool calls as rows: written by who holds the lease, ended with the generation, found with the reply."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.errors import NotFound
from conversations.models import CallState, Generation, State, ToolCall
from conversations.store.approvals import tool_approve_always, tool_call_owned
from conversations.store.claims import Claim
from conversations.store.conversations import conversation_delete
from conversations.store.generations import (
    Checkpoint,
    Ending,
    generation_checkpoint,
    generation_finish,
    generation_interrupt_all,
)
from conversations.store.prompts import draft_material
from conversations.store.tool_calls import CallRecord, tool_calls_add, tool_calls_of
from tests.store.verbs import conversation_of, end, go_on, held, reply_of, start

pytestmark = pytest.mark.database


def record(claim: Claim, index: int = 0, **more: object) -> CallRecord:
    usual = {"round": 0, "call_id": f"call-{index}", "name": "letter", "arguments": "{}", "offset": 2}
    values = usual | {"id": uuid.uuid4(), "generation_id": claim.generation_id, "index": index} | more
    return CallRecord(**values)


def add(claim: Claim, *records: CallRecord, content: str = "So") -> bool:
    return tool_calls_add(held=held(claim), records=records, content=content)


def states(claim: Claim) -> list[str]:
    found = ToolCall.objects.filter(generation_id=claim.generation_id).order_by("round", "index")
    return [call.state for call in found]


def test_calls_are_stored_with_the_text_before_them(alice: User) -> None:
    claim = start(alice)
    assert add(claim, record(claim), record(claim, 1))
    assert reply_of(claim).content == "So"
    assert Generation.objects.get(pk=claim.generation_id).cursor == 2
    assert states(claim) == ["proposed", "proposed"]


def test_who_has_lost_the_lease_stores_no_call(alice: User) -> None:
    claim = start(alice)
    lost = replace(held(claim), epoch=held(claim).epoch + 1)
    assert not tool_calls_add(held=lost, records=[record(claim)], content="So")
    assert states(claim) == [] and reply_of(claim).content == ""


def test_a_checkpoint_stores_how_calls_stand_unless_its_lease_is_lost(alice: User) -> None:
    claim = start(alice)
    call = record(claim)
    add(claim, call)
    running = replace(call, state=CallState.RUNNING, started_at=timezone.now(), parsed={"to": "Bob"})
    point = Checkpoint(held(claim), "So", "", {}, changed=True, calls=(running,))
    lost = replace(point, held=replace(point.held, epoch=9))
    assert generation_checkpoint(checkpoints=[lost], lease_seconds=30) == {claim.generation_id}
    assert states(claim) == ["proposed"]
    assert not generation_checkpoint(checkpoints=[point], lease_seconds=30)
    assert states(claim) == ["running"]
    assert ToolCall.objects.get().parsed == {"to": "Bob"}


def finish(claim: Claim) -> None:
    end(claim, "S", State.STOPPED)


def fail(claim: Claim) -> None:
    end(claim, "S", State.FAILED, error_kind="busy", error_message="Too many.")


def die(claim: Claim) -> None:
    generation_interrupt_all()


def delete(claim: Claim) -> None:
    conversation_delete(person=conversation_of(claim).owner, conversation_id=claim.conversation_id)


@pytest.mark.parametrize(
    ("ending", "state"),
    [(finish, "stopped"), (fail, "interrupted"), (die, "interrupted"), (delete, "stopped")],
)
def test_no_call_outlives_its_generation(alice: User, ending: Callable[[Claim], None], state: str) -> None:
    claim = start(alice)
    done = record(claim, 1, state=CallState.DONE, result="sent", ended_at=timezone.now())
    add(claim, record(claim), done, record(claim, 2, state=CallState.WAITING))
    ending(claim)
    assert states(claim) == [state, "done", state]
    assert all(call.result and call.ended_at for call in ToolCall.objects.all())
    length = len(reply_of(claim).content)
    assert all(call.offset <= length for call in ToolCall.objects.all())


def test_an_end_takes_what_the_checkpoints_had_not(alice: User) -> None:
    claim = start(alice)
    call = record(claim)
    add(claim, call)
    done = replace(call, state=CallState.DONE, result="sent", ended_at=timezone.now())
    assert generation_finish(held=held(claim), ending=Ending(State.COMPLETE, "So.", [], calls=(done,)))
    assert states(claim) == ["done"]


def test_the_calls_of_a_continued_reply_are_found_with_the_one_that_goes_on(alice: User) -> None:
    cut = start(alice)
    add(cut, record(cut))
    end(cut, "So", State.STOPPED)
    longer = go_on(alice, cut.reply_id)
    assert [call.index for call in longer.material.prefix_calls] == [0]
    add(longer, record(longer, round=0, index=0, call_id="later", offset=2))
    end(longer, "So it", State.STOPPED)
    longest = go_on(alice, longer.reply_id)
    end(longest, "So it is.")
    found = tool_calls_of([reply_of(cut), reply_of(longest)])
    assert [call.call_id for call in found[longest.reply_id]] == ["call-0", "later"]
    assert [call.call_id for call in found[cut.reply_id]] == ["call-0"]
    material = draft_material(
        person=alice, conversation_id=cut.conversation_id, model="gpt-4-1106-preview", text="And?"
    )
    assert [call.call_id for said in material.history for call in said.calls] == ["call-0", "later"]


def test_a_call_is_its_owners_alone(alice: User, bob: User) -> None:
    claim = start(alice)
    call = record(claim)
    add(claim, call)
    assert tool_call_owned(person=alice, call_id=call.id).generation_id == claim.generation_id
    for act in (tool_call_owned, tool_approve_always):
        with pytest.raises(NotFound):
            act(person=bob, call_id=call.id)
        with pytest.raises(NotFound):
            act(person=alice, call_id=uuid.uuid4())
    assert conversation_of(claim).approved_tools == []


def test_always_is_kept_once(alice: User) -> None:
    claim = start(alice)
    call = record(claim)
    add(claim, call)
    before = conversation_of(claim).revision
    for _ in range(2):
        tool_approve_always(person=alice, call_id=call.id)
    assert conversation_of(claim).approved_tools == ["letter"]
    assert conversation_of(claim).revision == before + 1


def test_an_expired_lease_is_no_reason_to_store_nothing(alice: User) -> None:
    """Only somebody who has taken it over is."""
    claim = start(alice)
    Generation.objects.filter(pk=claim.generation_id).update(
        lease_expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert add(claim, record(claim))
