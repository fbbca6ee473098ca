"""The view of a reply's tokens: each one visible, none of it markup, nothing for strangers."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from chatsite.accounts.models import User
from conversations.completions import TokenLogprob
from conversations.models import Generation, State, TokenLogprobs
from conversations.probabilities import TokenLog
from conversations.store.claims import Claim
from conversations.store.generations import Ending, generation_finish
from conversations.store.token_logprobs import KeptTokens
from conversations.views.tokens import visible_texts
from tests.store.verbs import checkpoint, held, start


def texts(*tokens: TokenLogprob | str) -> list[str]:
    return list(visible_texts([TokenLogprob(t, 0.0) if isinstance(t, str) else t for t in tokens]))


def raw(data: bytes) -> TokenLogprob:
    return TokenLogprob("\\x..", 0.0, (), data)


def test_white_space_is_visible() -> None:
    assert texts(" a", " ", "\t", ".\n\n", "\r\n", "") == [" a", "␣", "⇥", ".↵\n↵\n", "␍↵\n", ""]


def test_parts_of_a_character_show_it_once() -> None:
    emoji = "😀".encode()
    assert texts("a", raw(emoji[:2]), raw(emoji[2:3]), raw(emoji[3:]), "b") == ["a", "😀", "⋯", "⋯", "b"]


def test_parts_that_make_no_character_show_their_bytes() -> None:
    assert texts(raw(b"\xf0\x9f"), "b") == ["⟨F0 9F⟩", "b"]
    assert texts(raw(b"\xff"), raw(b"\xff")) == ["⟨FF⟩", "⟨FF⟩"]


def ended_with(person: User, *tokens: TokenLogprob, full: bool = False) -> Claim:
    """A reply that has ended, with these probabilities."""
    claim, log = start(person), TokenLog()
    log.add(tokens)
    kept = KeptTokens(len(log), log.compressed(len(log)), full)
    ending = Ending(State.COMPLETE, "text", ["<p>text</p>"], tokens=kept if tokens else None)
    assert generation_finish(held=held(claim), ending=ending)
    return claim


def address(claim: Claim) -> str:
    return f"/c/{claim.conversation_id}/messages/{claim.reply_id}/tokens"


@pytest.mark.django_db
def test_each_token_is_shown_with_its_step_and_its_numbers(alice: User, alice_client: Client) -> None:
    claim = ended_with(
        alice, TokenLogprob("<b>", -0.01, (("<b>", -0.01), ("</script>", -4.6))), TokenLogprob(" x", -3.0)
    )
    page = alice_client.get(address(claim)).content.decode()
    assert '<span class="token" role="option" data-level="0">&lt;b&gt;</span>' in page
    assert '<span class="token" role="option" data-level="5"> x</span>' in page
    assert "2 tokens." in page and "first of a longer reply" not in page
    found = re.search(r"<script[^>]*>(.*?)</script>", page)
    assert found and json.loads(found[1]) == [[-0.01, [["<b>", -0.01], ["</script>", -4.6]]], [-3.0, []]]


@pytest.mark.django_db
def test_a_longer_reply_says_so_and_the_message_offers_the_view(alice: User, alice_client: Client) -> None:
    claim = ended_with(alice, TokenLogprob("a", 0.0), full=True)
    page = alice_client.get(address(claim)).content.decode()
    assert "first of a longer reply" in page and "Alternatives were not asked for" in page
    assert 'data-action="tokens"' in alice_client.get(f"/c/{claim.conversation_id}").content.decode()


@pytest.mark.django_db
def test_without_probabilities_there_is_no_view(alice: User, alice_client: Client) -> None:
    claim = ended_with(alice)
    assert alice_client.get(address(claim)).status_code == 404
    assert 'data-action="tokens"' not in alice_client.get(f"/c/{claim.conversation_id}").content.decode()


@pytest.mark.django_db
def test_strangers_find_nothing(alice: User, charlie_client: Client) -> None:
    assert charlie_client.get(address(ended_with(alice, TokenLogprob("a", 0.0)))).status_code == 404


@pytest.mark.database
@pytest.mark.django_db
def test_an_end_that_lost_stores_no_tokens(alice: User) -> None:
    claim = ended_with(alice, TokenLogprob("a", 0.0))
    kept = KeptTokens(1, b"late", full=False)
    assert not generation_finish(held=held(claim), ending=Ending(State.STOPPED, "", [], tokens=kept))
    assert bytes(TokenLogprobs.objects.get().data) != b"late"
    assert checkpoint(claim, "x") == {claim.generation_id}
    assert Generation.objects.get(pk=claim.generation_id).tokens_kept == 1
