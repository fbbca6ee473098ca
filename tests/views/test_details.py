"""What is known of a reply, shown to its owner and to an admin, and to nobody else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from chatsite.accounts.models import User
from conversations.models import EntryState, Generation, LedgerEntry, Source, State
from conversations.views.details import REQUEST_CHARACTERS
from tests.store.verbs import end, start

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"


def reply_with_everything(alice: User) -> Generation:
    claim = start(alice, HOSTILE)
    end(claim, "An answer.")
    Generation.objects.filter(pk=claim.generation_id).update(
        state=State.COMPLETE,
        request={
            "model": "gpt-4-1106-preview",
            "messages": [{"role": "user", "content": HOSTILE}],
            "seed": 42,
            "stream": True,
        },
        usage={"prompt_tokens": 1200, "completion_tokens": 34, "total_tokens": None},
        finish_reason="stop",
        request_id="our-id",
        inference_id="their-id",
        system_fingerprint="fp_1",
        first_text_ms=412,
        duration_ms=2340,
    )
    LedgerEntry.objects.update(state=EntryState.SETTLED, source=Source.ANSWER, usd=Decimal("0.0012000000"))
    return Generation.objects.get(pk=claim.generation_id)


def address(generation: Generation) -> str:
    return f"/c/{generation.conversation_id}/messages/{generation.message_id}/details"


def test_the_owner_sees_what_was_sent_used_and_billed(alice: User, alice_client: Client) -> None:
    page = alice_client.get(address(reply_with_everything(alice))).content.decode()
    for known in (
        "seed 42",
        "prompt 1,200, completion 34",
        "$0.0012, as stated by the model&#x27;s server",
        "0.41 s",
        "2.34 s",
        "our-id",
        "their-id",
        "fp_1",
        "finish reason “stop”",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ):
        assert known in page
    assert HOSTILE not in page
    assert "total" not in page


def test_what_is_not_known_is_left_out(alice: User, alice_client: Client) -> None:
    claim = start(alice)
    generation = Generation.objects.get(pk=claim.generation_id)
    page = alice_client.get(address(generation)).content.decode()
    assert "<dt>Model</dt>" in page
    assert "Cost" not in page and "fingerprint" not in page and "<pre" not in page


def test_a_huge_request_is_cut_with_a_note(alice: User, alice_client: Client) -> None:
    generation = reply_with_everything(alice)
    generation.request = {"messages": [{"role": "user", "content": "x" * (REQUEST_CHARACTERS + 1)}]}
    generation.save()
    page = alice_client.get(address(generation)).content.decode()
    assert "cut here: the request has" in page
    assert len(page) < REQUEST_CHARACTERS + 5_000


def test_nobody_else_sees_it(alice: User, charlie_client: Client, stranger_client: Client) -> None:
    shown = address(reply_with_everything(alice))
    assert charlie_client.get(shown).status_code == 404
    assert stranger_client.get(shown).status_code == 302


def test_the_message_of_another_conversation_is_not_there(alice: User, alice_client: Client) -> None:
    one, other = reply_with_everything(alice), reply_with_everything(alice)
    mixed = f"/c/{one.conversation_id}/messages/{other.message_id}/details"
    assert alice_client.get(mixed).status_code == 404


def test_an_admin_sees_it_beside_the_message(alice: User, admin_client: Client) -> None:
    generation = reply_with_everything(alice)
    page = admin_client.get(f"/admin/conversations/message/{generation.message_id}/change/").content.decode()
    assert "their-id" in page and "An answer." in page
    assert HOSTILE not in page
