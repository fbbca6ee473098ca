"""The real site, a scripted model host, and tabs; after each test the promises of the rows are checked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from tests.live.host import Host, running_host
from tests.live.site import KEY, Person, Site, broken_promises, new_site
from tests.live.tabs import Tab

OpenTab = Callable[..., Awaitable[Tab]]


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    with running_host() as running:
        yield running


@pytest.fixture(scope="session")
def site(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site as people run it, shared by the tests that leave it running."""
    made = new_site(tmp_path_factory.mktemp("site"), host.url)
    with made.running():
        yield made
        made.check()


@pytest.fixture(scope="session")
def hasty(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that does not wait long for its model host."""
    made = new_site(
        tmp_path_factory.mktemp("hasty"),
        host.url,
        COMPLETIONS_FIRST_BYTE_SECONDS="1.5",
        COMPLETIONS_IDLE_SECONDS="1",
        COMPLETIONS_TOTAL_SECONDS="6",
        CHATSITE_UNACKED_SECONDS="1.5",
    )
    with made.running():
        yield made
        made.check()


@pytest.fixture
async def open_tab() -> AsyncIterator[OpenTab]:
    """Opens tabs, `await open_tab(site, person)`; afterwards all are closed and the promises are checked."""
    tabs: list[Tab] = []

    async def make(
        site: Site, person: Person, *, format: str = "text", query: str = "", **headers: str
    ) -> Tab:
        tab = Tab(site, person, format)
        tabs.append(await tab.connect(query, **headers))
        if query == "":
            await tab.sees(lambda frame: frame["type"] in ("welcome", "closing"))
        return tab

    yield make
    for tab in tabs:
        await tab.leaves()
        assert tab.problem is None, tab.problem
        assert KEY not in str(tab.frames)
    for site in {id(tab.site): tab.site for tab in tabs}.values():
        await _quiet(site)
        assert not broken_promises(site)
        assert site.serving is not None
        assert site.faulty or not [line for line in site.serving.said if "Traceback" in line]
        assert KEY not in site.serving.text


async def _quiet(site: Site) -> None:
    """Wait until no reply runs."""
    running = "SELECT count(*) FROM conversations_generation WHERE state IN ('queued', 'running')"
    async with asyncio.timeout(20):
        while site.serving and site.serving.process.poll() is None and site.one(running):  # noqa: ASYNC110  # rows send no event
            await asyncio.sleep(0.05)
