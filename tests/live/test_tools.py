"""Tools over a real socket: what a client is told, what it may decide, and what a killed process leaves."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator

import pytest

from tests.live.conftest import OpenTab
from tests.live.host import Host
from tests.live.site import Site, tooled_site
from tests.live.tabs import Frame, Tab
from tests.turns.calling import answering, calling, with_tools

LETTER = ("l", "letter", '{"to": "Bob"}')
ROWS = 'SELECT * FROM conversations_toolcall WHERE generation_id = ? ORDER BY round, "index"'


@pytest.fixture(scope="module")
def tooled(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Started by each test for itself."""
    made = tooled_site(tmp_path_factory.mktemp("tooled"), host.url)
    yield made
    made.check()


async def asked(tab: Tab, prompt: str, *names: str) -> tuple[Frame, str]:
    """Send the prompt, and wait for the call that asks; the turn and the call's id."""
    turn = await tab.sends(prompt, parameters=with_tools(*names))
    frame = await tab.sees(lambda frame: frame["type"] == "generation.tools" and frame["waiting"])
    return turn, frame["waiting"][0]


def calls(site: Site, turn: Frame) -> list[Frame]:
    return site.rows(ROWS, turn["generation"].replace("-", ""))


@pytest.mark.parametrize("format", ["text", "html"])
async def test_a_client_is_told_of_the_calls_and_decides(
    tooled: Site, host: Host, open_tab: OpenTab, format: str
) -> None:
    prompt = host.will(calling(LETTER, text="A letter it is."), answering("Sent."))
    with tooled.running():
        tab = await open_tab(tooled, tooled.person(), format=format)
        turn, call = await asked(tab, prompt, "letter")
        state = await tab.sees(lambda frame: frame.get("waiting") == "person")
        assert state["message"] == "Waiting for your answer: Send a letter"
        assert (await tab.asks("tool.decide", call=call, decision="approve"))["type"] == "done"
        await tab.sees_end(turn)
        again = await tab.asks("tool.decide", call=call, decision="deny")
        assert (again["type"], again["code"]) == ("error", "not_possible")
        last = tab.replies[turn["generation"]].tools
        await tab.leaves()
    assert last is not None and last["waiting"] == []
    if format == "html":
        assert "sent to Bob" in last["html"] and "Approve" not in last["html"]
    else:
        (shown,) = last["calls"]
        assert (shown["name"], shown["title"], shown["state"]) == ("letter", "Send a letter", "done")
        assert shown["result"] == "sent to Bob" and shown["started"] <= shown["ended"]


async def test_two_tabs_decide_and_the_first_holds(tooled: Site, host: Host, open_tab: OpenTab) -> None:
    prompt = host.will(calling(LETTER), answering("Done."))
    with tooled.running():
        person = tooled.person()
        first, second = await open_tab(tooled, person), await open_tab(tooled, person)
        turn, call = await asked(first, prompt, "letter")
        await second.opens(turn["conversation"])
        await second.sees(lambda frame: frame["type"] == "generation.tools" and call in frame["waiting"])
        answers = await asyncio.gather(
            first.asks("tool.decide", call=call, decision="deny"),
            second.asks("tool.decide", call=call, decision="approve"),
        )
        await first.sees_end(turn)
        await second.sees_end(turn)
        shown = [tab.replies[turn["generation"]].tools["calls"][0]["state"] for tab in (first, second)]
        for tab in (first, second):
            await tab.leaves()
    assert sorted(answer["type"] for answer in answers) == ["done", "error"]
    winner = "denied" if answers[0]["type"] == "done" else "done"
    assert shown == [winner, winner]
    assert [row["state"] for row in calls(tooled, turn)] == [winner]


async def test_a_killed_process_leaves_its_calls_interrupted(
    tooled: Site, host: Host, open_tab: OpenTab
) -> None:
    prompt = host.will(calling(("h", "hold", "{}"), LETTER, text="Both."), answering("Never."))
    person = tooled.person()
    with tooled.running() as serving:
        tab = await open_tab(tooled, person)
        turn, _ = await asked(tab, prompt, "hold", "letter")
        await tab.sees(
            lambda frame: (
                frame["type"] == "generation.tools"
                and [call["state"] for call in frame["calls"]] == ["running", "waiting"]
            )
        )
        serving.process.send_signal(signal.SIGKILL)
        await tab.is_closed()
    with tooled.running():
        back = await open_tab(tooled, person)
        await back.opens(turn["conversation"])
        row = await back.sees_end(turn)
        await back.leaves()
    assert row["state"] == "interrupted"
    assert [call["state"] for call in calls(tooled, turn)] == ["interrupted", "interrupted"]
    assert all(call["result"].startswith("error: ") for call in calls(tooled, turn))
    assert host.calls(prompt) == 1


async def test_the_whole_of_a_reply_with_tools_outlives_its_reader(
    tooled: Site, host: Host, open_tab: OpenTab
) -> None:
    prompt = host.will(calling(("w", "wait", '{"seconds": 0.3}')), answering("Done."))
    with tooled.running():
        person = tooled.person()
        tab = await open_tab(tooled, person)
        turn = await tab.sends(prompt, parameters=with_tools("wait"))
        await tab.leaves()
        back = await open_tab(tooled, person)
        await back.opens(turn["conversation"])
        row = await back.sees_end(turn)
        await back.leaves()
    assert (row["state"], row["content"]) == ("complete", "Done.")
