"""What one person may take of the site: sockets, frames, replies at a time. Each is told, and given back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.live.choices import says_side_by_side
from tests.live.conftest import OpenTab
from tests.live.host import Host, held, says, words
from tests.live.site import Site, new_site


@pytest.fixture(scope="module")
def strict(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with small limits."""
    made = new_site(
        tmp_path_factory.mktemp("strict"),
        host.url,
        CHATSITE_SOCKETS_PER_USER="3",
        CHATSITE_RUNNING_PER_USER="2",
        CHATSITE_RUNNING_TOTAL="3",
        CHATSITE_QUEUE_SECONDS="2",
        CHATSITE_FRAMES_BURST="30",
        CHATSITE_FRAMES_PER_SECOND="5",
        CHATSITE_MESSAGES_PER_BRANCH="4",
    )
    with made.running():
        yield made
        made.check()


async def test_one_socket_too_many_is_told_and_closed(strict: Site, open_tab: OpenTab) -> None:
    person = strict.person()
    tabs = [await open_tab(strict, person) for _ in range(3)]
    beyond = await open_tab(strict, person)
    assert await beyond.is_closed() == 4429
    assert beyond.frames[-1]["reconnect"] is True
    await (await open_tab(strict, strict.person())).asks("ping")
    for tab in tabs:
        assert (await tab.asks("ping"))["type"] == "pong"


async def test_the_places_of_lost_sockets_are_given_back(strict: Site, open_tab: OpenTab) -> None:
    person = strict.person()
    for _ in range(10):
        tabs = [await open_tab(strict, person) for _ in range(3)]
        for tab in tabs:
            assert tab.frames[0]["type"] == "welcome"
            tab.drops()
        async with asyncio.timeout(10):
            while (probe := await open_tab(strict, person)).frames[0]["type"] != "welcome":
                await probe.is_closed()
        await probe.leaves()


async def test_frames_beyond_the_rate_are_refused_and_in_the_end_the_socket_closes(
    strict: Site, open_tab: OpenTab
) -> None:
    tab = await open_tab(strict, strict.person())
    for number in range(150):
        await tab.tell("ping", ref=str(number))
    assert await tab.is_closed() == 4429
    answered = [frame for frame in tab.frames if frame["type"] in ("pong", "error")]
    assert [frame["ref"] for frame in answered] == [str(number) for number in range(len(answered))]
    assert {frame["code"] for frame in answered if frame["type"] == "error"} == {"too_many"}
    assert sum(frame["type"] == "pong" for frame in answered) >= 30


async def test_acknowledging_several_replies_at_a_time_is_not_beyond_the_rate(
    strict: Site, host: Host, open_tab: OpenTab
) -> None:
    """Each asks for up to twelve a second: more than are allowed, if they were counted."""
    alice = await open_tab(strict, strict.person())
    texts = [" ".join(words(20))] * 3
    turn = await alice.sends(host.will(says_side_by_side(*texts, seconds=0.1)), parameters={"n": 3})
    for one in (turn, *turn["others"]):
        await alice.sees_end(turn | one)
    assert [frame for frame in alice.frames if frame["type"] == "error"] == []
    for _ in range(60):
        await alice.tell("ack", generation=turn["generation"], seq=1)
    await alice.sees(lambda frame: frame["type"] == "error" and frame["code"] == "too_many")


async def test_replies_beyond_ones_share_wait_their_turn(strict: Site, host: Host, open_tab: OpenTab) -> None:
    alice, gate = await open_tab(strict, strict.person()), host.gate()
    running = [await alice.sends(host.will(held(gate, "first ", then=("and last",)))) for _ in range(2)]
    prompt = host.will(says("after them"))
    waiting = await alice.sends(prompt)
    told = await alice.sees(
        lambda frame: frame["type"] == "generation.state" and frame["generation"] == waiting["generation"]
    )
    assert (told["state"], told["waiting"]) == ("queued", "turn")
    assert host.calls(prompt) == 0
    bob = await open_tab(strict, strict.person())
    assert (await bob.sees_end(await bob.sends(host.will(says("at once")))))["content"] == "at once"
    gate.open()
    for turn in running:
        await alice.sees_end(turn)
    assert (await alice.sees_end(waiting))["content"] == "after them"


async def test_who_waited_too_long_is_told_and_keeps_the_message(
    strict: Site, host: Host, open_tab: OpenTab
) -> None:
    alice, gate = await open_tab(strict, strict.person()), host.gate()
    running = [await alice.sends(host.will(held(gate, "long"))) for _ in range(2)]
    prompt = host.will(says("later"))
    row = await alice.sees_end(waiting := await alice.sends(prompt))
    assert (row["state"], row["error_kind"], row["content"]) == ("failed", "busy", "")
    assert host.calls(prompt) == 0
    gate.open()
    for turn in running:
        await alice.sees_end(turn)
    again = await alice.acts("turn.regenerate", message=waiting["reply"])
    assert (await alice.sees_end(again))["content"] == "later"


async def test_stop_while_waiting_for_a_turn(strict: Site, host: Host, open_tab: OpenTab) -> None:
    alice, gate = await open_tab(strict, strict.person()), host.gate()
    running = [await alice.sends(host.will(held(gate, "long"))) for _ in range(2)]
    prompt = host.will(says("never"))
    waiting = await alice.sends(prompt)
    await alice.asks("turn.stop", generation=waiting["generation"])
    assert (await alice.sees_end(waiting))["state"] == "stopped"
    gate.open()
    for turn in running:
        await alice.sees_end(turn)
    assert host.calls(prompt) == 0


async def test_a_full_branch_takes_no_further_message(strict: Site, host: Host, open_tab: OpenTab) -> None:
    alice = await open_tab(strict, strict.person())
    turn = await alice.sends(host.will(says("one")))
    await alice.sees_end(turn)
    place = {"conversation": turn["conversation"], "parent": turn["reply"]}
    turn = await alice.sends(host.will(says("two")), **place)
    await alice.sees_end(turn)
    refused = await alice.asks(
        "turn.start", client_id="one-too-many", text="three", **place | {"parent": turn["reply"]}
    )
    assert (refused["type"], refused["code"]) == ("error", "too_many")


async def test_one_socket_watches_eight_conversations(site: Site, host: Host, open_tab: OpenTab) -> None:
    alice = await open_tab(site, site.person())
    turns = [await alice.sends(host.will(says("x"))) for _ in range(8)]
    for turn in turns:
        await alice.sees_end(turn)
    ninth = await alice.asks("turn.start", client_id="ninth-conversation", text="nine")
    refused = await alice.opens(ninth["conversation"])
    assert (refused["type"], refused["code"]) == ("error", "too_many")
    await alice.asks("leave", conversation=turns[0]["conversation"])
    assert (await alice.opens(ninth["conversation"]))["type"] == "conversation"
