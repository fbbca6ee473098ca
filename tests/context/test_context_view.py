"""What a person is told before sending, in words, and over HTTP."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from chatsite.accounts.models import User
from conversations.completions import Model, Pricing, Rate
from conversations.models import Conversation
from conversations.store.prompts import draft_material
from conversations.turns.prompt import ledger_of
from conversations.turns.trimming import Ledger, Piece, trim
from conversations.views.choices import ModelChoice
from conversations.views.context import Phrase, line_phrases, list_phrases
from tests.store.verbs import end, exchange, start

CHOICE = ModelChoice("gpt-4")
PRICED = Model(
    "gpt-4",
    pricing=Pricing(
        "fixed",
        rates=(
            ("input_token", Rate(Decimal(10), Decimal(1_000_000))),
            ("output_token", Rate(Decimal(30), Decimal(1_000_000))),
        ),
    ),
)


def ledger(*tokens: int, context: int | None, reply: int = 100) -> Ledger:
    """Of messages of the person, with so many tokens each; three more begin the reply."""
    return trim([Piece(uuid4(), "user", count) for count in tokens], context=context, reply=reply)


def texts(phrases: list[Phrase]) -> list[tuple[str, bool]]:
    return [(phrase.text, phrase.warns) for phrase in phrases]


def test_all_fits() -> None:
    told = texts(line_phrases(ledger(3197, context=128_000), CHOICE, PRICED, {}))
    assert told == [("About 3,200 of 128,000 tokens", False), ("about $0.032", False)]


def test_without_length_and_price_only_the_amount_is_told() -> None:
    assert texts(line_phrases(ledger(3197, context=None), CHOICE, None, {})) == [
        ("About 3,200 tokens", False)
    ]


@pytest.mark.parametrize(
    ("older", "words"),
    [([900], "1 older message will not be sent"), ([900, 900], "2 older messages will not be sent")],
)
def test_what_is_left_out_is_told(older: list[int], words: str) -> None:
    assert texts(line_phrases(ledger(*older, 97, context=1000), CHOICE, None, {}))[1:] == [(words, True)]
    assert (f"{words}.", True) in texts(list_phrases(ledger(*older, 97, context=1000), None))


@pytest.mark.parametrize(("tokens", "told"), [(996, False), (997, True)])
def test_a_message_that_leaves_no_room_is_told(tokens: int, told: bool) -> None:
    phrases = texts(line_phrases(ledger(tokens, context=1000), CHOICE, None, {}))
    assert any("too long for this model" in words for words, _ in phrases) is told


def test_a_withdrawn_model_is_told_before_sending() -> None:
    choice = ModelChoice("gpt-4", ("…",), withdrawn=True)
    told = texts(line_phrases(ledger(7, context=None), choice, None, {}))
    assert told[1] == ("gpt-4 is not in the server's list: may be withdrawn", True)


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        (897, "100 tokens are kept free for the reply, and about 0 are left."),
        (898, "That leaves less room for the reply than it may need."),
        (997, "That leaves no room for a reply: the server will refuse it."),
    ],
)
def test_the_room_that_is_left(tokens: int, words: str) -> None:
    assert words in [text for text, _ in texts(list_phrases(ledger(tokens, context=1000), None))]


def test_the_list_says_what_sending_and_a_reply_cost() -> None:
    last = texts(list_phrases(ledger(1997, context=128_000, reply=4096), PRICED))[-1]
    assert last == ("Sending costs about $0.020, and a reply of 4,096 tokens $0.12 more.", False)


def test_the_cost_of_several_replies_is_told_for_each() -> None:
    last = texts(list_phrases(ledger(1997, context=128_000, reply=4096), PRICED, replies=3))[-1]
    assert last[0].endswith("each of 3 replies of 4,096 tokens $0.12 more.")


@pytest.mark.parametrize(
    ("parameters", "told"),
    [('{"n": 3}', True), ('{"n": 1}', False), ('{"n": 3, "tools": ["calculator"]}', False)],
)
def test_the_line_says_how_many_replies_will_come(alice_client: Client, parameters: str, told: bool) -> None:
    answer = alice_client.post("/context", {"text": "hello", "model": "m", "parameters": parameters})
    assert ("3 replies, each paid for" in answer.content.decode()) == told


def test_the_line_of_a_new_chat(alice_client: Client) -> None:
    answer = alice_client.post("/context", {"text": "hello world", "model": "m"})
    assert answer.content.decode().strip() == "<span>About 9 tokens</span>"


def test_what_the_model_may_lack_is_told() -> None:
    phrases = line_phrases(ledger(7, context=None), CHOICE, None, {}, ["this model may not know tools"])
    assert texts(phrases)[1] == ("this model may not know tools", True)


def test_the_parameters_of_a_new_chat_count(alice: User) -> None:
    drafted = draft_material(
        person=alice, conversation_id=None, model="m", text="x", parameters={"max_tokens": 5}
    )
    assert ledger_of(drafted, None).reply == 5


@pytest.mark.parametrize("wrong", ["{", "[]", "7", "[" * 100_000, '{"temperature": 9}', '{"odd": 1}'])
def test_parameters_that_are_none_are_refused(alice_client: Client, wrong: str) -> None:
    assert alice_client.post("/context", {"text": "x", "parameters": wrong}).status_code == 400


def test_the_list_has_every_message_and_their_words_are_plain_text(alice_client: Client, alice: User) -> None:
    claim = start(alice, "What is <b>bold</b>?")
    end(claim, "It is *thick*. " * 20)
    Conversation.objects.filter(pk=claim.conversation_id).update(system_prompt="Be brief.")
    form = {"conversation": claim.conversation_id, "text": "", "model": "m", "list": "yes"}
    page = alice_client.post("/context", form).content.decode()
    for words in (
        "Instructions",
        "Be brief.",
        "What is &lt;b&gt;bold&lt;/b&gt;?",
        "It is *thick*.",
        "This message",
    ):
        assert words in page
    assert page.count("<tr>") == 5  # the head, the instructions, two messages, the one to come


def test_others_conversations_are_not_there(charlie_client: Client, alice: User) -> None:
    claim = start(alice)
    answer = charlie_client.post(
        "/context", {"conversation": claim.conversation_id, "text": "x", "model": "m"}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("wrong", ["x", "1", "../.."])
def test_an_id_that_is_none_is_refused_in_words(alice_client: Client, wrong: str) -> None:
    answer = alice_client.post("/context", {"conversation": wrong, "text": "x"})
    assert (answer.status_code, answer.content) == (400, b"The conversation's id is not one.")


def test_looking_changes_nothing(alice_client: Client, alice: User) -> None:
    claim = start(alice)
    before = Conversation.objects.values().get(pk=claim.conversation_id)
    alice_client.post("/context", {"conversation": claim.conversation_id, "text": "x", "model": "other"})
    assert Conversation.objects.values().get(pk=claim.conversation_id) == before


def test_what_goes_up_if_a_message_is_edited(alice_client: Client, alice: User) -> None:
    first, second = exchange(alice, ["Question one", "Question two"])
    address = f"/c/{first.conversation_id}/messages/{first.message_id}/context"
    page = alice_client.post(address, {"text": "Question changed", "list": "yes"}).content.decode()
    assert "This message" in page and "Question changed" in page
    assert "Question one" not in page and "Question two" not in page
    address = f"/c/{first.conversation_id}/messages/{second.message_id}/context"
    page = alice_client.post(address, {"text": "Question changed", "list": "yes"}).content.decode()
    assert "Question one" in page and "Reply to Question one" in page and "Question two" not in page


def test_what_goes_up_for_another_reply(alice_client: Client, alice: User) -> None:
    first, second = exchange(alice, ["Question one", "Question two"])
    address = f"/c/{first.conversation_id}/messages/{second.reply_id}/context"
    page = alice_client.post(address, {"model": "another-model", "list": "yes"}).content.decode()
    assert "<strong>another-model</strong>" in page
    assert "Question two" in page and "Reply to Question one" in page
    assert "Reply to Question two" not in page
    assert "<span>About" in alice_client.post(address).content.decode()


def test_previews_of_others_messages_are_not_there(charlie_client: Client, alice: User) -> None:
    claim, mine = start(alice), uuid4()
    for conversation, message in [
        (claim.conversation_id, claim.message_id),
        (claim.conversation_id, claim.reply_id),
        (mine, claim.message_id),
    ]:
        answer = charlie_client.post(f"/c/{conversation}/messages/{message}/context", {"text": "x"})
        assert answer.status_code == 404


def test_a_preview_needs_the_message_to_be_of_that_conversation(alice_client: Client, alice: User) -> None:
    one, other = start(alice), start(alice)
    answer = alice_client.post(f"/c/{one.conversation_id}/messages/{other.message_id}/context", {"text": "x"})
    assert answer.status_code == 404
