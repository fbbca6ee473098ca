"""Replays of the running site: begun twice they are one; killed or drained they are interrupted, and kept."""

from __future__ import annotations

import asyncio
import signal
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.conftest import OpenTab
from tests.live.host import Host, held, says
from tests.live.pages import Visitor
from tests.live.site import Site, new_site
from tests.turns.calling import calling, with_tools


@pytest.fixture(scope="module")
def mortal(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site for tests that end it: each starts it for itself."""
    made = new_site(tmp_path_factory.mktemp("replays"), host.url, CHATSITE_GRACE_SECONDS="1")
    yield made
    made.check()


async def replies(site: Site, open_tab: OpenTab, prompt: str, *tools: str) -> tuple[Visitor, str]:
    """The author of a reply as a visitor, and the address of its replays."""
    tab = await open_tab(site, site.person())
    turn = await tab.sends(prompt, **({"parameters": with_tools(*tools)} if tools else {}))
    await tab.sees_end(turn)
    return Visitor(site, tab.person), f"/c/{turn['conversation']}/messages/{turn['reply']}/replays"


def form(times: int) -> dict[str, Any]:
    return {"client_id": uuid.uuid4().hex, "times": str(times), "seed_mode": "stored"}


def stored(site: Site) -> tuple[str, list[str], list[str]]:
    """The states of the newest replay, of its runs, and of what is known of their cost."""
    (replay,) = site.rows("SELECT * FROM conversations_replay ORDER BY created_at DESC LIMIT 1")
    runs = site.rows(
        "SELECT r.state, l.state AS cost FROM conversations_replayrun r JOIN conversations_ledgerentry l "
        "ON l.request_id = r.request_id WHERE r.replay_id = ? ORDER BY r.number",
        replay["id"],
    )
    return replay["state"], [run["state"] for run in runs], [run["cost"] for run in runs]


async def test_the_same_form_twice_at_once_is_one_replay(site: Site, host: Host, open_tab: OpenTab) -> None:
    prompt = host.will(says("Hello."))
    visitor, address = await replies(site, open_tab, prompt)
    before = site.one("SELECT count(*) FROM conversations_replay")
    async with visitor:
        sent = form(2)
        await visitor.token()  # or each of them would be given a cookie of its own
        answers = await asyncio.gather(*(visitor.posts(address, **sent) for _ in range(3)))
        assert len({answer.headers["Location"] for answer in answers}) == 1
        results = f"{answers[0].headers['Location']}/results"
        async with asyncio.timeout(20):
            while 'data-running="yes"' in (await visitor.gets(results)).text:  # noqa: ASYNC110  # its page
                await asyncio.sleep(0.1)
        assert "All 2 replays gave the very text" in (await visitor.gets(results)).text
    assert site.one("SELECT count(*) FROM conversations_replay") == before + 1
    assert host.calls(prompt) == 3


async def test_a_killed_site_leaves_an_interrupted_replay(
    mortal: Site, host: Host, open_tab: OpenTab
) -> None:
    gate = host.gate()
    with mortal.running() as serving:
        visitor, address = await replies(mortal, open_tab, host.will(says("Hello."), held(gate, "Hel")))
        async with visitor:
            assert (await visitor.posts(address, **form(5))).status_code == 302
            await gate.reached()
            serving.process.kill()
            await asyncio.to_thread(serving.end)
    assert stored(mortal)[0] == "running"
    with mortal.running():
        state, runs, costs = stored(mortal)
        assert (state, set(runs), set(costs)) == ("interrupted", {"interrupted"}, {"unknown"})
        async with Visitor(mortal, visitor.person) as back:
            page = (await back.gets(address)).text
            assert "Interrupted" in page and "The site stopped while the replays were made." in page
            gate.open()
            assert (await back.posts(address, **form(1))).status_code == 302, "another one can begin"
            async with asyncio.timeout(20):
                while stored(mortal)[0] == "running":  # noqa: ASYNC110  # rows
                    await asyncio.sleep(0.05)


async def test_one_that_is_killed_in_a_round_of_tools_leaves_no_call_open(
    mortal: Site, host: Host, open_tab: OpenTab
) -> None:
    gate = host.gate()
    asks = calling(("c", "calculator", '{"expression": "6*7"}'))
    prompt = host.will(asks, says("It is 42."), asks, held(gate, "It"))
    with mortal.running() as serving:
        visitor, address = await replies(mortal, open_tab, prompt, "calculator")
        async with visitor:
            assert (await visitor.posts(address, **form(1))).status_code == 302
            await gate.reached()
            serving.process.kill()
            await asyncio.to_thread(serving.end)
    with mortal.running():
        assert stored(mortal)[:2] == ("interrupted", ["interrupted"])
        costs = mortal.rows(
            "SELECT state FROM conversations_ledgerentry WHERE purpose = 'replay' AND generation_id ="
            " (SELECT generation_id FROM conversations_replay ORDER BY created_at DESC LIMIT 1)"
            " ORDER BY request_id"
        )
    gate.open()
    assert [row["state"] for row in costs] == ["settled", "unknown"]


async def test_sigterm_interrupts_a_replay_and_keeps_what_came(
    mortal: Site, host: Host, open_tab: OpenTab
) -> None:
    gate = host.gate()
    prompt = host.will(says("Hello."), says("Hello."), held(gate, "Hel"))
    with mortal.running() as serving:
        visitor, address = await replies(mortal, open_tab, prompt)
        async with visitor:
            await visitor.posts(address, **form(5))
            await gate.reached()
            serving.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(serving.end) == 0
    await host.closed(prompt)
    state, runs, _ = stored(mortal)
    assert state == "interrupted" and sorted(set(runs)) == ["complete", "interrupted"]
    texts = mortal.rows("SELECT text FROM conversations_replayrun WHERE state = 'interrupted' AND text != ''")
    assert {"Hel"} == {row["text"] for row in texts}
