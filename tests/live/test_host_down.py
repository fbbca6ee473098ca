"""The model's host is down and everybody asks: each is told soon, the host is left alone, pages work."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest

from tests.live.conftest import OpenTab
from tests.live.pages import Visitor
from tests.live.site import Site, new_site

PEOPLE = 30


@pytest.fixture
def stranded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose host refuses every connection."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    made = new_site(tmp_path_factory.mktemp("stranded"), url)
    with made.running():
        yield made
        made.check()


async def test_everybody_is_told_and_pages_work(stranded: Site, open_tab: OpenTab) -> None:
    tabs = [await open_tab(stranded, stranded.person()) for _ in range(PEOPLE)]
    turns = await asyncio.gather(*(tab.sends(f"anybody there? {tab.person.pk}") for tab in tabs))
    async with Visitor(stranded, tabs[0].person) as visitor:
        assert (await visitor.gets("/")).status_code == 200
        assert (await visitor.gets("/readyz")).status_code == 200
    rows = await asyncio.gather(*(tab.sees_end(turn) for tab, turn in zip(tabs, turns, strict=True)))
    assert {(row["state"], row["error_kind"]) for row in rows} == {("failed", "unreachable")}
    waits = [frame for tab in tabs for frame in tab.frames if frame.get("waiting") == "retry"]
    again = await asyncio.gather(
        *(tab.acts("turn.regenerate", message=turn["reply"]) for tab, turn in zip(tabs, turns, strict=True))
    )
    rows = await asyncio.gather(*(tab.sees_end(turn) for tab, turn in zip(tabs, again, strict=True)))
    assert {(row["state"], row["error_kind"]) for row in rows} == {("failed", "unreachable")}
    later = [frame for tab in tabs for frame in tab.frames if frame.get("waiting") == "retry"]
    assert len(waits) >= PEOPLE, "at first each was tried again"
    assert len(later) - len(waits) <= 2, "then at most one probe was: the others failed at once"
