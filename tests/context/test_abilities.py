"""What a request needs, what a model may lack, and which other one is named."""

from __future__ import annotations

from typing import Any

import pytest

from conversations.attachments import Kind
from conversations.completions import Catalogue, CompletionsClient, Model
from conversations.turns.catalogue import ModelList
from conversations.views.abilities import LACKS, able, lacking, needs_of, warnings
from conversations.views.choices import model_choices

EVERYTHING = frozenset(LACKS)
JSON = {"response_format": {"type": "json_schema"}}


def known(**capabilities: set[str]) -> ModelList:
    client = CompletionsClient(base_url="http://127.0.0.1:9/v1", api_key=None)
    models = [Model(name, capabilities=frozenset(those)) for name, those in capabilities.items()]
    return ModelList(client, Catalogue(tuple(models)))


@pytest.mark.parametrize(
    ("parameters", "tools", "files", "needs"),
    [
        ({}, 0, [], set()),
        (JSON, 0, [], {"structured_output"}),
        ({"response_format": {"type": "json_object"}}, 0, [], set()),
        ({}, 2, [], {"tools"}),
        ({"parallel_tool_calls": True}, 2, [], {"tools", "parallel_tool_calls"}),
        ({"parallel_tool_calls": True}, 0, [], set()),
        ({"parallel_tool_calls": False}, 2, [], {"tools"}),
        ({}, 0, ["image", "text"], {"vision"}),
        ({}, 0, ["pdf", "image"], {"file_input", "vision"}),
    ],
)
def test_what_a_request_needs(
    parameters: dict[str, Any], tools: int, files: list[Kind], needs: set[str]
) -> None:
    assert needs_of(parameters, tools=tools, files=files) == needs | {"streaming"}


@pytest.mark.parametrize("ability", LACKS)
def test_each_ability_is_told_of_a_model_without_it_and_of_no_other(ability: str) -> None:
    models = known(able=set(EVERYTHING), unable=set(EVERYTHING - {ability}))
    assert lacking({ability}, "able", models) == []
    assert lacking({ability}, "unable", models) == [ability]
    assert warnings({ability}, "unable", models, ["unable", "able"]) == [
        f"this model {LACKS[ability]}",
        "able can",
    ]
    assert warnings({ability}, "unable", models, ["unable"]) == [f"this model {LACKS[ability]}"]


@pytest.mark.parametrize("nothing", [None, known(), known(bare=set())])
def test_where_nothing_is_known_nothing_is_said(nothing: ModelList | None) -> None:
    assert warnings(EVERYTHING, "bare", nothing, ["bare", "other"]) == []
    assert able(EVERYTHING, nothing, ["bare"]) == ""


def test_what_no_model_of_a_list_is_said_to_do_may_just_not_be_listed() -> None:
    models = known(one={"tools"}, two={"vision"})
    assert lacking({"streaming", "parallel_tool_calls", "tools"}, "two", models) == ["tools"]


def test_another_model_must_be_able_to_do_all_of_it() -> None:
    models = known(one={"tools"}, two={"tools", "vision"}, three={"tools", "structured_output", "vision"})
    needs = {"structured_output", "vision"}
    assert warnings(needs, "one", models, ["one", "two", "three"])[-1] == "three can"
    assert able({"vision"}, models, ["bare", "one", "two", "three"]) == "two"


def test_a_choice_says_what_its_model_may_lack() -> None:
    (choice,) = model_choices(["one"], known(one={"tools", "streaming"}))
    assert choice.lacks == ("structured_output", "vision", "file_input")
