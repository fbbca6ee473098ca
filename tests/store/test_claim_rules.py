"""Where a turn may stand, how much it may hold, and what is kept of its text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from chatsite.accounts.models import User
from conversations.errors import Refused
from conversations.models import Conversation, Message, Role, State
from conversations.store.claims import Claim
from conversations.store.turns import CONTINUABLE
from tests.store.verbs import (
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


@pytest.fixture
def before(alice: User) -> Claim:
    """A turn whose reply was stopped: every action is possible after it."""
    claim = start(alice, "First")
    end(claim, "Half a re", State.STOPPED)
    return claim


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
