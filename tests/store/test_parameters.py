"""The parameters of a conversation: typed in, checked against the documented limits, sent with each call."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from chatsite.accounts.models import User
from conversations.errors import Refused
from conversations.models import Conversation
from conversations.parameters import (
    BIASED_TOKENS,
    FIELDS,
    STOP_CHARACTERS,
    as_typed,
    checked_parameters,
    parameters_from_form,
)
from conversations.store.prompts import Material, Said
from conversations.turns.prompt import prompt_for

EXAMPLES: dict[str, Any] = {
    "temperature": 0.5,
    "top_p": 0.9,
    "max_tokens": 100,
    "max_completion_tokens": 200,
    "seed": 7,
    "n": 3,
    "logprobs": True,
    "top_logprobs": 5,
    "stop": ["END", "  \\n"],
    "presence_penalty": -1.5,
    "frequency_penalty": 2.0,
    "logit_bias": {"50256": -100.0, "11": 3.5},
}


def test_every_parameter_has_an_example_here() -> None:
    assert set(EXAMPLES) == {field.name for field in FIELDS}


def test_what_is_typed_comes_back_as_it_was_typed() -> None:
    typed = {field.name: as_typed(field, EXAMPLES) for field in FIELDS}
    assert parameters_from_form(typed) == EXAMPLES


def test_empty_boxes_are_not_set() -> None:
    assert parameters_from_form({field.name: "  \n" for field in FIELDS}) == {}


@pytest.mark.parametrize(
    "field", [field for field in FIELDS if field.low is not None], ids=lambda field: field.name
)
def test_the_limits_that_the_panel_shows_are_those_of_the_request(field: Any) -> None:
    step = 1 if field.kind == "integer" else 0.001
    with_it = {"logprobs": True} if field.name == "top_logprobs" else {}
    assert checked_parameters({field.name: field.low} | with_it) == {field.name: field.low} | with_it
    with pytest.raises(Refused, match=field.label):
        checked_parameters({field.name: field.low - step} | with_it)
    if field.high is not None:
        assert checked_parameters({field.name: field.high} | with_it) == {field.name: field.high} | with_it
        with pytest.raises(Refused, match=field.label):
            checked_parameters({field.name: field.high + step} | with_it)


def test_alternatives_without_probabilities_are_refused_in_words() -> None:
    with pytest.raises(Refused, match="need the probabilities"):
        parameters_from_form({"top_logprobs": "5"})


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ({"stop": ["a"] * 4}, {"stop": ["a"] * 5}),
        ({"stop": ["a" * STOP_CHARACTERS]}, {"stop": ["a" * (STOP_CHARACTERS + 1)]}),
        ({"logit_bias": {"1": 100.0, "2": -100.0}}, {"logit_bias": {"1": 100.1}}),
        (
            {"logit_bias": {str(token): 1.0 for token in range(BIASED_TOKENS)}},
            {"logit_bias": {str(token): 1.0 for token in range(BIASED_TOKENS + 1)}},
        ),
    ],
    ids=["stop sequences", "length of a stop sequence", "bias", "biased tokens"],
)
def test_at_the_limit_and_one_past_it(good: dict[str, Any], bad: dict[str, Any]) -> None:
    assert checked_parameters(good) == good
    with pytest.raises(Refused):
        checked_parameters(bad)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("temperature", "warm", "Temperature must be a number, not “warm”."),
        ("seed", "1.5", "Seed must be a whole number, not “1.5”."),
        ("temperature", "nan", "Temperature must be a number from 0 to 2, not nan."),
        ("logit_bias", "the: 5", "Token bias: “the: 5” is not like 1234: -50."),
    ],
)
def test_what_cannot_be_read_is_named(name: str, typed: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        parameters_from_form({name: typed})
    assert refused.value.message == said


@given(
    st.dictionaries(
        st.sampled_from([*EXAMPLES, "model", "n"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            ),
            max_leaves=5,
        ),
    )
)
def test_nothing_else_than_a_refusal_comes_of_nonsense(raw: dict[str, Any]) -> None:
    try:
        checked_parameters(raw)
    except Refused as refused:
        assert refused.message


def test_what_is_set_is_sent_and_nothing_else() -> None:
    material = Material("gpt-4-1106-preview", "", [Said(False, "Hello")], parameters=EXAMPLES, n=3)
    wire = prompt_for(material, None).request.to_wire(stream=True)
    assert {name: wire[name] for name in EXAMPLES} == EXAMPLES
    bare = prompt_for(Material("gpt-4-1106-preview", "", [Said(False, "Hello")]), None).request.to_wire(
        stream=True
    )
    assert bare.keys() == {"model", "messages", "stream", "stream_options"}


@pytest.mark.django_db
def test_the_panel_saves_and_shows_them(alice: User, alice_client: Client) -> None:
    conversation = Conversation.objects.create(owner=alice, title="T", model="gpt-4-1106-preview")
    address = f"/c/{conversation.id}/settings"
    form = {"model": "gpt-4-1106-preview", "system_prompt": "", "with_parameters": "yes", "seed": "42"}
    assert alice_client.post(address, form).status_code == 204
    conversation.refresh_from_db()
    assert conversation.parameters == {"seed": 42}
    assert 'name="seed" value="42"' in alice_client.get(f"/c/{conversation.id}").content.decode()
    refused = alice_client.post(address, form | {"seed": "0"})
    assert (refused.status_code, refused.content.decode()) == (
        400,
        "Seed must be an integer of at least 1, not 0.",
    )
    alice_client.post(address, {"model": "gpt-4-0125-preview", "system_prompt": ""})
    conversation.refresh_from_db()
    assert conversation.parameters == {"seed": 42}


@pytest.mark.django_db
def test_those_of_a_new_chat_are_checked_before_its_first_message(alice_client: Client) -> None:
    assert alice_client.post("/parameters", {"temperature": "1"}).json() == {"temperature": 1.0}
    refused = alice_client.post("/parameters", {"temperature": "2.1"})
    assert refused.status_code == 400
