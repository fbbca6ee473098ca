"""The key of the model's host is nowhere but in the requests to that host."""

from __future__ import annotations

from tests.completions.upstream import answer
from tests.live.conftest import OpenTab
from tests.live.host import Host, says
from tests.live.pages import Visitor
from tests.live.site import KEY, Site

PAGES = (
    "/",
    "/conversations",
    "/accounts/login/",
    "/accounts/password/change/",
    "/admin/",
    "/nowhere",
    "/healthz",
)


async def test_the_key_is_in_no_page_frame_row_or_line_of_log(
    site: Site, host: Host, open_tab: OpenTab
) -> None:
    person = site.person()
    alice = await open_tab(site, person)
    told = f'{{"error": {{"message": "bad key {KEY}", "code": "x"}}}}'.encode()
    turns = [
        await alice.sends(host.will(answer(status, told, headers=f"X-Echo: {KEY}\r\n")))
        for status in (400, 401, 403, 404, 413, 429, 500)
    ]
    for turn in turns:
        await alice.sees_end(turn)
    await alice.sees_end(await alice.sends(host.will(says("fine"))))
    assert any(request.headers.get("authorization") == f"Bearer {KEY}" for request in host.requests)
    site.orm(
        "from chatsite.accounts.models import User\n"
        f"User.objects.filter(pk={person.pk}).update(is_staff=True, is_superuser=True)"
    )
    async with Visitor(site, person) as visitor:
        for path in (*PAGES, *(f"/c/{turn['conversation']}" for turn in turns)):
            page = await visitor.gets(path)
            assert KEY not in page.text + str(page.headers)
    assert site.serving is not None
    assert KEY not in site.serving.text
    assert KEY not in str(alice.frames)
    for file in site.data.rglob("*"):
        if file.is_file():
            assert KEY.encode() not in file.read_bytes(), file
