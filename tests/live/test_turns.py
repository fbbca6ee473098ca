"""A turn over the whole way: browser, socket, rows, model host, and back."""

from __future__ import annotations

import asyncio

import pytest
from websockets.exceptions import InvalidStatus

from tests.completions.upstream import answer
from tests.live.conftest import OpenTab
from tests.live.host import Host, held, says, words
from tests.live.pages import Visitor
from tests.live.site import Site


@pytest.mark.parametrize("format", ["text", "html"])
async def test_a_reply_streams_and_is_stored_as_shown(
    site: Site, host: Host, open_tab: OpenTab, format: str
) -> None:
    alice = await open_tab(site, site.person(), format=format)
    gate = host.gate()
    turn = await alice.sends(host.will(held(gate, "**Bold** and ", then=("`code`.\n\n", "- a\n- b\n"))))
    await alice.sees_text(turn, "Bold")
    gate.open()
    row = await alice.sees_end(turn)
    assert (row["state"], row["content"]) == ("complete", "**Bold** and `code`.\n\n- a\n- b\n")
    assert row["finish_reason"] == "stop"


async def test_the_conversation_goes_on_and_is_found_again(site: Site, host: Host, open_tab: OpenTab) -> None:
    person = site.person()
    alice = await open_tab(site, person)
    first = await alice.sends(host.will(says(*words(5))))
    await alice.sees_end(first)
    second = await alice.sends("and then?", conversation=first["conversation"], parent=first["reply"])
    await alice.sees_end(second)
    later = await open_tab(site, person)
    found = await later.opens(first["conversation"])
    assert [message["text"] for message in found["messages"]] == [
        alice.articles[key]["text"]
        for key in (first["message"], first["reply"], second["message"], second["reply"])
    ]


async def test_the_page_shows_what_the_tab_shows(site: Site, host: Host, open_tab: OpenTab) -> None:
    person = site.person()
    alice, gate = await open_tab(site, person, format="html"), host.gate()
    hostile = "<script>alert(1)</script>\n\n```python\nx = 1\n```\n\n| a |\n|---|\n| b |\n"
    turn = await alice.sends(host.will(held(gate, "**so** ", then=(hostile,))))
    await alice.sees_text(turn, "so")
    gate.open()
    await alice.sees_end(turn)
    blocks = alice.replies[turn["generation"]].blocks or []
    async with Visitor(site, person) as visitor:
        page = (await visitor.gets(f"/c/{turn['conversation']}")).text
    assert len(blocks) == 3
    assert all(block in page for block in blocks)
    assert "<script>alert" not in page


async def test_a_host_in_trouble_is_asked_again_and_the_wait_is_told(
    site: Site, host: Host, open_tab: OpenTab
) -> None:
    alice = await open_tab(site, site.person())
    prompt = host.will(answer(503), answer(429, headers="Retry-After: 1\r\n"), says("third time"))
    turn = await alice.sends(prompt)
    assert (await alice.sees_end(turn))["content"] == "third time"
    assert host.calls(prompt) == 3
    waits = [frame for frame in alice.replies[turn["generation"]].waited if frame["waiting"] == "retry"]
    assert len(waits) == 2
    assert all(0 < wait["seconds"] < 10 and wait["message"] for wait in waits)


async def test_the_first_word_is_waited_for_visibly(site: Site, host: Host, open_tab: OpenTab) -> None:
    alice, gate = await open_tab(site, site.person()), host.gate()
    turn = await alice.sends(host.will(held(gate, then=("at last",))))
    told = await alice.sees(lambda frame: frame["type"] == "generation.state" and frame["waiting"] == "model")
    assert told["state"] == "running"
    gate.open()
    assert (await alice.sees_end(turn))["content"] == "at last"


async def test_many_people_at_once_each_get_their_own_reply(
    site: Site, host: Host, open_tab: OpenTab
) -> None:
    tabs = [await open_tab(site, site.person(), format=("text", "html")[number % 2]) for number in range(20)]
    texts = [f"only for {tab.person.pk} " * 20 for tab in tabs]
    turns = await asyncio.gather(
        *(tab.sends(host.will(says(*text.split(" ")))) for tab, text in zip(tabs, texts, strict=True))
    )
    for tab, turn, text in zip(tabs, turns, texts, strict=True):
        assert (await tab.sees_end(turn))["content"] == text.replace(" ", "")
        others = {f"only for {other.person.pk} " for other in tabs if other is not tab}
        assert not any(other in str(tab.frames) for other in others)


@pytest.mark.parametrize(
    "origin", ["http://localhost:{port}", "http://127.0.0.1:{port}", "http://[::1]:{port}"]
)
async def test_pages_of_this_site_open_a_socket(site: Site, open_tab: OpenTab, origin: str) -> None:
    port = site.host.split(":")[1]
    tab = await open_tab(site, site.person(), Origin=origin.format(port=port))
    assert (await tab.asks("ping"))["type"] == "pong"


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://evil.example",
        "https://localhost:{port}",
        "http://localhost",
        "http://localhost:1{port}",
        "http://localhost:{port}/",
        "http://LOCALHOST:{port}",
        "http://localhost.:{port}",
        "http://localhost:{port}.evil.example",
        "http://evil.example:{port}",
        "file://",
    ],
)
async def test_other_pages_open_none(site: Site, open_tab: OpenTab, origin: str) -> None:
    port = site.host.split(":")[1]
    with pytest.raises(InvalidStatus) as refused:
        await open_tab(site, site.person(), Origin=origin.format(port=port))
    assert refused.value.response.status_code in (400, 403)  # 400: it is no origin at all
