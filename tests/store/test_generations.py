"""A generation ends once, by whoever holds its lease; who has lost it changes nothing any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chatsite.accounts.models import User
from conversations import bus
from conversations.errors import NotFound
from conversations.models import Conversation, Generation, State
from conversations.rendering import RENDERER_VERSION
from conversations.store.claims import Claim
from conversations.store.conversations import conversation_delete, conversation_restore
from conversations.store.generations import (
    INTERRUPTED_TEXT,
    Checkpoint,
    generation_checkpoint,
    generation_interrupt_all,
    generation_interrupt_expired,
    generation_owned,
)
from tests.store.verbs import (
    at_once,
    checkpoint,
    conversation_of,
    end,
    generation_of,
    held,
    reply_of,
    rows,
    start,
)

pytestmark = pytest.mark.database


def begin(claim: Claim) -> bool:
    facts = {"state": State.RUNNING, "request": {"model": "m"}, "request_id": "r"}
    point = Checkpoint(held(claim), "", "", facts, changed=True)
    return not generation_checkpoint(checkpoints=[point], lease_seconds=30)


def expire(claim: Claim) -> None:
    Generation.objects.filter(pk=claim.generation_id).update(
        lease_expires_at=timezone.now() - timedelta(seconds=1)
    )


def delete(claim: Claim) -> None:
    owner = conversation_of(claim).owner
    conversation_delete(person=owner, conversation_id=claim.conversation_id)


def interrupt(claim: Claim) -> None:
    expire(claim)
    generation_interrupt_expired()


def delete_and_restore(claim: Claim) -> None:
    delete(claim)
    conversation_restore(person=conversation_of(claim).owner, conversation_id=claim.conversation_id)


LOSSES: dict[str, Callable[[Claim], object]] = {
    "ended before": lambda claim: end(claim, "The first end"),
    "interrupted by another process": interrupt,
    "conversation deleted": delete,
    "conversation deleted and restored": delete_and_restore,
    "conversation gone": lambda claim: conversation_of(claim).delete(),
}


@pytest.mark.django_db
def test_a_reply_goes_from_queued_to_its_end(alice: User) -> None:
    claim = start(alice)
    assert begin(claim)
    assert generation_of(claim).state == State.RUNNING
    assert generation_of(claim).request == {"model": "m"}
    assert checkpoint(claim, "Hel") == set()
    assert (reply_of(claim).content, generation_of(claim).cursor) == ("Hel", 3)
    assert end(claim, "Hello 👋", State.TRUNCATED, reasoning="Hm.", finish_reason="length")
    generation, reply = generation_of(claim), reply_of(claim)
    assert (generation.state, generation.cursor, generation.finish_reason) == (State.TRUNCATED, 7, "length")
    assert generation.ended_at is not None
    assert (reply.content, reply.reasoning, reply.blocks, reply.renderer_version) == (
        "Hello 👋",
        "Hm.",
        ["<p>Hello 👋</p>"],
        RENDERER_VERSION,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("lose", LOSSES.values(), ids=list(LOSSES))
def test_who_lost_the_lease_changes_nothing(alice: User, lose: Callable[[Claim], object]) -> None:
    claim = start(alice)
    begin(claim)
    checkpoint(claim, "What had arrived")
    lose(claim)
    stored = rows()
    assert not begin(claim)
    assert checkpoint(claim, "Too late") == {claim.generation_id}
    assert not end(claim, "Too late")
    assert rows() == stored


@pytest.mark.django_db
def test_another_epoch_of_the_lease_changes_nothing(alice: User) -> None:
    claim = start(alice)
    stored = rows()
    older = replace(claim, epoch=claim.epoch - 1)
    assert not begin(older)
    assert checkpoint(older, "Too late") == {claim.generation_id}
    assert not end(older, "Too late")
    assert rows() == stored


@pytest.mark.django_db
def test_one_lost_reply_does_not_keep_others_from_being_checkpointed(alice: User) -> None:
    lost, kept = start(alice), start(alice)
    end(lost, "Over")
    assert checkpoint(lost, "x") == {lost.generation_id}
    assert checkpoint(kept, "Kept") == set()
    assert reply_of(kept).content == "Kept"


@pytest.mark.django_db
def test_all_are_checkpointed_together_and_the_lost_are_told_apart(alice: User) -> None:
    over, taken, silent, *writing = [start(alice) for _ in range(6)]
    end(over, "Over")
    Generation.objects.filter(pk=taken.generation_id).update(lease_epoch=2)
    checkpoint(silent, "Before")
    points = [
        Checkpoint(held(claim), "Text", "Thought", {}, claim is not silent)
        for claim in (over, taken, silent, *writing)
    ]
    with CaptureQueriesContext(connection) as asked:
        lost = generation_checkpoint(checkpoints=points, lease_seconds=30)
    assert lost == {over.generation_id, taken.generation_id}
    assert [reply_of(claim).content for claim in (over, taken, silent)] == ["Over", "", "Before"]
    assert {(reply_of(claim).content, reply_of(claim).reasoning) for claim in writing} == {
        ("Text", "Thought")
    }
    assert {generation_of(claim).cursor for claim in writing} == {4}
    assert generation_of(silent).cursor == len("Before")
    assert len([query for query in asked if "UPDATE" in query["sql"]]) == 2


@pytest.mark.django_db
def test_a_sign_of_life_renews_the_lease_and_leaves_the_text(alice: User) -> None:
    claim = start(alice)
    checkpoint(claim, "Text")
    expire(claim)
    checkpoint(claim, "not this", changed=False, lease_seconds=60)
    left = (generation_of(claim).lease_expires_at - timezone.now()).total_seconds()
    assert 55 < left <= 60
    assert reply_of(claim).content == "Text"
    assert generation_interrupt_expired() == 0


@pytest.mark.django_db
def test_an_expired_reply_is_interrupted_with_its_text_and_a_live_one_is_not(alice: User) -> None:
    dead, alive, busy = start(alice), start(alice), start(alice)
    checkpoint(dead, "What had arrived")
    expire(dead)
    expire(busy)
    assert generation_interrupt_expired(alive=[busy.generation_id]) == 1
    generation = generation_of(dead)
    assert (generation.state, generation.error_kind, generation.error_message) == (
        State.INTERRUPTED,
        "interrupted",
        INTERRUPTED_TEXT,
    )
    assert generation.ended_at is not None
    assert reply_of(dead).content == "What had arrived"
    assert reply_of(dead).revision == conversation_of(dead).revision
    assert {generation_of(claim).state for claim in (alive, busy)} == {State.QUEUED}


@pytest.mark.django_db
def test_a_start_interrupts_everything_that_is_active_and_nothing_that_ended(alice: User) -> None:
    ended, queued, running = start(alice), start(alice), start(alice)
    end(ended)
    begin(running)
    assert generation_interrupt_all() == 2
    assert generation_interrupt_all() == 0
    states = [generation_of(claim).state for claim in (ended, queued, running)]
    assert states == [State.COMPLETE, State.INTERRUPTED, State.INTERRUPTED]


@pytest.mark.django_db(transaction=True)
def test_an_end_and_an_interruption_at_once_leave_one_state(alice: User) -> None:
    for _ in range(8):
        claim = start(alice)
        begin(claim)
        checkpoint(claim, "Half")
        expire(claim)
        works: list[Callable[[], int]] = [lambda: end(claim, "Whole"), generation_interrupt_expired]  # noqa: B023
        ended, interrupted = at_once(works)
        assert bool(ended) != bool(interrupted)
        state = generation_of(claim).state
        assert (state, reply_of(claim).content) == (
            (State.COMPLETE, "Whole") if ended else (State.INTERRUPTED, "Half")
        )


@pytest.mark.django_db(transaction=True)
def test_checkpoints_and_ends_at_once_neither_block_nor_undo_each_other(alice: User) -> None:
    """A checkpoint holds the reply's rows in the same order as an end: PostgreSQL finds no deadlock."""
    for _ in range(10):
        claim = start(alice)
        begin(claim)
        works: list[Callable[[], object]] = [lambda: checkpoint(claim, "Half")] * 4  # noqa: B023
        assert at_once([*works, lambda: end(claim, "Whole")])[-1] is True  # noqa: B023
        assert reply_of(claim).content == "Whole"
        assert generation_of(claim).cursor == len("Whole")


@pytest.mark.django_db(transaction=True)
def test_a_deletion_and_an_end_at_once_leave_one_state(alice: User) -> None:
    for _ in range(8):
        claim = start(alice)
        begin(claim)
        at_once([lambda: end(claim, "Whole"), lambda: delete(claim)])  # noqa: B023
        assert conversation_of(claim).deleted_at is not None
        state, text = generation_of(claim).state, reply_of(claim).content
        assert (state, text) in ((State.COMPLETE, "Whole"), (State.STOPPED, ""))


@pytest.mark.django_db
def test_only_the_owner_may_name_a_reply_and_only_while_it_can_be_seen(alice: User, charlie: User) -> None:
    claim = start(alice)
    generation_owned(person=alice, generation_id=claim.generation_id)
    with pytest.raises(NotFound) as of_a_stranger:
        generation_owned(person=charlie, generation_id=claim.generation_id)
    with pytest.raises(NotFound) as of_a_missing_one:
        generation_owned(person=alice, generation_id=uuid4())
    assert of_a_stranger.value.message == of_a_missing_one.value.message
    delete(claim)
    with pytest.raises(NotFound):
        generation_owned(person=alice, generation_id=claim.generation_id)


# Revisions and news


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> list[bus.News]:
    """What was published, in order."""
    heard: list[bus.News] = []
    monkeypatch.setattr(bus, "publish", heard.append)
    return heard


@pytest.mark.django_db(transaction=True)
def test_every_change_that_is_shown_has_a_revision_of_its_own_and_is_told(
    alice: User, news: list[bus.News]
) -> None:
    claim = start(alice)
    begin(claim)
    checkpoint(claim, "Hel")
    end(claim, "Hello")
    last = conversation_of(claim).revision
    assert [item.revision for item in news if isinstance(item, bus.ConversationChanged)] == [1, 2]
    assert (reply_of(claim).revision, last) == (2, 2)
    assert {(item.owner_id, item.conversation_id) for item in news} == {(alice.pk, claim.conversation_id)}


@pytest.mark.django_db(transaction=True)
def test_news_leave_only_once_the_change_can_be_read(alice: User, news: list[bus.News]) -> None:
    with transaction.atomic():
        claim = start(alice)
        assert news == []
    assert len(news) == 1
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        end(claim)
        _ = 1 / 0
    assert len(news) == 1
    assert generation_of(claim).state == State.QUEUED


@pytest.mark.django_db(transaction=True)
def test_a_deletion_and_its_undoing_are_told(alice: User, news: list[bus.News]) -> None:
    claim = start(alice)
    delete(claim)
    conversation_restore(person=alice, conversation_id=claim.conversation_id)
    assert news[-2:] == [
        bus.ConversationDeleted(alice.pk, claim.conversation_id),
        bus.ConversationChanged(alice.pk, claim.conversation_id, Conversation.objects.get().revision),
    ]
