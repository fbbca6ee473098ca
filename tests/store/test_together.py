"""Replies asked for together, as rows: claimed at once, side by side until one of them is gone on from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.conf import LazySettings

from chatsite.accounts.models import User
from conversations.errors import Refused
from conversations.models import Conversation, Generation, Message, State
from conversations.store.branches import branch_page, siblings_of
from conversations.store.claims import Claim
from conversations.store.conversations import branch_choose
from conversations.store.generations import generation_interrupt_all
from conversations.store.together import replies_asked_for
from conversations.store.turns import turn_start
from tests.store.verbs import (
    LEASE,
    conversation_of,
    edit,
    end,
    generation_of,
    message_of,
    new_id,
    regenerate,
    rows,
    start,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def ask(person: User, n: int = 3, **fields: Any) -> Claim:
    """A new conversation whose first message asks for `n` replies."""
    return turn_start(
        person=person,
        client_id=fields.pop("client_id", None) or new_id(),
        text="Hello",
        conversation_id=None,
        parent_id=None,
        model=None,
        system_prompt=None,
        lease=LEASE,
        parameters={"n": n} | fields,
    )


def columns(claim: Claim) -> list[Any]:
    conversation = conversation_of(claim)
    return [reply.id for reply in branch_page(conversation, leaf_id=conversation.current_leaf_id).columns]


def test_all_replies_are_claimed_with_the_message(alice: User) -> None:
    claim = ask(alice)
    replies = list(message_of(claim).children.order_by("created_at", "id"))
    assert [reply.id for reply in replies] == [claim.reply_id, *(other.reply_id for other in claim.others)]
    generations = [generation_of(one) for one in (claim, *claim.others)]
    assert [(row.choice, row.choices, row.asked_together) for row in generations] == [
        (choice, 3, claim.generation_id) for choice in range(3)
    ]
    assert {row.lease_expires_at for row in generations} == {generations[0].lease_expires_at}
    assert claim.material is not None and claim.material.n == 3
    assert all(other.material is None for other in claim.others)
    assert conversation_of(claim).current_leaf_id == claim.reply_id
    assert columns(claim) == [reply.id for reply in replies]
    place = siblings_of(replies)[replies[1].id]
    assert (place.index, place.count) == (2, 3)


@pytest.mark.parametrize("n", [None, 1])
def test_one_reply_is_claimed_as_ever(alice: User, n: int | None) -> None:
    claim = ask(alice, n=n) if n else start(alice)
    assert (claim.others, claim.asked_together) == ((), None)
    assert claim.material is not None and claim.material.n == n
    assert columns(claim) == []


def test_tools_leave_no_room_for_several() -> None:
    assert replies_asked_for({"n": 3}) == 3
    assert replies_asked_for({"n": 3, "tools": ["clock"]}) is None
    assert replies_asked_for({}) is None


def test_the_same_action_sent_again_is_the_same_rows(alice: User) -> None:
    claim = ask(alice, client_id="once-and-again")
    before = rows()
    again = ask(alice, client_id="once-and-again")
    assert (again.repeated, again.reply_id, again.generation_id) == (
        True,
        claim.reply_id,
        claim.generation_id,
    )
    assert rows() == before


@pytest.mark.parametrize("act", ["edit", "regenerate"])
def test_an_edit_asks_for_as_many_and_another_reply_for_one(alice: User, act: str) -> None:
    claim = ask(alice)
    end(claim)
    again = edit(alice, claim.message_id) if act == "edit" else regenerate(alice, claim.reply_id)
    assert len(again.others) == (2 if act == "edit" else 0)
    assert len(columns(again)) == (3 if act == "edit" else 0)


def test_the_limit_of_messages_counts_them_all(alice: User, settings: LazySettings) -> None:
    settings.LIMITS = replace(settings.LIMITS, messages_per_conversation=4)
    assert len(ask(alice, n=3).others) == 2
    with pytest.raises(Refused, match="limit of 4 messages"):
        ask(alice, n=4)


def test_the_one_chosen_is_gone_on_from_and_the_others_become_siblings(alice: User) -> None:
    claim = ask(alice)
    for one in (claim, *claim.others):
        end(one)
    branch_choose(person=alice, message_id=claim.others[1].reply_id)
    assert conversation_of(claim).current_leaf_id == claim.others[1].reply_id
    assert columns(claim) == []
    assert not Generation.objects.filter(side_by_side=True).exists()


def test_a_message_goes_on_from_the_first_when_none_was_chosen(alice: User) -> None:
    claim = ask(alice)
    for one in (claim, *claim.others):
        end(one)
    assert start(alice, after=claim).branched is False
    branch_choose(person=alice, message_id=claim.others[0].reply_id)
    assert columns(claim) == []


def test_coming_back_to_replies_that_nobody_chose_from_shows_them_side_by_side(alice: User) -> None:
    claim = ask(alice)
    for one in (claim, *claim.others):
        end(one)
    edit(alice, claim.message_id)
    assert claim.message_id is not None
    branch_choose(person=alice, message_id=claim.message_id)
    assert conversation_of(claim).current_leaf_id == claim.reply_id
    assert len(columns(claim)) == 3


def test_a_request_that_failed_as_a_whole_is_one_card(alice: User) -> None:
    claim = ask(alice, n=2)
    failure = {"error_kind": "quota", "error_message": "No credit."}
    end(claim, "", State.FAILED, **failure)
    assert len(columns(claim)) == 2
    end(claim.others[0], "", State.FAILED, **failure)
    assert columns(claim) == []


def test_a_process_that_died_leaves_each_of_them_interrupted(alice: User) -> None:
    claim = ask(alice)
    end(claim.others[0])
    assert generation_interrupt_all() == 2
    states = [generation_of(one).state for one in (claim, *claim.others)]
    assert states == [State.INTERRUPTED, State.COMPLETE, State.INTERRUPTED]


def test_a_claim_that_fails_leaves_nothing_behind(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: object) -> None:
        raise Refused("not_possible", "Not now.")

    monkeypatch.setattr("conversations.store.claims.further_replies", refused)
    with pytest.raises(Refused):
        ask(alice)
    assert not Conversation.objects.exists() and not Message.objects.exists()
