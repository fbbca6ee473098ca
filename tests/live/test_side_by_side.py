"""Several replies to one message, over real sockets: two tabs, stops, choosing, a killed process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.choices import says_side_by_side
from tests.live.conftest import OpenTab
from tests.live.host import Gate, Host, says
from tests.live.site import Site, new_site
from tests.live.tabs import Frame, Tab

TEXTS = ("one red house", "two green houses", "three blue houses")


def turns_of(accepted: Frame) -> list[Frame]:
    """The accepted turn as one of each reply."""
    return [accepted, *(accepted | other for other in accepted.get("others", []))]


async def ask(tab: Tab, host: Host, gate: Gate | None = None, then: str = "") -> list[Frame]:
    prompt = host.will(says_side_by_side(*TEXTS, gate=gate, then=then))
    return turns_of(await tab.sends(prompt, parameters={"n": len(TEXTS)}))


async def everything_came(tab: Tab, turns: list[Frame]) -> None:
    for turn, text in zip(turns, TEXTS, strict=True):
        await tab.sees_text(turn, text.split(" ")[-1])


@pytest.mark.parametrize("format", ["text", "html"])
async def test_two_tabs_see_each_reply_whole_and_as_stored(
    site: Site, host: Host, open_tab: OpenTab, format: str
) -> None:
    person, gate = site.person(), host.gate()
    alice = await open_tab(site, person, format=format)
    turns = await ask(alice, host, gate, then=", indeed")
    assert len(turns) == 3
    await everything_came(alice, turns)
    other = await open_tab(site, person, format=format)
    shown = await other.opens(turns[0]["conversation"])
    assert shown["path"][-1] == turns[0]["reply"]
    assert shown["beside"] == [turn["reply"] for turn in turns[1:]]
    gate.open()
    for tab in (alice, other):
        rows = [await tab.sees_end(turn) for turn in turns]
        assert [row["content"] for row in rows] == [f"{text}, indeed" for text in TEXTS]
    assert {row["state"] for row in rows} == {"complete"}


async def test_a_stop_from_another_tab_ends_one_and_the_others_go_on(
    site: Site, host: Host, open_tab: OpenTab
) -> None:
    person, gate = site.person(), host.gate()
    alice, other = await open_tab(site, person), await open_tab(site, person)
    turns = await ask(alice, host, gate, then=", indeed")
    await other.opens(turns[0]["conversation"])
    await everything_came(other, turns)
    await other.asks("turn.stop", generation=turns[1]["generation"])
    stopped = await alice.sees_end(turns[1])
    assert (stopped["state"], stopped["content"]) == ("stopped", TEXTS[1])
    gate.open()
    for turn in (turns[0], turns[2]):
        assert (await alice.sees_end(turn))["content"].endswith(", indeed")


async def test_choosing_one_ends_the_columns_in_every_tab(site: Site, host: Host, open_tab: OpenTab) -> None:
    person = site.person()
    alice, other = await open_tab(site, person), await open_tab(site, person)
    turns = await ask(alice, host)
    for turn in turns:
        await alice.sees_end(turn)
    conversation = turns[0]["conversation"]
    await other.opens(conversation)
    await alice.asks("branch.choose", message=turns[2]["reply"])
    for tab in (alice, other):
        await tab.until(lambda tab=tab: tab.paths[conversation][-1] == turns[2]["reply"])  # type: ignore[misc]
        assert "beside" not in await tab.sees(lambda frame: frame["type"] == "conversation")
    going_on = await alice.sends(host.will(says("on")), conversation=conversation, parent=turns[2]["reply"])
    assert "branched" not in going_on
    await alice.sees_end(turns_of(going_on)[0])


async def test_a_message_goes_on_from_the_first_when_none_was_chosen(
    site: Site, host: Host, open_tab: OpenTab
) -> None:
    alice = await open_tab(site, site.person())
    turns = await ask(alice, host)
    for turn in turns:
        await alice.sees_end(turn)
    on = await alice.sends(
        host.will(says("on")), conversation=turns[0]["conversation"], parent=turns[0]["reply"]
    )
    assert on.get("branched", False) is False
    shown = await alice.opens(turns[0]["conversation"])
    assert shown["path"][1] == turns[0]["reply"]


async def test_more_than_the_limit_is_refused(site: Site, host: Host, open_tab: OpenTab) -> None:
    alice = await open_tab(site, site.person())
    answer = await alice.asks("turn.start", client_id="nine-replies", text="Hello", parameters={"n": 9})
    assert (answer["type"], answer["message"]) == ("error", "Replies at a time: 9 are more than 8.")


@pytest.fixture
def mortal(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = new_site(tmp_path_factory.mktemp("side-by-side"), host.url)
    yield made
    made.check()


async def test_a_killed_process_leaves_each_reply_with_one_end(
    mortal: Site, host: Host, open_tab: OpenTab
) -> None:
    person, gate = mortal.person(), host.gate()
    with mortal.running() as serving:
        tab = await open_tab(mortal, person)
        turns = await ask(tab, host, gate)
        await everything_came(tab, turns)
        await tab.asks("turn.stop", generation=turns[1]["generation"])
        await tab.sees_end(turns[1])
        serving.process.kill()
        await tab.is_closed()
    with mortal.running():
        back = await open_tab(mortal, person)
        await back.opens(turns[0]["conversation"])
        states = [(await back.sees_end(turn))["state"] for turn in turns]
        assert states == ["interrupted", "stopped", "interrupted"]
