"""Tools in a request: what they take of it is counted, and a turn goes up with its calls or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from conversations.completions import Model
from conversations.models import CallState
from conversations.script import PARAGRAPH
from conversations.store.prompts import Material, Said
from conversations.store.tool_calls import CallRecord
from conversations.tools import Tool, available
from conversations.turns.offer import Offer, offer_of
from conversations.turns.past_calls import said_again, texts_of
from conversations.turns.prompt import ledger_of, prompt_for
from conversations.turns.trimming import Ledger, Why

GENERATION = uuid.uuid4()


def call(round_: int, index: int, offset: int, **more: Any) -> CallRecord:
    name = f"{round_}-{index}"
    return CallRecord(
        id=uuid.uuid4(),
        generation_id=GENERATION,
        round=round_,
        index=index,
        offset=offset,
        call_id=name,
        name="echo",
        arguments="{}",
        result=f"result {name}",
        state=CallState.DONE,
        **more,
    )


def shape(text: str, *calls: CallRecord) -> list[tuple[str, str | None, int]]:
    """Role, content and number of calls of each message."""
    wires = [message.to_wire() for message in said_again(text, calls)]
    return [(wire["role"], wire.get("content"), len(wire.get("tool_calls", []))) for wire in wires]


def test_text_calls_and_results_in_their_order() -> None:
    text = f"One.{PARAGRAPH}Two.{PARAGRAPH}Three."
    calls = (call(0, 0, 4), call(0, 1, 4), call(1, 0, 10))
    assert shape(text, *calls) == [
        ("assistant", "One.", 2),
        ("tool", "result 0-0", 0),
        ("tool", "result 0-1", 0),
        ("assistant", "Two.", 1),
        ("tool", "result 1-0", 0),
        ("assistant", "Three.", 0),
    ]


def test_calls_without_text_around_them() -> None:
    assert shape("", call(0, 0, 0), call(1, 0, 0)) == [
        ("assistant", None, 1),
        ("tool", "result 0-0", 0),
        ("assistant", None, 1),
        ("tool", "result 1-0", 0),
    ]
    assert shape("") == []
    assert shape("Plain.") == [("assistant", "Plain.", 0)]


def test_calls_beyond_the_text_of_a_stopped_reply_stand_at_its_end() -> None:
    assert shape("One", call(0, 0, 3), call(1, 0, 3)) == [
        ("assistant", "One", 1),
        ("tool", "result 0-0", 0),
        ("assistant", None, 1),
        ("tool", "result 1-0", 0),
    ]


def test_what_calls_take_is_their_names_arguments_and_results() -> None:
    assert texts_of(said_again("A", (call(0, 0, 1),))) == ("Aecho{}", "result 0-0")


def material(*history: Said, **parameters: Any) -> Material:
    return Material("gpt-4", "", history, parameters=parameters)


def tools() -> Mapping[str, Tool]:
    return {"current_time": available()["current_time"]}


def test_the_definitions_are_a_line_of_the_ledger() -> None:
    branch = material(Said(False, "Hello"), tools=["current_time", "gone"])
    offer = offer_of(branch.parameters, tools())
    prompt = prompt_for(branch, None, offer)
    assert [(line.role, line.why) for line in prompt.ledger.lines] == [
        ("tools", Why.SYSTEM),
        ("user", Why.NEWEST),
    ]
    assert prompt.ledger.lines[0].tokens > 50
    assert prompt.ledger.missing_tools == ("gone",)
    assert Ledger.from_json(prompt.ledger.to_json()) == prompt.ledger
    assert [message["role"] for message in prompt.request.to_wire(stream=True)["messages"]] == ["user"]


def test_without_tools_the_ledger_is_as_before() -> None:
    ledger = ledger_of(material(Said(False, "Hello")), None, Offer())
    assert [line.role for line in ledger.lines] == ["user"]
    assert "missing_tools" not in ledger.to_json()


def test_a_turn_is_cut_with_all_of_its_calls() -> None:
    long = call(0, 0, 0, parsed={})
    history = (
        Said(False, "Question", uuid.uuid4()),
        Said(True, "Answer", uuid.uuid4(), (long,)),
        Said(False, "And now?", uuid.uuid4()),
    )
    whole = ledger_of(material(*history, max_tokens=10), Model("gpt-4", context_length=1_000))
    assert [line.why for line in whole.lines] == [Why.FITS, Why.FITS, Why.NEWEST]
    short = Model("gpt-4", context_length=whole.total + 10 - 1)
    prompt = prompt_for(material(*history, max_tokens=10), short)
    assert [line.why for line in prompt.ledger.lines] == [Why.NO_ROOM, Why.NO_ROOM, Why.NEWEST]
    assert len(prompt.request.messages) == 1
