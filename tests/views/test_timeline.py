"""The timeline of a reply's tools: lanes to scale, words, caps, and where it is shown."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from chatsite.accounts.models import User
from conversations.models import CallState, State
from conversations.store.tool_calls import CallRecord, tool_calls_add
from conversations.views.timeline import (
    LANE,
    PURPOSE_CHARACTERS,
    RESULT_CHARACTERS,
    SUMMARY_CHARACTERS,
    CallView,
    timeline_of,
)
from tests.store.verbs import end, held, start

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
GENERATION = uuid.uuid4()


def call(index: int = 0, begins: float | None = None, ends: float | None = None, **more: Any) -> CallRecord:
    """begins, ends: seconds after START."""
    usual = {"id": uuid.uuid4(), "generation_id": GENERATION, "round": 0, "call_id": f"c{index}"}
    times = {
        "started_at": None if begins is None else START + timedelta(seconds=begins),
        "ended_at": None if ends is None else START + timedelta(seconds=ends),
    }
    return CallRecord(**usual | {"index": index, "name": "echo", "state": CallState.DONE} | times | more)


def shown(*calls: CallRecord) -> list[CallView]:
    timeline = timeline_of(calls, None)
    assert timeline is not None
    return [view for round_ in timeline.rounds for view in round_.calls]


def test_lanes_are_to_scale_on_one_clock() -> None:
    views = shown(call(0, 0, 1), call(1, 0.5, 2), call(2, None, None, state=CallState.DENIED))
    assert [(view.x, view.width) for view in views] == [(0, LANE // 2), (LANE // 4, 3 * LANE // 4), (0, 0)]
    assert [(view.begins, view.ends) for view in views] == [(0, 1000), (500, 2000), (None, None)]
    assert [view.duration for view in views] == ["1.0 s", "1.5 s", ""]


def test_a_call_that_took_no_time_can_be_seen() -> None:
    first, second = shown(call(0, 0, 100), call(1, 100, 100))
    assert second.width > 0 and second.x + second.width <= LANE
    assert (first.duration, second.duration) == ("100.0 s", "0 ms")


def test_rounds_and_replies_are_apart() -> None:
    other = uuid.uuid4()
    timeline = timeline_of(
        [call(0), call(0, round=1, call_id="d"), call(0, generation_id=other)], {"tool_choice": "none"}
    )
    assert timeline is not None
    assert [(round_.number, len(round_.calls)) for round_ in timeline.rounds] == [(1, 1), (2, 1), (3, 1)]
    assert timeline.last and timeline.count == 3
    assert timeline_of([], None) is None


@pytest.mark.parametrize("extra", [0, 1])
def test_long_texts_are_cut_with_a_note(extra: int) -> None:
    (view,) = shown(
        call(
            arguments="a" * (RESULT_CHARACTERS + extra),
            result="r" * (RESULT_CHARACTERS + extra),
            purpose="p" * (PURPOSE_CHARACTERS + extra),
        )
    )
    note = "\n… 1 more characters" if extra else ""
    assert view.arguments == "a" * RESULT_CHARACTERS + note
    assert view.result == "r" * RESULT_CHARACTERS + note
    assert view.purpose == "p" * PURPOSE_CHARACTERS + ("…" if extra else "")


def test_arguments_in_one_line() -> None:
    parsed = {"text": "two\nlines", "count": 3, "list": [1, "a"]}
    (view,) = shown(call(arguments=json.dumps(parsed), parsed=parsed))
    assert view.summary == 'two lines, 3, [1, "a"]'
    (broken,) = shown(call(arguments="{oops " + "x" * 200, state=CallState.BAD_ARGUMENTS))
    assert broken.summary.startswith("{oops x") and len(broken.summary) == SUMMARY_CHARACTERS + 1


HOSTILE = "<script>alert(1)</script>"


def test_the_page_details_and_the_admin_show_it_as_text(
    alice: User, alice_client: Client, admin_client: Client
) -> None:
    claim = start(alice)
    record = call(
        1,
        0,
        1,
        generation_id=claim.generation_id,
        name=HOSTILE,
        title=HOSTILE,
        result=HOSTILE,
        arguments=HOSTILE,
    )
    asks = call(0, generation_id=claim.generation_id, title="Letter", state=CallState.WAITING)
    assert tool_calls_add(held=held(claim), records=[asks, record], content="")
    address = f"/c/{claim.conversation_id}"
    assert 'data-decide="approve"' in alice_client.get(address).content.decode()
    request = {"tools": [{"type": "function", "function": {"name": "echo", "description": "d" * 99}}]}
    end(claim, "Stopped", State.STOPPED, request=request)
    page = alice_client.get(address).content.decode()
    details = alice_client.get(f"{address}/messages/{claim.reply_id}/details").content.decode()
    review = admin_client.get(f"/admin/conversations/message/{claim.reply_id}/change/").content.decode()
    for found in (page, details, review):
        assert HOSTILE not in found
        assert "alert(1)" in found
        assert "data-decide" not in found
    assert "round 1: echo (stopped), " in details
    assert "tools [&quot;echo&quot;]" in details
    assert 'class="tool-round"' in page and 'class="tool-round"' in review
