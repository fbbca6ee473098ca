"""Files posted to the real server: in thousands of pieces, at the limit, cut off midway, many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.attachments import samples
from tests.live.conftest import OpenTab
from tests.live.host import Host
from tests.live.pages import Visitor
from tests.live.site import Person, Site


async def posts(
    visitor: Visitor, content: bytes | AsyncIterator[bytes], name: str, token: str = ""
) -> httpx.Response:
    headers = {
        "X-CSRFToken": token or await visitor.token(),
        "Origin": visitor.site.address,
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return await visitor._client.post("/attachments", content=content, headers=headers)


def files_of(site: Site, person: Person) -> list[str]:
    found = site.rows("SELECT name FROM conversations_attachment WHERE owner_id = ?", person.pk)
    return [row["name"] for row in found]


def on_their_way(site: Site) -> list[str]:
    return [path.name for path in (site.data / "attachments" / "incoming").glob("*")]


async def test_a_file_in_ten_thousand_pieces_is_whole(site: Site) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for number in range(10_000):
            yield f"line {number}\n".encode()

    async with Visitor(site, site.person()) as visitor:
        answer = await posts(visitor, pieces(), "lines.txt")
        assert answer.status_code == 201, answer.text
        whole = await visitor.gets(answer.json()["url"])
        assert whole.text == "".join(f"line {number}\n" for number in range(10_000))


async def test_the_largest_document_is_taken_and_the_loop_goes_on(site: Site, open_tab: OpenTab) -> None:
    page = samples.pdf()
    largest = page + b"\n" * (20 * 2**20 - len(page))
    person = site.person()
    tab = await open_tab(site, person)
    async with Visitor(site, person) as visitor:
        sending = asyncio.create_task(posts(visitor, largest, "largest.pdf"))
        while not sending.done():
            await tab.asks("ping")
        answer = await sending
        assert answer.status_code == 201, answer.text
        assert len((await visitor.gets(answer.json()["url"])).content) == len(largest)


async def test_an_upload_that_is_cut_off_leaves_nothing(site: Site) -> None:
    person = site.person()
    async with Visitor(site, person) as visitor:
        token = await visitor.token()
        cookies = f"{person.cookie}; chatsite_csrf={visitor._client.cookies['chatsite_csrf']}"
    host, port = site.host.split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"POST /attachments HTTP/1.1\r\nHost: {site.host}\r\nOrigin: {site.address}\r\nCookie: {cookies}\r\n"
        f"X-CSRFToken: {token}\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000\r\n\r\n"
    )
    writer.write(head.encode() + b"x" * 500)
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    async with Visitor(site, person) as visitor:
        assert (await posts(visitor, b"whole", "whole.txt")).status_code == 201
    assert files_of(site, person) == ["whole.txt"]
    assert on_their_way(site) == []


async def test_many_at_a_time_are_all_kept(site: Site) -> None:
    person = site.person()
    async with Visitor(site, person) as visitor:
        token = await visitor.token()
        answers = await asyncio.gather(
            *(
                posts(visitor, samples.picture(size=(100 + number, 50)), f"{number}.png", token)
                for number in range(8)
            )
        )
    assert [answer.status_code for answer in answers] == [201] * 8
    assert sorted(files_of(site, person)) == sorted(f"{number}.png" for number in range(8))
    assert on_their_way(site) == []


@pytest.mark.parametrize("format", ["text", "html"])
async def test_a_turn_with_a_file_over_the_socket(
    site: Site, host: Host, open_tab: OpenTab, format: str
) -> None:
    person = site.person()
    async with Visitor(site, person) as visitor:
        told = (await posts(visitor, samples.picture(), "red.png")).json()
    tab = await open_tab(site, person, format=format)
    turn = await tab.sends("", attachments=[told["id"]])
    await tab.sees_end(turn)
    article = tab.articles[turn["message"]]
    if format == "text":
        assert article["attachments"] == [
            {"id": told["id"], "kind": "image", "name": "red.png", "size": told["size"]}
        ]
    else:
        assert f"/attachments/{told['id']}/thumbnail" in article["html"]
    again = await tab.asks("turn.start", client_id="a-client-id", text="", attachments=[told["id"]])
    assert (again["type"], again["code"]) == ("error", "attachment_gone")


async def test_files_of_others_cannot_be_sent(site: Site, open_tab: OpenTab) -> None:
    alice, charlie = site.person(), site.person()
    async with Visitor(site, alice) as visitor:
        told = (await posts(visitor, b"private", "private.txt")).json()
    tab = await open_tab(site, charlie)
    answer = await tab.asks("turn.start", client_id="a-client-id", text="mine", attachments=[told["id"]])
    assert (answer["type"], answer["code"]) == ("error", "attachment_gone")
    own = await tab.sends("mine")
    await tab.sees_end(own)
    answer = await tab.asks(
        "turn.edit", client_id="another-id", message=own["message"], text="x", attachments=[told["id"]]
    )
    assert (answer["type"], answer["code"]) == ("error", "attachment_gone")
    async with Visitor(site, charlie) as visitor:
        saved = await visitor.posts("/drafts", conversation="", text="x", attachments=told["id"])
        assert saved.status_code == 204
        assert "private.txt" not in (await visitor.gets("/")).text
        line = await visitor.posts("/context", model="gpt-4", text="x", attachments=told["id"], list="yes")
        assert "private.txt" not in line.text
