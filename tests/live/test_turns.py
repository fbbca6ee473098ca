"""A turn over the whole way: browser, socket, rows, model host, and back."""

from __future__ import annotations

import pytest

from tests.live.conftest import OpenTab
from tests.live.host import Host, held, says, words
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
