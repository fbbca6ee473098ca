"""What the provider says at the end of a reply, and the state that is stored for it."""

from __future__ import annotations

import asyncio

import pytest

from chatsite.accounts.models import User
from conversations.models import State
from tests.turns.house import House

pytestmark = pytest.mark.django_db(transaction=True)

DECLINED = "I'm sorry, but I can't help with that."


@pytest.mark.parametrize(
    ("scenario", "state", "reason", "kind"),
    [
        ("finish reason=stop count=3", State.COMPLETE, "stop", ""),
        ("finish reason=length count=3", State.TRUNCATED, "length", ""),
        ("finish reason=length count=0", State.TRUNCATED, "length", ""),
        ("finish reason=content_filter count=3", State.FILTERED, "content_filter", ""),
        ("finish reason=content_filter count=0", State.FILTERED, "content_filter", ""),
        ("finish reason=tool_calls count=3", State.COMPLETE, "tool_calls", ""),
        ("finish reason=function_call count=3", State.COMPLETE, "function_call", ""),
        ("finish reason=function_call count=0", State.FAILED, "function_call", "called"),
        ("finish reason=eos count=3", State.COMPLETE, "eos", ""),
        ("finish reason=eos count=0", State.FAILED, "eos", "empty"),
        ("no-finish count=3", State.COMPLETE, "", ""),
        ("neither count=3", State.INTERRUPTED, "", "interrupted"),
        ("empty", State.FAILED, "stop", "empty"),
        ("refusal", State.COMPLETE, "stop", ""),
    ],
)
async def test_each_end_is_stored_as_its_state(
    house: House, alice: User, scenario: str, state: State, reason: str, kind: str
) -> None:
    async with house.open():
        live = await house.say(alice, f"scenario: {scenario}")
        assert await house.state_of(live) == state
        row = await house.row(live)
        assert (row.finish_reason, row.error_kind) == (reason, kind)
        assert row.refusal == (DECLINED if scenario == "refusal" else "")


@pytest.mark.parametrize("format", ["html", "text"])
async def test_a_refusal_is_seen_while_it_is_written(house: House, alice: User, format: str) -> None:
    async with house.open():
        live = await house.say(alice, "scenario: refusal rate=20")
        early = house.watch(live, "html" if format == "html" else "text")
        await house.sees(live, lambda: 3 < len(live.refusal) < len(DECLINED))
        late = house.watch(live, "html" if format == "html" else "text")
        assert await house.state_of(live) == State.COMPLETE
        await asyncio.gather(early.task, late.task)
        assert early.refusal == late.refusal == DECLINED
        row = await house.row(live)
        assert row.refusal == DECLINED and row.first_text_ms is not None


async def test_a_stopped_refusal_keeps_what_was_said(house: House, alice: User) -> None:
    async with house.open():
        live = await house.say(alice, "scenario: refusal rate=20")
        await house.sees(live, lambda: len(live.refusal) > 3)
        house.generations.stop(live)
        assert await house.state_of(live) == State.STOPPED
        assert 3 < len((await house.row(live)).refusal) <= len(DECLINED)
