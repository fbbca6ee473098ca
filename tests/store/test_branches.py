"""The tree, read: pages of a branch, siblings, the newest leaf, the history a prompt is made from."""

from __future__ import annotations

import pytest

from chatsite.accounts.models import User
from conversations.models import Message, State
from conversations.store.branches import branch_before, branch_history, branch_page, newest_leaf, siblings_of
from conversations.store.claims import Claim
from conversations.store.conversations import branch_choose
from tests.store.verbs import (
    conversation_of,
    edit,
    end,
    exchange,
    go_on,
    message_of,
    regenerate,
    reply_of,
    start,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def texts(messages: list[Message]) -> list[str]:
    return [message.content for message in messages]


def test_a_branch_is_read_page_by_page_without_gap_or_overlap(alice: User) -> None:
    claims = exchange(alice, [str(number) for number in range(8)])
    conversation = conversation_of(claims[0])
    page = branch_page(conversation, leaf_id=conversation.current_leaf_id, limit=5)
    read = list(page.messages)
    sizes = [len(read)]
    while page.older:
        page = branch_before(conversation, message_id=read[0].id, limit=5)
        sizes.append(len(page.messages))
        read = page.messages + read
    assert sizes == [5, 5, 5, 1]
    expected = [text for number in range(8) for text in (str(number), f"Reply to {number}")]
    assert texts(read) == expected
    assert texts(branch_history(conversation, leaf_id=claims[-1].reply_id)) == expected


@pytest.mark.parametrize(("limit", "older"), [(4, False), (3, True)])
def test_a_page_says_whether_there_is_more(alice: User, limit: int, older: bool) -> None:
    second = exchange(alice, ["One", "Two"])[1]
    page = branch_page(conversation_of(second), leaf_id=second.reply_id, limit=limit)
    assert (len(page.messages), page.older) == (limit, older)


def test_an_empty_conversation_has_an_empty_page(alice: User) -> None:
    claim = start(alice)
    assert branch_page(conversation_of(claim), leaf_id=None).messages == []


def test_a_message_of_another_conversation_opens_no_page(alice: User, charlie: User) -> None:
    hers, his = exchange(alice, ["One", "Two"])[1], exchange(charlie, ["Mine"])[0]
    conversation = conversation_of(his)
    assert branch_page(conversation, leaf_id=hers.reply_id).messages == []
    assert branch_before(conversation, message_id=hers.reply_id).messages == []


def test_siblings_are_counted_in_the_order_they_were_made(alice: User) -> None:
    first = exchange(alice, ["One"])[0]
    second, third = regenerate(alice, first.reply_id), regenerate(alice, first.reply_id)
    places = siblings_of([reply_of(claim) for claim in (first, second, third)])
    assert [(place.index, place.count) for place in places.values()] == [(1, 3), (2, 3), (3, 3)]
    middle = places[second.reply_id]
    assert (middle.previous_id, middle.next_id) == (first.reply_id, third.reply_id)
    assert places[first.reply_id].previous_id is None
    assert places[third.reply_id].next_id is None


def test_first_messages_are_siblings_too_and_an_only_one_has_none(alice: User) -> None:
    first = exchange(alice, ["One"])[0]
    other = edit(alice, first.message_id, "Another one")
    messages = list(Message.objects.filter(conversation_id=first.conversation_id))
    assert set(siblings_of(messages)) == {first.message_id, other.message_id}


def test_a_reply_that_was_continued_stands_aside_for_the_longer_one(alice: User) -> None:
    cut = start(alice)
    end(cut, "Once upon", State.TRUNCATED)
    longer = go_on(alice, cut.reply_id)
    assert siblings_of([reply_of(longer), reply_of(cut)]) == {}
    other = regenerate(alice, cut.reply_id)
    assert set(siblings_of([reply_of(longer), reply_of(other)])) == {longer.reply_id, other.reply_id}


def test_the_newest_leaf_goes_down_the_newest_child_each_time(alice: User) -> None:
    first, second = exchange(alice, ["One", "Two"])
    other = regenerate(alice, first.reply_id)
    end(other, "Another reply")
    third = start(alice, "Three", after=second)
    top = message_of(first)
    assert newest_leaf(top).id == other.reply_id
    assert newest_leaf(reply_of(first)).id == third.reply_id
    assert newest_leaf(reply_of(other)).id == other.reply_id


def test_choosing_a_branch_shows_it_to_its_newest_message(alice: User) -> None:
    first, second = exchange(alice, ["One", "Two"])
    other = regenerate(alice, first.reply_id)
    before = conversation_of(first)
    assert before.current_leaf_id == other.reply_id
    assert branch_choose(person=alice, message_id=first.reply_id) == first.conversation_id
    after = conversation_of(first)
    assert (after.current_leaf_id, after.revision) == (second.reply_id, before.revision + 1)


# What a prompt is made from


def said(claim: Claim) -> list[tuple[bool, str]]:
    assert claim.material is not None
    return [(item.by_model, item.text) for item in claim.material.history]


def test_a_prompt_has_its_own_branch_only(alice: User) -> None:
    first, _ = exchange(alice, ["One", "Two"])
    other = regenerate(alice, first.reply_id)
    end(other, "Another reply")
    third = start(alice, "Instead", after=other)
    assert said(third) == [(False, "One"), (True, "Another reply"), (False, "Instead")]
    changed = edit(alice, third.message_id, "Or rather")
    assert said(changed) == [(False, "One"), (True, "Another reply"), (False, "Or rather")]


def test_a_continuation_is_asked_for_with_the_cut_text_and_not_with_it_twice(alice: User) -> None:
    cut = start(alice, "Tell me a story")
    end(cut, "Once upon", State.TRUNCATED)
    longer = go_on(alice, cut.reply_id)
    assert longer.material is not None and longer.material.prefix == "Once upon"
    assert said(longer) == [(False, "Tell me a story")]
    end(longer, "Once upon a time", State.STOPPED)
    longest = go_on(alice, longer.reply_id)
    assert longest.material is not None and longest.material.prefix == "Once upon a time"
    end(longest, "Once upon a time.")
    following = start(alice, "And then?", after=longest)
    assert said(following) == [
        (False, "Tell me a story"),
        (True, "Once upon a time."),
        (False, "And then?"),
    ]
