"""The site ends and starts again, politely or not, and its database is held by another program.

What was acknowledged is there exactly once, no reply is left running, and people can go on.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.live.conftest import OpenTab
from tests.live.host import Host, held, paced, says, words
from tests.live.site import ACTIVE, Site, new_site
from tests.live.tabs import Frame, Tab

KILLS = 20
STORM = 30
LONGEST_GAP = 1.0
"""Seconds of text that a killed process may lose."""


@pytest.fixture(scope="module")
def mortal(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site for tests that end it: each starts it for itself."""
    made = new_site(tmp_path_factory.mktemp("mortal"), host.url, CHATSITE_GRACE_SECONDS="1.5")
    yield made
    made.check()


async def test_sigterm_lets_short_replies_finish_and_interrupts_long_ones(
    mortal: Site, host: Host, open_tab: OpenTab
) -> None:
    person, short, long = mortal.person(), host.gate(), host.gate()
    with mortal.running() as serving:
        tab = await open_tab(mortal, person)
        ends = await tab.sends(host.will(held(short, "short ", then=("and whole",))))
        prompt = host.will(held(long, "long and cut"))
        cut = await tab.sends(prompt)
        await tab.sees_text(ends, "short")
        await tab.sees_text(cut, "cut")
        serving.process.send_signal(signal.SIGTERM)
        refused = await refused_turn(tab)
        assert (refused["code"], refused["retry"]) == ("restarting", True)
        short.open()
        await tab.sees_end(ends)
        assert await tab.is_closed(seconds=15) == 4412
        farewell = tab.frames[-1]
        assert (farewell["type"], farewell["code"], farewell["reconnect"]) == ("closing", 4412, True)
        assert await asyncio.to_thread(serving.end) == 0
    await host.closed(prompt)
    assert states(mortal, ends, cut) == ["complete", "interrupted"]
    with mortal.running():
        back = await open_tab(mortal, person)
        for turn, text in ((ends, "short and whole"), (cut, "long and cut")):
            await back.opens(turn["conversation"])
            assert (await back.sees_end(turn))["content"] == text
        long.open()
        longer = await back.acts("turn.continue", message=cut["reply"])
        row = await back.sees_end(longer)
        assert row["content"].startswith("long and cut")


async def refused_turn(tab: Tab) -> Frame:
    """The refusal of a message, once the site has begun to stop."""
    while True:
        answer = await tab.asks("turn.start", client_id=uuid.uuid4().hex, text="too late?")
        if answer["type"] == "error":
            return answer


def states(site: Site, *turns: Frame) -> list[str]:
    return [site.generation(turn["generation"])["state"] for turn in turns]


async def test_sigterm_while_messages_arrive_leaves_no_reply_open(
    mortal: Site, host: Host, open_tab: OpenTab
) -> None:
    person, chance = mortal.person(), random.Random(9)
    acknowledged: list[tuple[str, Frame]] = []
    for _ in range(3):
        with mortal.running() as serving:
            tabs = [await open_tab(mortal, person) for _ in range(4)]
            senders = [asyncio.create_task(keep_sending(tab, host, acknowledged)) for tab in tabs]
            await asyncio.sleep(0.2 + 0.3 * chance.random())
            serving.process.send_signal(signal.SIGTERM)
            for tab, sender in zip(tabs, senders, strict=True):
                assert await tab.is_closed(seconds=15) == 4412
                await ended(sender)
            assert await asyncio.to_thread(serving.end) == 0
        await everything_is_there(mortal, acknowledged)
    assert len(acknowledged) >= 10


async def ended(sender: asyncio.Task[None]) -> None:
    """End a sender whose socket is gone."""
    sender.cancel()
    with suppress(asyncio.CancelledError, ConnectionClosed, AssertionError):
        await sender


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_killed_at_any_moment_it_keeps_what_it_acknowledged(
    mortal: Site, host: Host, open_tab: OpenTab
) -> None:
    person, chance = mortal.person(), random.Random(5)
    acknowledged: list[tuple[str, Frame]] = []
    for _ in range(KILLS):
        with mortal.running() as serving:
            tab = await open_tab(mortal, person)
            await everything_is_there(mortal, acknowledged)
            if acknowledged:
                await goes_on(tab, acknowledged[-1][1])
            sender = asyncio.create_task(keep_sending(tab, host, acknowledged))
            await asyncio.sleep(0.05 + 1.5 * chance.random())
            serving.process.kill()
            await tab.is_closed()
            await ended(sender)
        lost_little(mortal, tab)
    with mortal.running():
        tab = await open_tab(mortal, person)
        await everything_is_there(mortal, acknowledged)
    assert len(acknowledged) >= KILLS


async def keep_sending(tab: Tab, host: Host, acknowledged: list[tuple[str, Frame]]) -> None:
    """A new chat every moment, each with a reply that takes two seconds."""
    while True:
        client_id = uuid.uuid4().hex
        prompt = host.will(paced(*words(100), seconds=0.02))
        accepted = await tab.asks("turn.start", client_id=client_id, text=prompt)
        if accepted["type"] == "error":
            return
        acknowledged.append((client_id, accepted))
        await tab.opens(accepted["conversation"])
        await asyncio.sleep(0.3)


async def everything_is_there(site: Site, acknowledged: list[tuple[str, Frame]]) -> None:
    """Each acknowledged message once, with a reply that has ended."""
    stored = site.rows("SELECT client_id, count(*) AS times FROM conversations_message GROUP BY client_id")
    times = {row["client_id"]: row["times"] for row in stored}
    for client_id, turn in acknowledged:
        assert times[client_id] == 1
        assert site.generation(turn["generation"])["state"] not in ACTIVE


def lost_little(site: Site, tab: Tab) -> None:
    """What the dead process had stored begins what the tab shows, and is at most a second behind."""
    for generation, reply in tab.replies.items():
        stored = site.generation(generation)["content"]
        shown = reply.text or ""
        assert shown.startswith(stored) or stored.startswith(shown)
        missing = shown.removeprefix(stored).count(" ") if shown.startswith(stored) else 0
        assert missing <= LONGEST_GAP / 0.02


async def goes_on(tab: Tab, turn: Frame) -> None:
    """Continue and regenerate work on what the last process left behind."""
    await tab.opens(turn["conversation"])
    row = tab.site.generation(turn["generation"])
    kind = "turn.continue" if row["state"] == "interrupted" and row["content"] else "turn.regenerate"
    again = await tab.acts(kind, message=turn["reply"])
    await tab.asks("turn.stop", generation=again["generation"])
    assert (await tab.sees_end(again))["content"].startswith(row["content"] if "continue" in kind else "")


async def test_everyone_comes_back_after_a_restart(mortal: Site, host: Host, open_tab: OpenTab) -> None:
    people = [mortal.person() for _ in range(STORM)]
    gate = host.gate()
    with mortal.running() as serving:
        tabs = [await open_tab(mortal, person) for person in people]
        turns = [await tab.sends(host.will(held(gate, "so far"), says(" and on"))) for tab in tabs]
        for tab, turn in zip(tabs, turns, strict=True):
            await tab.sees_text(turn, "so far")
        async with asyncio.timeout(10):
            while not all(mortal.generation(turn["generation"])["content"] for turn in turns):  # noqa: ASYNC110
                await asyncio.sleep(0.05)  # until each row has a checkpoint to continue from
        serving.process.kill()
        await asyncio.gather(*(tab.is_closed() for tab in tabs))
    gate.open()
    with mortal.running():
        back = await asyncio.gather(*(open_tab(mortal, person) for person in people))

        async def continues(tab: Tab, turn: Frame) -> str:
            await tab.opens(turn["conversation"])
            longer = await tab.acts("turn.continue", message=turn["reply"])
            return str((await tab.sees_end(longer))["content"])

        texts = await asyncio.gather(*map(continues, back, turns))
        assert all(text.endswith(" and on") for text in texts)
        assert set(states(mortal, *turns)) == {"interrupted"}


@pytest.fixture
async def locked(site: Site) -> AsyncIterator[sqlite3.Connection]:
    """Another program's connection to the database, to be locked and let go by the test."""
    path: Path = site.data / "chatsite.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
        yield connection


async def test_a_locked_database_delays_and_loses_nothing(
    site: Site, host: Host, open_tab: OpenTab, locked: sqlite3.Connection
) -> None:
    alice, bob = await open_tab(site, site.person()), await open_tab(site, site.person())
    text = words(60)
    turn = await alice.sends(host.will(paced(*text, seconds=0.05)))
    await alice.sees_text(turn)
    await asyncio.to_thread(locked.execute, "BEGIN EXCLUSIVE")
    sending = asyncio.create_task(bob.sends(host.will(says("waited"))))
    try:
        await asyncio.sleep(3.5)  # longer than the reply takes: its end has to wait too
    finally:
        locked.execute("ROLLBACK")
    assert (await alice.sees_end(turn))["content"] == "".join(text)
    assert (await bob.sees_end(await sending))["content"] == "waited"


async def test_a_database_locked_for_long_is_told_and_nothing_half_stored(
    mortal: Site, host: Host, open_tab: OpenTab
) -> None:
    person = mortal.person()
    with mortal.running():
        alice = await open_tab(mortal, person)
        gate, client_id = host.gate(), uuid.uuid4().hex
        turn = await alice.sends(host.will(held(gate, "kept ", then=("whole",))))
        await alice.sees_text(turn, "kept")
        prompt = host.will(says("at last"))
        with closing(sqlite3.connect(mortal.data / "chatsite.sqlite3", isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            gate.open()
            refused = await alice.asks_within(40, "turn.start", client_id=client_id, text=prompt)
            connection.execute("ROLLBACK")
        assert (refused["type"], refused["code"], refused["retry"]) == ("error", "unavailable", True)
        assert (await alice.sees_end(turn))["content"] == "kept whole"
        again = await alice.sends(prompt, client_id=client_id)
        assert (await alice.sees_end(again))["content"] == "at last"
        assert host.calls(prompt) == 1
