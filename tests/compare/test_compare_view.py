"""Two versions of one message, as the dialog shows them: which ones, and what differs of them."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from chatsite.accounts.models import User
from conversations.models import Generation, State
from conversations.store.claims import Claim
from conversations.views.compare import COMPARED_CHARACTERS, SAME_CHARACTERS, SAME_ENDS
from tests.store.verbs import edit, end, regenerate, start

pytestmark = pytest.mark.django_db


def versions(person: User, *texts: str) -> list[Claim]:
    """Replies to one message, each an answer of its own."""
    claims = [start(person)]
    end(claims[0], texts[0])
    for text in texts[1:]:
        claims.append(regenerate(person, claims[0].reply_id))
        end(claims[-1], text)
    return claims


def page(client: Client, claim: Claim, message_id: UUID | None, other: UUID | None = None) -> str:
    address = f"/c/{claim.conversation_id}/messages/{message_id}/compare"
    response = client.get(address, {"with": str(other)} if other else {})
    assert response.status_code == 200, response.content
    return response.content.decode()


def test_a_version_is_compared_with_the_one_before_it(alice: User, alice_client: Client) -> None:
    first, second, third = versions(alice, "a red house", "a green house", "a blue house")
    shown = page(alice_client, first, third.reply_id)
    assert "a <del>green </del><ins>blue </ins>house" in shown
    assert f'<option value="{second.reply_id}" selected>Version 2' in shown
    shown = page(alice_client, first, first.reply_id)
    assert "a <del>red </del><ins>green </ins>house" in shown


def test_any_two_are_compared_in_the_order_asked_for(alice: User, alice_client: Client) -> None:
    first, _, third = versions(alice, "a red house", "a green house", "a blue house")
    shown = page(alice_client, first, third.reply_id, first.reply_id)
    assert "a <del>blue </del><ins>red </ins>house" in shown
    assert "same version twice" in page(alice_client, first, third.reply_id, third.reply_id)


def test_what_differs_of_the_requests_is_told_and_nothing_else(alice: User, alice_client: Client) -> None:
    first, second = versions(alice, "same words", "same words")
    for claim, request in (
        (first, {"seed": 1, "temperature": 1}),
        (second, {"temperature": 1, "top_p": 0.5}),
    ):
        Generation.objects.filter(pk=claim.generation_id).update(request=request, finish_reason="stop")
    Generation.objects.filter(pk=second.generation_id).update(model="gpt-4-0125-preview", state=State.STOPPED)
    shown = page(alice_client, first, second.reply_id)
    assert "The two texts are the same" in shown
    for row in (
        "<td>1</td><td>not sent</td>",
        "<td>not sent</td><td>0.5</td>",
        "<td>gpt-4-0125-preview</td>",
    ):
        assert row in shown
    assert "<td>complete, finish reason “stop”</td><td>stopped, finish reason “stop”</td>" in shown
    assert "temperature" not in shown


def test_markup_in_a_reply_is_shown_as_it_was_written(alice: User, alice_client: Client) -> None:
    first, second = versions(alice, "<script>alert(1)</script>", "<b>bold</b>")
    shown = page(alice_client, first, second.reply_id)
    assert "<script>" not in shown and "<b>" not in shown and "&lt;" in shown


def test_messages_of_ones_own_are_compared_too(alice: User, alice_client: Client) -> None:
    claim = start(alice, "a red house")
    changed = edit(alice, claim.message_id, "a green house")
    shown = page(alice_client, claim, changed.message_id)
    assert "a <del>red </del><ins>green </ins>house" in shown
    assert "compare-facts" not in shown


@pytest.mark.parametrize("extra", [0, 1])
def test_long_stretches_that_both_have_are_shortened(alice: User, alice_client: Client, extra: int) -> None:
    same = "x" * (SAME_CHARACTERS - 1 + extra) + " "
    first, second = versions(alice, f"{same}one", f"{same}two")
    shown = page(alice_client, first, second.reply_id)
    told = f"… {SAME_CHARACTERS + 1 - 2 * SAME_ENDS} characters are the same …"
    assert (told in shown) == bool(extra)


@pytest.mark.parametrize("extra", [0, 1])
def test_beyond_the_limit_nothing_is_compared_and_that_is_told(
    alice: User, alice_client: Client, extra: int
) -> None:
    first, second = versions(alice, "b" + "a" * (COMPARED_CHARACTERS - 1 + extra), "c")
    shown = page(alice_client, first, second.reply_id)
    assert ("are compared" in shown) == bool(extra)


def test_a_message_alone_and_one_of_another_branch_are_not_found(alice: User, alice_client: Client) -> None:
    (alone,) = versions(alice, "alone")
    first, _ = versions(alice, "one", "two")
    base = f"/c/{first.conversation_id}/messages"
    assert (
        alice_client.get(f"/c/{alone.conversation_id}/messages/{alone.reply_id}/compare").status_code == 404
    )
    for other in (alone.reply_id, first.message_id):
        assert alice_client.get(f"{base}/{first.reply_id}/compare", {"with": str(other)}).status_code == 404
    assert alice_client.get(f"{base}/{first.reply_id}/compare", {"with": "nonsense"}).status_code == 400


def test_strangers_find_nothing(alice: User, charlie_client: Client) -> None:
    first, second = versions(alice, "one", "two")
    address = f"/c/{first.conversation_id}/messages/{second.reply_id}/compare"
    assert charlie_client.get(address).status_code == 404
