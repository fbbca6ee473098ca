"""Words found in what was said: by their person only, newest first, never in the turn that asks."""

from __future__ import annotations

from uuid import UUID

import pytest

from chatsite.accounts.models import User
from conversations.store import searching
from conversations.store.conversations import conversation_delete
from conversations.store.searching import search_messages
from tests.store.verbs import end, start

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def found(person: User, *words: str, without: UUID | None = None, limit: int = 10) -> list[str]:
    return [
        hit.content for hit in search_messages(person_id=person.pk, words=words, without=without, limit=limit)
    ]


def test_all_words_must_be_there_in_any_order_and_in_capitals_or_not(alice: User) -> None:
    end(start(alice, "The Purple cow"), "A cow that is purple")
    end(start(alice, "A brown cow"), "Moo")
    assert found(alice, "purple", "COW") == ["A cow that is purple", "The Purple cow"]
    assert found(alice, "purple", "moo") == []


def test_nobody_finds_what_others_said(alice: User, charlie: User) -> None:
    claim = start(alice, "The purple cow")
    assert found(alice, "purple") == ["The purple cow"]
    assert found(charlie, "purple") == []
    assert found(charlie, "purple", without=claim.reply_id) == []


def test_a_deleted_conversation_and_a_person_shut_out_find_nothing(alice: User, bob: User) -> None:
    claim = start(alice, "The purple cow")
    start(bob, "The purple cow")
    conversation_delete(person=alice, conversation_id=claim.conversation_id)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert found(alice, "purple") == []
    assert found(bob, "purple") == []


def test_somebody_unknown_finds_nothing() -> None:
    assert search_messages(person_id=0, words=["purple"], limit=10) == []


def test_the_turn_that_asks_is_not_found_but_the_one_before_it_is(alice: User) -> None:
    first = start(alice, "The purple cow")
    end(first, "What of the purple cow?")
    asking = start(alice, "Where did I speak of a purple cow?", after=first)
    assert found(alice, "purple", without=asking.reply_id) == ["What of the purple cow?", "The purple cow"]


@pytest.mark.parametrize("word", ["%", "_", "\\", "'", "100%"])
def test_no_character_is_a_pattern(alice: User, word: str) -> None:
    start(alice, "plain")
    start(alice, f"with {word} in it")
    assert found(alice, word) == [f"with {word} in it"]


def test_the_newest_come_first_and_no_more_than_asked(alice: User) -> None:
    for number in range(4):
        start(alice, f"cow {number}")
    assert found(alice, "cow", limit=3) == ["cow 3", "cow 2", "cow 1"]


def test_only_the_newest_are_looked_through(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    start(alice, "The purple cow")
    start(alice, "Something else")
    monkeypatch.setattr(searching, "SCANNED", 4)
    assert found(alice, "purple") == ["The purple cow"]
    monkeypatch.setattr(searching, "SCANNED", 3)
    assert found(alice, "purple") == []


def test_the_title_tells_where_it_was(alice: User) -> None:
    start(alice, "The purple cow")
    (hit,) = search_messages(person_id=alice.pk, words=["purple"], limit=10)
    assert (hit.conversation_title, hit.role) == ("The purple cow", "user")
