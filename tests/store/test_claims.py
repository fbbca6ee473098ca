"""A turn is claimed exactly once, whatever is sent again, and only where it may stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.errors import NotFound, Refused
from conversations.models import Conversation, Generation, Message, Role, State
from conversations.store.conversations import conversation_delete
from conversations.store.turns import CONTINUABLE, Claim
from tests.store.verbs import (
    at_once,
    conversation_of,
    edit,
    end,
    exchange,
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


@pytest.mark.django_db
def test_nothing_follows_a_reply_that_is_still_written(alice: User) -> None:
    claim = start(alice)
    stored = rows()
    refused_actions: list[Callable[[], Claim]] = [
        lambda: start(alice, after=claim),
        lambda: regenerate(alice, claim.reply_id),
        lambda: go_on(alice, claim.reply_id),
    ]
    for action in refused_actions:
        with pytest.raises(Refused) as refused:
            action()
        assert (refused.value.code, refused.value.retry) == ("reply_running", True)
    assert rows() == stored


@pytest.mark.django_db
def test_a_message_can_be_edited_while_its_reply_is_written(alice: User) -> None:
    claim = start(alice)
    changed = edit(alice, claim.message_id, "Better")
    assert generation_of(claim).state == State.QUEUED
    assert reply_of(changed).parent_id == changed.message_id != claim.message_id


@pytest.mark.django_db
@pytest.mark.parametrize(
    "action",
    [
        lambda person, claim: edit(person, claim.reply_id),
        lambda person, claim: regenerate(person, claim.message_id),
        lambda person, claim: go_on(person, claim.message_id),
        lambda person, claim: start(
            person, conversation_id=claim.conversation_id, parent_id=claim.message_id
        ),
    ],
    ids=["edit a reply", "regenerate a message", "continue a message", "follow a message"],
)
def test_an_action_that_does_not_fit_its_message_is_refused(
    alice: User, before: Claim, action: Callable[[User, Claim], Claim]
) -> None:
    stored = rows()
    with pytest.raises(Refused) as refused:
        action(alice, before)
    assert (refused.value.code, refused.value.retry) == ("not_possible", False)
    assert rows() == stored


@pytest.mark.django_db
@pytest.mark.parametrize("state", [state for state in State if state not in (State.QUEUED, State.RUNNING)])
def test_a_reply_is_continued_only_after_a_cut(alice: User, state: State) -> None:
    claim = start(alice)
    end(claim, "Half a re", state, reasoning="Let me think.")
    if state not in CONTINUABLE:
        with pytest.raises(Refused, match="nothing to go on from"):
            go_on(alice, claim.reply_id)
        return
    longer = go_on(alice, claim.reply_id)
    reply = reply_of(longer)
    assert (longer.prefix, longer.reasoning) == ("Half a re", "Let me think.")
    assert (reply.content, reply.reasoning, reply.continues_id) == (
        "Half a re",
        "Let me think.",
        claim.reply_id,
    )
    assert generation_of(longer).cursor == len("Half a re")


@pytest.mark.django_db
def test_a_reply_without_text_cannot_be_continued(alice: User) -> None:
    claim = start(alice)
    end(claim, "", State.FAILED)
    with pytest.raises(Refused, match="nothing to go on from"):
        go_on(alice, claim.reply_id)


@pytest.mark.django_db
def test_a_turn_after_an_old_message_is_a_branch_of_its_own(alice: User) -> None:
    first, second = exchange(alice, ["One", "Two"])
    assert not second.branched
    late = start(alice, "Two, from another tab", after=first)
    assert late.branched
    assert conversation_of(first).current_leaf_id == late.reply_id
    siblings = Message.objects.filter(parent_id=first.reply_id, role=Role.USER).order_by("created_at")
    assert [message.content for message in siblings] == ["Two", "Two, from another tab"]


@pytest.mark.django_db
def test_a_branch_takes_messages_up_to_its_limit(alice: User, settings: LazySettings) -> None:
    settings.LIMITS = replace(settings.LIMITS, messages_per_branch=4)
    _, second = exchange(alice, ["One", "Two"])
    stored = rows()
    with pytest.raises(Refused) as refused:
        start(alice, "Three", after=second)
    assert refused.value.code == "too_many"
    assert rows() == stored
    regenerate(alice, second.reply_id)


@pytest.mark.django_db
def test_a_conversation_takes_messages_of_all_branches_up_to_its_limit(
    alice: User, settings: LazySettings
) -> None:
    settings.LIMITS = replace(settings.LIMITS, messages_per_conversation=4)
    claim = start(alice, "One")
    end(claim)
    repeated = new_id()
    second = edit(alice, claim.message_id, "One, changed", repeated)
    end(second)
    stored = rows()
    refused_actions: list[Callable[[], Claim]] = [
        lambda: regenerate(alice, claim.reply_id),
        lambda: edit(alice, claim.message_id),
        lambda: start(alice, after=second),
    ]
    for action in refused_actions:
        with pytest.raises(Refused, match="limit of 4 messages"):
            action()
    assert rows() == stored
    assert edit(alice, claim.message_id, "One, changed", repeated).reply_id == second.reply_id


@pytest.mark.django_db
def test_a_text_at_the_limit_is_stored_whole_and_one_past_it_not_at_all(
    alice: User, settings: LazySettings
) -> None:
    limit = settings.LIMITS.message_characters
    assert limit == 200_000
    longest = "👩‍🚀"[:1] * limit
    claim = start(alice, longest)
    assert message_of(claim).content == longest
    stored = Message.objects.count()
    refused_actions: list[Callable[[], Claim]] = [
        lambda: start(alice, longest + "."),
        lambda: edit(alice, claim.message_id, longest + "."),
    ]
    for action in refused_actions:
        with pytest.raises(Refused, match="200,001") as refused:
            action()
        assert refused.value.code == "too_large"
    assert Message.objects.count() == stored


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", " \n\t ", "\x00", "\u00a0"])
def test_a_message_without_anything_in_it_is_refused(alice: User, text: str) -> None:
    with pytest.raises(Refused, match="is empty"):
        start(alice, text)
    assert not Conversation.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\x00b", "ab"),
        ("👩‍👩‍👧 é e\u0301 \U0010ffff", "👩‍👩‍👧 é e\u0301 \U0010ffff"),
        ("  two  spaces\r\nand a line\u2028end ", "  two  spaces\r\nand a line\u2028end "),
        ("\u202eright to left\x01\x1b[31m", "\u202eright to left\x01\x1b[31m"),
    ],
)
def test_a_text_is_kept_as_sent_but_for_nul(alice: User, sent: str, kept: str) -> None:
    claim = start(alice, sent)
    assert message_of(claim).content == kept


@pytest.mark.django_db
def test_an_unknown_model_is_refused_before_anything_is_stored(alice: User) -> None:
    with pytest.raises(Refused) as refused:
        start(alice, model="gpt-5-nonsense")
    assert refused.value.code == "model_unknown"
    assert not Conversation.objects.exists()


@pytest.mark.django_db
def test_a_turn_makes_its_conversation_the_last_active_one(alice: User, before: Claim) -> None:
    Conversation.objects.update(active_at=timezone.now() - timedelta(days=3))
    edit(alice, before.message_id)
    assert timezone.now() - conversation_of(before).active_at < timedelta(minutes=1)
