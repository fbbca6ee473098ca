"""The instructions of a conversation over HTTP, and the mark that tells when they change."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from chatsite.accounts.models import User
from conversations.models import Conversation
from conversations.views.instructions import instructions_mark
from tests.store.verbs import conversation_of, start

MODEL = "gpt-4-0125-preview"


def read(client: Client, conversation: Conversation) -> dict[str, Any]:
    return dict(json.loads(client.get(f"/c/{conversation.id}/instructions").content))


def test_the_boxes_are_those_that_were_saved(alice_client: Client, alice: User) -> None:
    conversation = conversation_of(start(alice))
    before = read(alice_client, conversation)
    form = {"model": MODEL, "system_prompt": "Be brief.", "with_parameters": "yes", "seed": "7"}
    alice_client.post(f"/c/{conversation.id}/settings", form)
    after = read(alice_client, conversation)
    assert (after["boxes"]["system_prompt"], after["boxes"]["seed"]) == ("Be brief.", "7")
    assert after["mark"] != before["mark"]
    conversation.refresh_from_db()
    assert after["mark"] == instructions_mark(conversation)


def test_another_model_leaves_the_instructions(alice_client: Client, alice: User) -> None:
    conversation = conversation_of(start(alice))
    alice_client.post(f"/c/{conversation.id}/settings", {"model": MODEL, "system_prompt": "Be brief."})
    mark = read(alice_client, conversation)["mark"]
    alice_client.post(f"/c/{conversation.id}/settings", {"model": "gpt-4-1106-preview"})
    conversation.refresh_from_db()
    assert (conversation.model, conversation.system_prompt) == ("gpt-4-1106-preview", "Be brief.")
    assert read(alice_client, conversation)["mark"] == mark


def test_others_instructions_are_not_there(charlie_client: Client, alice: User) -> None:
    conversation = conversation_of(start(alice))
    assert charlie_client.get(f"/c/{conversation.id}/instructions").status_code == 404
