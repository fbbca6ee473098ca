"""An error in this program, inside a socket: that socket closes with its code and leaves nothing behind."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.live.conftest import OpenTab
from tests.live.host import Host, held
from tests.live.site import Site, new_site

SOCKETS = 3


@pytest.fixture(scope="module")
def faulty(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with a fault: see `tests.live.faulty`."""
    made = new_site(
        tmp_path_factory.mktemp("faulty"),
        host.url,
        DJANGO_SETTINGS_MODULE="tests.live.faulty.settings",
        CHATSITE_SOCKETS_PER_USER=str(SOCKETS),
    )
    made.faulty = True
    with made.running():
        yield made
        made.check()


async def test_an_unexpected_error_closes_one_socket_cleanly(
    faulty: Site, host: Host, open_tab: OpenTab
) -> None:
    person, gate = faulty.person(), host.gate()
    failing, other = await open_tab(faulty, person), await open_tab(faulty, person)
    turn = await failing.sends(host.will(held(gate, "goes ", then=("on",))))
    await failing.sees_text(turn, "goes")
    await failing.tell("ping", ref="fail")
    assert await failing.is_closed() == 4500
    assert (await other.asks("ping"))["type"] == "pong"
    await other.opens(turn["conversation"])
    gate.open()
    assert (await other.sees_end(turn))["content"] == "goes on"


async def test_its_place_is_given_back(faulty: Site, open_tab: OpenTab) -> None:
    person = faulty.person()
    for _ in range(2 * SOCKETS):
        tab = await open_tab(faulty, person)
        await tab.tell("ping", ref="fail")
        assert await tab.is_closed() == 4500
    assert (await (await open_tab(faulty, person)).asks("ping"))["type"] == "pong"


async def test_it_is_one_line_of_log(faulty: Site, open_tab: OpenTab) -> None:
    tab = await open_tab(faulty, faulty.person())
    assert faulty.serving is not None
    before = len(faulty.serving.said)
    await tab.tell("ping", ref="fail")
    await tab.is_closed()
    await (await open_tab(faulty, faulty.person())).asks("ping")
    said = faulty.serving.said
    while not (lines := [line for line in said[before:] if "ZeroDivisionError" in line]):  # noqa: ASYNC110
        await asyncio.sleep(0.05)  # the log comes through a pipe, by a thread of its own
    assert len(lines) == 1
    assert "made by a test" in lines[0]
