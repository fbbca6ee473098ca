"""Stop: at every moment, from any tab, more than once. What was shown is what is kept."""

from __future__ import annotations

import asyncio
import random

from tests.completions.upstream import answer
from tests.live.conftest import OpenTab
from tests.live.host import Host, held, paced, says, words
from tests.live.site import Site

RACES = 50


async def test_stop_before_the_first_word(site: Site, host: Host, open_tab: OpenTab) -> None:
    alice, gate = await open_tab(site, site.person()), host.gate()
    prompt = host.will(held(gate))
    turn = await alice.sends(prompt)
    await gate.reached()
    assert (await alice.asks("turn.stop", generation=turn["generation"]))["type"] == "done"
    row = await alice.sees_end(turn)
    assert (row["state"], row["content"], row["error_kind"]) == ("stopped", "", "")
    await host.closed(prompt)


async def test_stop_in_the_middle_keeps_what_is_shown(site: Site, host: Host, open_tab: OpenTab) -> None:
    alice, gate = await open_tab(site, site.person()), host.gate()
    prompt = host.will(held(gate, "shown and kept"))
    turn = await alice.sends(prompt)
    shown = await alice.sees_text(turn, "kept")
    await alice.asks("turn.stop", generation=turn["generation"], cursor=shown.cursor)
    row = await alice.sees_end(turn)
    assert (row["state"], row["content"]) == ("stopped", "shown and kept")
    await host.closed(prompt)


async def test_stop_from_the_other_tab_twice_and_after_the_end(
    site: Site, host: Host, open_tab: OpenTab
) -> None:
    person, gate = site.person(), host.gate()
    first, second = await open_tab(site, person), await open_tab(site, person, format="html")
    turn = await first.sends(host.will(held(gate, "some text")))
    await first.sees_text(turn, "some")
    for _ in range(2):
        assert (await second.asks("turn.stop", generation=turn["generation"]))["type"] == "done"
    assert (await first.sees_end(turn))["state"] == "stopped"
    before = site.generation(turn["generation"])
    assert (await second.asks("turn.stop", generation=turn["generation"], cursor=1))["type"] == "done"
    assert site.generation(turn["generation"]) == before


async def test_stop_while_waiting_to_try_again(site: Site, host: Host, open_tab: OpenTab) -> None:
    alice = await open_tab(site, site.person())
    prompt = host.will(answer(429, headers="Retry-After: 20\r\n"))
    turn = await alice.sends(prompt)
    waiting = await alice.sees(
        lambda frame: frame["type"] == "generation.state" and frame["waiting"] == "retry"
    )
    assert 15 < waiting["seconds"] < 30
    assert waiting["message"]
    await alice.asks("turn.stop", generation=turn["generation"])
    assert (await alice.sees_end(turn, seconds=5))["state"] == "stopped"
    assert host.calls(prompt) == 1


async def test_stop_races_with_the_end(site: Site, host: Host, open_tab: OpenTab) -> None:
    person, chance = site.person(), random.Random(11)
    first, second = await open_tab(site, person), await open_tab(site, person, format="html")
    text = "".join(words(20))

    async def race() -> str:
        prompt = host.will(paced(*words(20), seconds=0.005))
        turn = await first.sends(prompt)
        await second.opens(turn["conversation"])
        await asyncio.sleep(chance.random() * 0.25)  # any moment of the reply's life, and after it
        reply = second.replies.get(turn["generation"])
        cursor = {"cursor": reply.cursor} if reply is not None and chance.random() < 0.7 else {}
        stops = [tab.asks("turn.stop", generation=turn["generation"], **cursor) for tab in (first, second)]
        assert {answered["type"] for answered in await asyncio.gather(*stops)} == {"done"}
        row = await first.sees_end(turn)
        await second.sees_end(turn)
        assert text.startswith(row["content"])
        assert row["state"] == "stopped" or row["content"] == text
        await host.closed(prompt)
        for tab in (first, second):
            await tab.asks("leave", conversation=turn["conversation"])
            tab.paths.pop(turn["conversation"])
        return str(row["state"])

    states = [await race() for _ in range(RACES)]
    assert {"stopped", "complete"} >= set(states) >= {"stopped"}


async def test_a_stopped_reply_can_be_continued_and_regenerated(
    site: Site, host: Host, open_tab: OpenTab
) -> None:
    alice, gate = await open_tab(site, site.person()), host.gate()
    prompt = host.will(held(gate, "one two"), says(" three"), says("anew"))
    turn = await alice.sends(prompt)
    shown = await alice.sees_text(turn, "two")
    await alice.asks("turn.stop", generation=turn["generation"], cursor=shown.cursor)
    await alice.sees_end(turn)
    longer = await alice.acts("turn.continue", message=turn["reply"])
    assert (await alice.sees_end(longer))["content"] == "one two three"
    other = await alice.acts("turn.regenerate", message=turn["reply"])
    assert (await alice.sees_end(other))["content"] == "anew"
    assert site.generation(turn["generation"])["content"] == "one two"
