"""Replies in JSON as rows: the format asked for, the verdict kept, what is offered, and how it is found."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from chatsite.accounts.models import User
from conversations.completions import CompletionRequest, JsonSchemaFormat, SystemMessage, UserMessage
from conversations.errors import Refused
from conversations.models import Conversation, Generation, Message, State
from conversations.parameters import checked_parameters, parameters_from_form, request_fields
from conversations.response_format import KINDS, format_as_typed
from conversations.store.branches import branch_history
from conversations.store.mending import mending_offers
from conversations.store.rendered import blocks_of
from conversations.structured import EXAMPLES, SCHEMA_CHARACTERS, is_mending
from conversations.turns.judging import finished, lacks_the_word
from tests.store.verbs import end, generation_of, go_on, reply_of, start

SCHEMA = EXAMPLES[2].schema
NAMED = {"name": "classification", "schema": SCHEMA, "strict": True}
ASKED: dict[str, Any] = {"type": "json_schema", "json_schema": NAMED}


def asking(response_format: dict[str, Any]) -> dict[str, Any]:
    return checked_parameters({"response_format": response_format})


# What is asked for


@pytest.mark.parametrize("kind", ["text", "json_object"])
def test_a_format_without_a_schema_is_taken_and_sent(kind: str) -> None:
    parameters = parameters_from_form({"response_format": kind})
    assert parameters == {"response_format": {"type": kind}}
    assert request_fields(parameters) == {"response_format": kind}


def test_a_schema_is_taken_as_typed_and_shown_again_as_typed() -> None:
    typed = {"schema_name": "classification", "schema_strict": "yes", "schema": EXAMPLES[2].text}
    parameters = parameters_from_form({"response_format": "json_schema", **typed})
    assert parameters == {"response_format": ASKED}
    assert request_fields(parameters) == {"response_format": JsonSchemaFormat("classification", SCHEMA, True)}
    assert format_as_typed(ASKED) == {"response_format": "json_schema", **typed}


def test_nothing_chosen_is_not_sent() -> None:
    assert parameters_from_form({"response_format": "", "schema": "{"}) == {}
    assert set(format_as_typed(None)) == {"response_format", "schema_name", "schema_strict", "schema"}
    assert format_as_typed(None)["response_format"] in KINDS


def test_a_schema_that_is_none_is_refused_with_the_place() -> None:
    form = {"response_format": "json_schema", "schema_name": "a", "schema": '{"type":"objct"}'}
    with pytest.raises(Refused, match=r"\$\.type"):
        parameters_from_form(form)


@pytest.mark.parametrize(
    "wrong",
    [
        "json_object",
        {},
        {"type": "xml"},
        {"type": ["text"]},
        {"type": "text", "more": 1},
        {"type": "json_schema"},
        {"type": "json_schema", "json_schema": []},
        {"type": "json_schema", "json_schema": {"name": "a"}},
        {"type": "json_schema", "json_schema": {"name": "a", "schema": True}},
        {"type": "json_schema", "json_schema": {"name": "", "schema": {}}},
        {"type": "json_schema", "json_schema": {"name": "x" * 65, "schema": {}}},
        {"type": "json_schema", "json_schema": {"name": 7, "schema": {}}},
        {"type": "json_schema", "json_schema": {"name": "a", "schema": {}, "strict": "yes"}},
        {"type": "json_schema", "json_schema": {"name": "a", "schema": {}, "description": "b"}},
        {"type": "json_schema", "json_schema": {"name": "a", "schema": {"title": "\x00"}}},
        {"type": "json_schema", "json_schema": {"name": "a", "schema": {"title": "\ud800"}}},
    ],
)
def test_a_frame_with_another_format_is_refused(wrong: Any) -> None:
    with pytest.raises(Refused):
        asking(wrong)


def test_a_schema_in_a_frame_is_taken_at_the_limit_and_not_one_past_it() -> None:
    room = SCHEMA_CHARACTERS - len('{"title":""}')
    for length, fits in ((room, True), (room + 1, False)):
        named = {"name": "a", "schema": {"title": "x" * length}}
        if fits:
            assert asking({"type": "json_schema", "json_schema": named})
        else:
            with pytest.raises(Refused, match="20,000"):
                asking({"type": "json_schema", "json_schema": named})


def test_the_editor_checks_a_schema_for_its_owner_alone(
    alice_client: Client, stranger_client: Client
) -> None:
    form = {"schema_name": "a b", "schema_strict": "yes", "schema": "{}"}
    assert "name" in alice_client.post("/parameters/schema", form).json()["problem"]
    answer = alice_client.post("/parameters/schema", form | {"schema_name": "a"}).json()
    assert answer["problem"] == ""
    assert len(answer["notes"]) == 1
    assert stranger_client.post("/parameters/schema", form).status_code in (302, 401, 403)
    assert alice_client.get("/parameters/schema").status_code == 405


# What is sent


@pytest.mark.django_db
def test_a_continuation_is_of_the_kind_of_what_it_continues(alice: User) -> None:
    before = start(alice, "json")
    end(before)
    Conversation.objects.update(parameters={"response_format": ASKED})
    claim = start(alice, "json", after=before)
    assert claim.material is not None and claim.material.response_format == ASKED
    Generation.objects.update(response_format=ASKED)
    end(claim, '{"category":', State.TRUNCATED)
    Conversation.objects.update(parameters={"response_format": {"type": "json_object"}})
    continued = go_on(alice, claim.reply_id)
    assert continued.material is not None and continued.material.response_format == ASKED


def test_json_mode_is_known_to_lack_its_word() -> None:
    def request(*texts: str, kind: str | None = "json_object") -> CompletionRequest:
        messages = (SystemMessage(content="You help."), *(UserMessage(content=text) for text in texts))
        return CompletionRequest(model="m", messages=messages, response_format=kind)

    assert lacks_the_word(request("Hello"))
    assert not lacks_the_word(request("Hello, in json"))
    assert not lacks_the_word(request("JSON!", "Hello"))
    assert not lacks_the_word(request("Hello", kind="text"))
    assert not lacks_the_word(request("Hello", kind=None))


# What is kept


def judged(alice: User, text: str, *, question: str = "json", after: Any = None) -> Message:
    """A finished reply that was to fit the schema."""
    claim = start(alice, question, after=after)
    Generation.objects.filter(pk=claim.generation_id).update(response_format=ASKED)
    form = finished(text, schema=SCHEMA, state=State.COMPLETE, id_prefix="m-")
    end(claim, text)
    Message.objects.filter(pk=claim.reply_id).update(blocks=form.blocks, **form.columns)
    return Message.objects.select_related("generation").get(pk=claim.reply_id)


@pytest.mark.django_db
def test_a_wrong_reply_offers_mending_until_something_follows_it(alice: User) -> None:
    wrong = judged(alice, '{"category":"no such"}')
    assert wrong.json_verdict == "invalid"
    offers = mending_offers([wrong])
    assert list(offers) == [wrong.id]
    assert is_mending(offers[wrong.id])
    assert wrong.json_problem in offers[wrong.id]
    parent = {"conversation_id": wrong.conversation_id, "parent_id": wrong.id}
    claim = start(alice, offers[wrong.id], **parent)
    end(claim, "not JSON again")
    Message.objects.filter(pk=claim.reply_id).update(json_verdict="not_json")
    assert mending_offers([wrong, reply_of(claim)]) == {}


@pytest.mark.django_db
def test_a_good_reply_and_a_person_are_not_asked_to_mend_anything(alice: User) -> None:
    good = judged(alice, json.dumps({"category": "other", "confidence": 1, "why": ""}))
    assert good.json_verdict == "valid"
    assert mending_offers(branch_history(good.conversation, leaf_id=good.id)) == {}


@pytest.mark.django_db
def test_a_reply_that_ended_with_its_process_is_given_a_verdict_when_it_is_first_shown(alice: User) -> None:
    for text, verdict in (('{"category":"pr', "cut_off"), ("{}", "unchecked"), ("no", "not_json")):
        claim = start(alice, "json")
        end(claim, text, State.INTERRUPTED)
        Generation.objects.filter(pk=claim.generation_id).update(response_format=ASKED)
        Message.objects.filter(pk=claim.reply_id).update(blocks=None)
        blocks = blocks_of(Message.objects.select_related("generation").get(pk=claim.reply_id))
        stored = reply_of(claim)
        assert (stored.json_verdict, stored.blocks) == (verdict, blocks)
        assert stored.json_problem in blocks[-1]


@pytest.mark.django_db
def test_a_running_reply_is_shown_with_where_it_stands(alice: User) -> None:
    claim = start(alice, "json")
    Generation.objects.filter(pk=claim.generation_id).update(response_format=ASKED)
    Message.objects.filter(pk=claim.reply_id).update(content='{"category":')
    shown = blocks_of(Message.objects.select_related("generation").get(pk=claim.reply_id))
    assert "Valid so far; now at $.category." in shown[1]
    assert reply_of(claim).json_verdict == ""
    assert generation_of(claim).active


@pytest.mark.django_db
def test_a_reply_without_text_has_no_verdict(alice: User) -> None:
    assert finished("", schema=SCHEMA, state=State.FAILED, id_prefix="m-").columns == {}


@pytest.mark.django_db
def test_the_admin_finds_replies_by_their_verdict(alice: User, admin_client: Client) -> None:
    judged(alice, "This one is no JSON")
    judged(alice, '{"category":"this one does not fit"}')
    page = admin_client.get("/admin/conversations/message/?json_verdict__exact=not_json").content.decode()
    assert "This one is no JSON" in page
    assert "this one does not fit" not in page
