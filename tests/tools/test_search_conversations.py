"""The tool that searches: excerpts for the model, of the person whose turn it is."""

from __future__ import annotations

import pytest

from chatsite.accounts.models import User
from conversations.store.threads import in_database
from conversations.tools.builtin.search_conversations import FOUND
from tests.store.verbs import end, start
from tests.tools.calling import called, context, refused

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


async def test_it_finds_the_persons_own_words_and_tells_where(alice: User, charlie: User) -> None:
    await in_database(start, alice, "The purple cow")
    told = await called("search_conversations", context(alice.pk), query=" purple  cow ")
    assert "UTC, user, in “The purple cow”]\nThe purple cow" in told
    told = await called("search_conversations", context(charlie.pk), query="purple")
    assert told.startswith("No earlier message contains all of these words.")


async def test_a_long_message_is_told_around_the_word(alice: User) -> None:
    text = "before " * 300 + "İ purple cow " + "after " * 300
    await in_database(start, alice, text)
    told = await called("search_conversations", context(alice.pk), query="purple")
    assert "purple cow after" in told
    assert told.count("before") < 30
    assert "\n… " in told
    assert told.endswith(" …")


async def test_the_running_turn_is_not_found(alice: User) -> None:
    claim = await in_database(start, alice, "The purple cow")
    told = await called("search_conversations", context(alice.pk, message_id=claim.reply_id), query="purple")
    assert told.startswith("No earlier message")


@pytest.mark.parametrize(("messages", "more"), [(FOUND - 1, False), (FOUND, True)])
async def test_it_says_when_there_may_be_more(alice: User, messages: int, more: bool) -> None:
    for number in range(messages):
        await in_database(lambda: end(start(alice, "cow"), f"moo {number}"))  # noqa: B023
    told = await called("search_conversations", context(alice.pk), query="moo")
    assert ("there may be more" in told) is more


@pytest.mark.parametrize(
    ("query", "words"), [(" ", "not 0"), ("a b c d e f g h i", "not 9"), ("x" * 201, "length <= 200")]
)
async def test_a_query_has_one_to_eight_words(query: str, words: str) -> None:
    assert words in await refused("search_conversations", context(), query=query)
