"""A turn is claimed exactly once, whatever is sent again, and only where it may stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.errors import NotFound
from conversations.models import Conversation, Generation, Message, Role, State
from conversations.store.claims import Claim
from conversations.store.conversations import conversation_delete
from tests.store.verbs import (
    at_once,
    conversation_of,
    edit,
    end,
    generation_of,
    go_on,
    message_of,
    new_id,
    regenerate,
    reply_of,
    rows,
    start,
)

pytestmark = pytest.mark.database
THREADS = 8
Action = Callable[[User, Claim, str], Claim]

ACTIONS: dict[str, Action] = {
    "start": lambda person, before, client_id: start(person, "Next", after=before, client_id=client_id),
    "edit": lambda person, before, client_id: edit(person, before.message_id, "Changed", client_id),
    "regenerate": lambda person, before, client_id: regenerate(person, before.reply_id, client_id),
    "continue": lambda person, before, client_id: go_on(person, before.reply_id, client_id),
}
every_action = pytest.mark.parametrize("action", ACTIONS.values(), ids=list(ACTIONS))


@pytest.fixture
def before(alice: User) -> Claim:
    """A turn whose reply was stopped: every action is possible after it."""
    claim = start(alice, "First")
    end(claim, "Half a re", State.STOPPED)
    return claim


@pytest.mark.django_db
def test_a_first_message_makes_a_conversation_a_reply_and_a_generation(alice: User) -> None:
    claim = start(alice, "What is a **monad**?")
    conversation = conversation_of(claim)
    message = message_of(claim)
    reply, generation = reply_of(claim), generation_of(claim)
    assert (conversation.owner, conversation.title) == (alice, "What is a monad?")
    assert conversation.current_leaf == reply
    assert (message.role, message.content, message.parent, message.depth) == (
        Role.USER,
        "What is a **monad**?",
        None,
        0,
    )
    assert (reply.role, reply.content, reply.parent, reply.depth) == (Role.ASSISTANT, "", message, 1)
    assert (generation.state, generation.cursor, generation.lease_owner) == (State.QUEUED, 0, "tests")
    left = (generation.lease_expires_at - timezone.now()).total_seconds()
    assert 25 < left <= 30
    assert not claim.repeated and not claim.branched


@pytest.mark.django_db
@every_action
def test_the_same_client_id_again_is_answered_with_the_first_claim(
    alice: User, before: Claim, action: Action
) -> None:
    client_id = new_id()
    first = action(alice, before, client_id)
    stored = rows()
    again = action(alice, before, client_id)
    assert again.repeated and not first.repeated
    assert (again.reply_id, again.generation_id, again.message_id) == (
        first.reply_id,
        first.generation_id,
        first.message_id,
    )
    assert rows() == stored


@pytest.mark.django_db(transaction=True)
@every_action
def test_the_same_action_from_many_threads_is_claimed_once(
    alice: User, before: Claim, action: Action
) -> None:
    client_id = new_id()
    messages, generations = Message.objects.count(), Generation.objects.count()
    claims = at_once([lambda: action(alice, before, client_id)] * THREADS)
    assert len({claim.generation_id for claim in claims}) == 1
    assert sorted(claim.repeated for claim in claims) == [False] + [True] * (THREADS - 1)
    assert Message.objects.filter(client_id=client_id).count() == 1
    assert Generation.objects.count() == generations + 1
    assert Message.objects.count() == messages + (1 if claims[0].message_id is None else 2)


@pytest.mark.django_db(transaction=True)
def test_a_first_message_from_many_threads_makes_one_conversation(alice: User) -> None:
    client_id = new_id()
    claims = at_once([lambda: start(alice, "Hello", client_id=client_id)] * 20)
    assert len({claim.conversation_id for claim in claims}) == 1
    assert Conversation.objects.count() == 1
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_different_actions_on_one_conversation_at_once_are_all_stored(alice: User, before: Claim) -> None:
    revision = conversation_of(before).revision
    claims = at_once([lambda: regenerate(alice, before.reply_id)] * THREADS)
    assert len({claim.generation_id for claim in claims}) == THREADS
    assert conversation_of(before).revision == revision + THREADS
    revisions = Message.objects.filter(parent_id=before.message_id).values_list("revision", flat=True)
    assert len(set(revisions)) == THREADS + 1


@pytest.mark.django_db
def test_a_client_id_belongs_to_its_person(alice: User, bob: User) -> None:
    hers = start(alice, "Mine", client_id="the-same-id")
    his = start(bob, "Mine too", client_id="the-same-id")
    assert not his.repeated
    assert his.conversation_id != hers.conversation_id


@pytest.mark.django_db
@every_action
def test_a_stranger_gets_the_answer_of_something_missing(
    alice: User, charlie: User, before: Claim, action: Action
) -> None:
    stored = rows()
    missing = replace(before, conversation_id=uuid4(), message_id=uuid4(), reply_id=uuid4())
    with pytest.raises(NotFound) as of_a_stranger:
        action(charlie, before, new_id())
    with pytest.raises(NotFound) as of_a_missing_one:
        action(alice, missing, new_id())
    assert of_a_stranger.value.message == of_a_missing_one.value.message
    assert rows() == stored


@pytest.mark.django_db
def test_a_shut_out_person_claims_nothing_in_an_old_conversation(alice: User, before: Claim) -> None:
    alice.is_active = False
    for action in ACTIONS.values():
        with pytest.raises(NotFound):
            action(alice, before, new_id())


@pytest.mark.django_db
def test_a_parent_of_another_conversation_is_not_found_and_leaves_nothing(alice: User, before: Claim) -> None:
    stored = rows()
    with pytest.raises(NotFound):
        start(alice, "Hello", parent_id=before.reply_id)
    other = start(alice, "Elsewhere")
    stored = rows()
    with pytest.raises(NotFound):
        start(alice, conversation_id=other.conversation_id, parent_id=before.reply_id)
    assert rows() == stored


@pytest.mark.django_db
@every_action
def test_a_deleted_conversation_takes_no_turn_not_even_a_repeated_one(
    alice: User, before: Claim, action: Action
) -> None:
    client_id = new_id()
    action(alice, before, client_id)
    conversation_delete(person=alice, conversation_id=before.conversation_id)
    stored = rows()
    for asked in (client_id, new_id()):
        with pytest.raises(NotFound):
            action(alice, before, asked)
    assert rows() == stored


@pytest.mark.django_db(transaction=True)
def test_a_repeated_action_is_answered_even_when_the_first_used_up_the_limit(
    alice: User, before: Claim, settings: LazySettings
) -> None:
    settings.LIMITS = replace(settings.LIMITS, messages_per_conversation=4)
    client_id = new_id()
    claims = at_once([lambda: edit(alice, before.message_id, "Changed", client_id)] * THREADS)
    assert len({claim.generation_id for claim in claims}) == 1
