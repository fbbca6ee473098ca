"""Which tools a conversation offers: typed in, kept, shown again, and refused at the border."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from chatsite.accounts.models import User
from conversations.completions import Tool
from conversations.errors import Refused
from conversations.models import Conversation
from conversations.parameters import boxes_of, checked_parameters, parameters_from_form, request_fields
from conversations.store.conversations import conversation_configure
from conversations.tool_parameters import TOOLS, tool_fields
from tests.store.verbs import start

NAMED = {"type": "function", "function": {"name": "echo"}}
FORMS: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({}, {}),
    ({"tool:echo": "yes", "tool:wait": "yes"}, {"tools": ["echo", "wait"]}),
    ({"tool:echo": "yes", "tool_choice": "named:echo"}, {"tools": ["echo"], "tool_choice": NAMED}),
    ({"tool_choice": "required"}, {"tool_choice": "required"}),
    ({"parallel_tool_calls": "no"}, {"parallel_tool_calls": False}),
    ({"parallel_tool_calls": "yes"}, {"parallel_tool_calls": True}),
]


@pytest.mark.parametrize(("form", "kept"), FORMS)
def test_what_is_typed_is_kept_and_stands_there_again(form: dict[str, str], kept: dict[str, Any]) -> None:
    assert parameters_from_form(form) == kept
    boxes = boxes_of(kept)
    assert {name: boxes[name] for name in boxes if name in form or name.startswith("tool:")} == form


@pytest.mark.parametrize(
    "wrong",
    [
        {"tools": ["a b"]},
        {"tools": ["x" * 65]},
        {"tools": "echo"},
        {"tools": [1]},
        {"tools": ["echo", "echo"]},
        {"tools": [f"tool-{number}" for number in range(TOOLS + 1)]},
        {"tool_choice": "sometimes"},
        {"tool_choice": NAMED},
        {"tools": ["echo"], "tool_choice": {"type": "function"}},
        {"tools": ["echo"], "tool_choice": {**NAMED, "more": 1}},
        {"parallel_tool_calls": "yes"},
    ],
    ids=str,
)
def test_what_cannot_be_sent_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        checked_parameters(wrong)


def test_as_many_tools_as_the_provider_documents() -> None:
    names = [f"tool-{number}" for number in range(TOOLS)]
    assert checked_parameters({"tools": names, "tool_choice": "auto"})["tools"] == names


def test_nothing_about_tools_is_sent_without_any() -> None:
    parameters = {"tools": ["echo"], "tool_choice": NAMED, "parallel_tool_calls": True, "seed": 1}
    assert request_fields(parameters) == {"seed": 1}
    assert tool_fields(parameters, {}) == {}
    other = {"wait": Tool("wait", {})}
    assert tool_fields(parameters, other)["tool_choice"] is None, "a choice of what is not offered"


def test_the_panel_saves_tools_and_which_need_not_ask(
    alice: User, alice_client: Client, settings: LazySettings
) -> None:
    settings.TOOL_MODULES = ("tests.turns.try_tools",)
    claim = start(alice)
    address = f"/c/{claim.conversation_id}"
    form = {"model": "gpt-4-1106-preview", "system_prompt": "", "with_parameters": "yes"}
    ticked = {"tool:letter": "yes", "tool:gone": "yes", "unasked:letter": "yes"}
    assert alice_client.post(f"{address}/settings", form | ticked).status_code == 204
    conversation = Conversation.objects.get(pk=claim.conversation_id)
    assert conversation.parameters == {"tools": ["letter", "gone"]}
    assert conversation.approved_tools == ["letter"]
    page = alice_client.get(address).content.decode()
    for box in ("tool:letter", "tool:gone", "unasked:letter"):
        assert f'name="{box}" value="yes" autocomplete="off" checked' in page
    assert "Not offered by this site at present" in page
    del form["with_parameters"]
    assert alice_client.post(f"{address}/settings", form).status_code == 204
    conversation.refresh_from_db()
    assert (conversation.parameters, conversation.approved_tools) == (
        {"tools": ["letter", "gone"]},
        ["letter"],
    )


def test_saving_changes_only_those_approvals_that_were_changed(alice: User, alice_client: Client) -> None:
    """Else settings that were opened before "always" was said would take it back."""
    claim = start(alice)
    Conversation.objects.filter(pk=claim.conversation_id).update(approved_tools=["fetch", "letter"])
    form = {"model": "gpt-4-1106-preview", "system_prompt": "Be brief.", "with_parameters": "yes"}
    for changed, approved in [
        ({}, ["fetch", "letter"]),
        ({"unasked:letter": "no"}, ["fetch"]),
        ({"unasked:letter": "no", "unasked:other": "yes"}, ["fetch", "other"]),
        ({"unasked:fetch": "yes"}, ["fetch", "other"]),
    ]:
        answer = alice_client.post(f"/c/{claim.conversation_id}/settings", form | changed)
        assert answer.status_code == 204
        assert Conversation.objects.get(pk=claim.conversation_id).approved_tools == approved


def test_no_more_tools_need_not_ask_than_a_request_can_have(alice: User) -> None:
    claim = start(alice)
    configure = partial(
        conversation_configure,
        person=alice,
        conversation_id=claim.conversation_id,
        model="gpt-4-1106-preview",
    )
    configure(approvals={f"tool-{number}": True for number in range(TOOLS)})
    with pytest.raises(Refused, match="At most 128 tools"):
        configure(approvals={"one-more": True})
    configure(approvals={"one-more": True, "tool-0": False})
    approved = Conversation.objects.get(pk=claim.conversation_id).approved_tools
    assert len(approved) == TOOLS and "one-more" in approved
