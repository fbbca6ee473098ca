"""Tabs that close, reload, come back, disagree in speed and number: every one ends with the stored text."""

from __future__ import annotations

import asyncio
import json
import random
import uuid

import pytest

from tests.live.conftest import OpenTab
from tests.live.host import Host, held, paced, says, words
from tests.live.site import Site
from tests.live.tabs import Frame, Tab

REOPENINGS = 50


async def test_a_lost_tab_does_not_lose_the_reply(site: Site, host: Host, open_tab: OpenTab) -> None:
    person, gate = site.person(), host.gate()
    alice = await open_tab(site, person)
    turn = await alice.sends(host.will(held(gate, "before ", then=("after",))))
    await alice.sees_text(turn, "before")
    alice.drops()
    gate.open()
    back = await open_tab(site, person)
    await back.opens(turn["conversation"])
    assert (await back.sees_end(turn))["content"] == "before after"


async def test_a_closed_tab_does_not_stop_the_reply(site: Site, host: Host, open_tab: OpenTab) -> None:
    person, gate = site.person(), host.gate()
    alice = await open_tab(site, person)
    turn = await alice.sends(host.will(held(gate, "before ", then=("after",))))
    await alice.leaves()
    gate.open()
    back = await open_tab(site, person)
    await back.opens(turn["conversation"])
    assert (await back.sees_end(turn))["content"] == "before after"


async def test_reloading_at_any_moment_shows_all_of_it_once(
    site: Site, host: Host, open_tab: OpenTab
) -> None:
    person, chance = site.person(), random.Random(7)
    alice = await open_tab(site, person, format="html")
    text = words(300)
    turn = await alice.sends(host.will(paced(*text, seconds=0.01)))

    async def reload(number: int) -> Frame:
        await asyncio.sleep(chance.random() * 3.5)  # any moment: before, during and after the reply
        tab = await open_tab(site, person, format="html" if number % 2 else "text")
        await tab.opens(turn["conversation"])
        return await tab.sees_end(turn)

    rows = await asyncio.gather(*map(reload, range(REOPENINGS)))
    rows.append(await alice.sees_end(turn))
    assert {row["content"] for row in rows} == {"".join(text)}


async def test_opening_again_on_the_same_socket_starts_from_a_snapshot(
    site: Site, host: Host, open_tab: OpenTab
) -> None:
    alice, gate = await open_tab(site, site.person(), format="html"), host.gate()
    turn = await alice.sends(host.will(held(gate, "one *two* ", then=("three",))))
    for _ in range(10):
        await alice.opens(turn["conversation"])
        await alice.sees_text(turn)
    gate.open()
    assert (await alice.sees_end(turn))["content"] == "one *two* three"


async def test_two_tabs_are_both_live_and_a_stranger_hears_nothing(
    site: Site, host: Host, open_tab: OpenTab
) -> None:
    person, gate = site.person(), host.gate()
    first, second = await open_tab(site, person), await open_tab(site, person, format="html")
    stranger = await open_tab(site, site.person())
    turn = await first.sends(host.will(held(gate, "for two ", then=("tabs",))))
    await second.sees(lambda frame: frame["type"] == "conversation.listed")
    await second.opens(turn["conversation"])
    await second.sees_text(turn, "for two")
    gate.open()
    assert (await first.sees_end(turn))["content"] == (await second.sees_end(turn))["content"]
    await stranger.asks("ping")
    assert [frame["type"] for frame in stranger.frames] == ["welcome", "pong"]


async def test_a_turn_from_one_tab_appears_in_the_other(site: Site, host: Host, open_tab: OpenTab) -> None:
    person = site.person()
    first, second = await open_tab(site, person), await open_tab(site, person)
    turn = await first.sends(host.will(says("one")))
    await first.sees_end(turn)
    await second.opens(turn["conversation"])
    follow_up = await first.sends(
        host.will(says("two")), conversation=turn["conversation"], parent=turn["reply"]
    )
    await second.until(lambda: follow_up["reply"] in second.articles)
    await second.sees_end(follow_up)
    assert second.paths == first.paths


async def test_a_reader_who_does_not_acknowledge_is_sent_little_and_then_closed(
    hasty: Site, host: Host, open_tab: OpenTab
) -> None:
    person = hasty.person()
    slow, quick = await open_tab(hasty, person), await open_tab(hasty, person)
    slow.acknowledges = False
    turn = await slow.sends(host.will(paced(*words(45), seconds=0.1)))
    await quick.opens(turn["conversation"])
    assert await slow.is_closed(seconds=20) == 4408
    assert slow.frames[-1]["type"] == "closing"
    assert sum(frame["type"] == "generation.delta" for frame in slow.frames) < 16
    assert (await quick.sees_end(turn))["content"] == "".join(words(45))


async def test_a_reader_who_catches_up_has_everything(site: Site, host: Host, open_tab: OpenTab) -> None:
    alice = await open_tab(site, site.person(), format="html")
    alice.acknowledges = False
    text = words(60)
    turn = await alice.sends(host.will(paced(*text, seconds=0.05)))
    await alice.until(lambda: alice.replies.get(turn["generation"]) is not None)
    await alice.until(lambda: alice.replies[turn["generation"]].seq >= 16)
    await alice.tell("ack", generation=turn["generation"], seq=alice.replies[turn["generation"]].seq)
    alice.acknowledges = True
    assert (await alice.sees_end(turn))["content"] == "".join(text)


async def test_a_stalled_reader_slows_nobody(site: Site, host: Host, open_tab: OpenTab) -> None:
    person = site.person()
    stalled, quick = await open_tab(site, person), await open_tab(site, person)
    big = ["x" * 20_000 + "\n\n"] * 45
    turn = await stalled.sends(host.will(paced(*big, seconds=0.01)))
    stalled.stops_reading()
    await quick.opens(turn["conversation"])
    assert (await quick.sees_end(turn))["content"] == "".join(big)
    stalled.reads_on()
    assert (await stalled.sees_end(turn))["content"] == "".join(big)


async def test_a_message_sent_twice_at_once_is_one_message(site: Site, host: Host, open_tab: OpenTab) -> None:
    person, client_id = site.person(), uuid.uuid4().hex
    prompt = host.will(says("once"))
    tabs = [await open_tab(site, person) for _ in range(4)]
    turns = await asyncio.gather(*(tab.sends(prompt, client_id=client_id) for tab in tabs for _ in range(3)))
    assert len({(turn["conversation"], turn["message"], turn["reply"]) for turn in turns}) == 1
    assert sum(not turn["repeated"] for turn in turns) == 1
    for tab in tabs:
        await tab.sees_end(turns[0])
    assert host.calls(prompt) == 1


async def test_a_message_whose_answer_was_lost_is_sent_again_and_stored_once(
    site: Site, host: Host, open_tab: OpenTab
) -> None:
    person, chance = site.person(), random.Random(3)
    for _ in range(12):
        client_id, prompt = uuid.uuid4().hex, host.will(says("once"))
        lost = await open_tab(site, person)
        await lost.tell("turn.start", client_id=client_id, text=prompt)
        await asyncio.sleep(chance.random() * 0.02)  # the connection may break before, at or after the claim
        lost.drops()
        again = await open_tab(site, person)
        turn = await again.sends(prompt, client_id=client_id)
        await again.sees_end(turn)
        assert host.calls(prompt) == 1
        assert stored(site, client_id) == 1


def stored(site: Site, client_id: str) -> int:
    count = site.one("SELECT count(*) FROM conversations_message WHERE client_id = ?", client_id)
    assert isinstance(count, int)
    return count


@pytest.mark.parametrize("version", ["0", "2", "x", ""])
async def test_a_tab_of_another_version_is_told_to_load_the_page_again(
    site: Site, open_tab: OpenTab, version: str
) -> None:
    old = await open_tab(site, site.person(), query=f"?version={version}&version=9")
    assert await old.is_closed() == 4400
    assert [frame["type"] for frame in old.frames] == ["closing"]


async def test_acknowledgements_that_make_no_sense_change_nothing(
    site: Site, host: Host, open_tab: OpenTab
) -> None:
    alice, gate = await open_tab(site, site.person()), host.gate()
    turn = await alice.sends(host.will(held(gate, "a ", then=("b",))))
    await alice.sees_text(turn, "a")
    for seq in (0, 10**30, 1, 10**9, 2, 2, 1):
        await alice.tell("ack", generation=turn["generation"], seq=seq)
    await alice.tell("ack", generation=str(uuid.uuid4()), seq=1)
    gate.open()
    assert (await alice.sees_end(turn))["content"] == "a b"


async def test_actions_replayed_out_of_order_act_once(site: Site, host: Host, open_tab: OpenTab) -> None:
    alice = await open_tab(site, site.person())
    first = await alice.sends(host.will(says("one")))
    await alice.sees_end(first)
    actions: list[Frame] = [
        {"type": "turn.regenerate", "message": first["reply"]},
        {"type": "turn.edit", "message": first["message"], "text": host.will(says("edited"))},
        {
            "type": "turn.start",
            "conversation": first["conversation"],
            "parent": first["reply"],
            "text": host.will(says("two")),
        },
    ]
    for number, action in enumerate(actions):
        action["client_id"] = f"replayed-{number}-{uuid.uuid4().hex[:8]}"
    first_answers = []
    for action in actions:
        first_answers.append(await act(alice, action))
        await alice.sees_end(first_answers[-1])
    for number in (2, 0, 1, 1, 0, 2):
        again = await act(alice, actions[number])
        assert again["repeated"]
        assert again["reply"] == first_answers[number]["reply"]


async def act(tab: Tab, action: Frame) -> Frame:
    fields = {name: value for name, value in action.items() if name != "type"}
    return await tab.acts(action["type"], **fields)


async def test_a_message_to_a_running_reply_is_refused_and_can_be_sent_later(
    site: Site, host: Host, open_tab: OpenTab
) -> None:
    alice, gate = await open_tab(site, site.person()), host.gate()
    turn = await alice.sends(host.will(held(gate, "still ", then=("writing",))))
    await alice.sees_text(turn, "still")
    client_id = uuid.uuid4().hex
    fields = {"conversation": turn["conversation"], "parent": turn["reply"], "client_id": client_id}
    refused = await alice.asks("turn.start", text="me too", **fields)
    assert (refused["type"], refused["code"], refused["retry"]) == ("error", "reply_running", True)
    assert refused["client_id"] == client_id
    assert stored(site, client_id) == 0
    gate.open()
    await alice.sees_end(turn)
    await alice.sees_end(await alice.sends("me too", **fields))


async def test_branches_that_run_side_by_side_do_not_mix(site: Site, host: Host, open_tab: OpenTab) -> None:
    alice = await open_tab(site, site.person())
    gates = [host.gate() for _ in range(3)]
    prompts = [
        host.will(held(gate, f"{name} begins, ", then=(f"{name} ends",)))
        for name, gate in zip("abc", gates, strict=True)
    ]
    turns = [await alice.sends(prompts[0])]
    refused = await alice.asks("turn.regenerate", client_id="early-regenerate", message=turns[0]["reply"])
    assert refused["code"] == "reply_running"
    for prompt in prompts[1:]:
        turns.append(await alice.acts("turn.edit", message=turns[0]["message"], text=prompt))
    for turn, gate in zip(turns, gates, strict=True):
        await gate.reached()
        assert (await alice.asks("branch.choose", message=turn["reply"]))["type"] == "done"
        await alice.until(lambda turn=turn: alice.paths[turn["conversation"]][-1] == turn["reply"])  # type: ignore[misc]
    for gate in reversed(gates):
        gate.open()
    for name, turn in zip("abc", turns, strict=True):
        await alice.asks("branch.choose", message=turn["reply"])
        row = await alice.sees_end(turn)
        assert row["content"] == f"{name} begins, {name} ends"
        assert json.loads(row["request"])["messages"][-1]["content"] == prompts["abc".index(name)]
