"""Deletion while a reply streams, and people who sign out or are shut out while they watch one."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from tests.live.conftest import OpenTab
from tests.live.host import Host, held, says
from tests.live.pages import Visitor
from tests.live.site import ACTIVE, PASSWORD, Site

NEW_PASSWORD = "another correct horse"
CLOSE_SECONDS = 10.0
"""The site promises two; a busy machine is given more."""


async def test_deleting_a_conversation_ends_its_reply_everywhere(
    site: Site, host: Host, open_tab: OpenTab
) -> None:
    person, gate = site.person(), host.gate()
    first, second = await open_tab(site, person), await open_tab(site, person)
    prompt = host.will(held(gate, "never ", then=("finished",)))
    turn = await first.sends(prompt)
    await first.sees_text(turn, "never")
    await second.opens(turn["conversation"])
    async with Visitor(site, person) as visitor:
        assert (await visitor.posts(f"/c/{turn['conversation']}/delete")).status_code == 200
        for tab in (first, second):
            await tab.sees(lambda frame: frame["type"] == "conversation.removed")
        await host.closed(prompt)
        deleted = site.generation(turn["generation"])
        assert deleted["state"] == "stopped"
        gate.open()
        for frame in (
            {"kind": "open", "conversation": turn["conversation"]},
            {"kind": "turn.stop", "generation": turn["generation"]},
            {"kind": "turn.regenerate", "message": turn["reply"], "client_id": "after-deletion"},
        ):
            answer = await first.asks(**frame)
            assert (answer["type"], answer["code"]) == ("error", "not_found")
        assert site.generation(turn["generation"]) == deleted, "nothing is written to it any more"
        assert (await visitor.gets(f"/c/{turn['conversation']}")).status_code == 404
        assert (await visitor.posts(f"/c/{turn['conversation']}/restore")).status_code == 204
    await first.opens(turn["conversation"])
    again = await first.acts("turn.regenerate", message=turn["reply"])
    assert (await first.sees_end(again))["state"] == "complete"


async def leave_by(way: str, site: Site, visitor: Visitor) -> None:
    pk = visitor.person.pk
    if way == "signing out":
        assert (await visitor.posts("/accounts/logout/")).status_code == 302
    elif way == "a new password":
        form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        assert (await visitor.posts("/accounts/password/change/", **form)).status_code == 302
    elif way == "deactivation":
        site.orm(
            f"from chatsite.accounts.models import User; User.objects.filter(pk={pk}).update(is_active=False)"
        )
    else:
        site.orm(f"from chatsite.accounts.models import User; User.objects.get(pk={pk}).delete()")


async def final_state(site: Site, generation_id: str) -> str | None:
    """The state a reply ends in; None when it is deleted."""
    query = "SELECT state FROM conversations_generation WHERE id = ?"
    async with asyncio.timeout(10):
        while rows := site.rows(query, generation_id.replace("-", "")):
            if rows[0]["state"] not in ACTIVE:
                return str(rows[0]["state"])
            await asyncio.sleep(0.05)
    return None


@pytest.mark.parametrize(
    ("way", "code", "state"),
    [
        ("signing out", 4401, "complete"),
        ("a new password", 4401, "complete"),
        ("deactivation", 4403, "complete"),
        ("deletion", 4403, None),
    ],
)
async def test_who_leaves_loses_the_socket_and_not_the_reply(
    site: Site, host: Host, open_tab: OpenTab, way: str, code: int, state: str | None
) -> None:
    person, gate = site.person(), host.gate()
    tab, bystander = await open_tab(site, person), await open_tab(site, site.person())
    prompt = host.will(held(gate, "a secret ", then=("and more",)))
    turn = await tab.sends(prompt)
    await tab.sees_text(turn, "secret")
    async with Visitor(site, person) as visitor:
        await leave_by(way, site, visitor)
    since = time.monotonic()
    assert await tab.is_closed(seconds=CLOSE_SECONDS) == code
    assert time.monotonic() - since < CLOSE_SECONDS
    farewell = tab.frames[-1]
    assert (farewell["type"], farewell["code"], farewell["reconnect"]) == ("closing", code, False)
    gate.open()
    await host.closed(prompt)
    assert await final_state(site, turn["generation"]) == state
    await bystander.asks("ping")
    again = await open_tab(site, person)
    assert await again.is_closed() == 4401, "neither the old session nor the account opens another socket"


@pytest.mark.parametrize("way", ["signing out", "a new password", "deactivation", "deletion"])
async def test_the_very_next_frame_is_refused(site: Site, host: Host, open_tab: OpenTab, way: str) -> None:
    person = site.person()
    tab = await open_tab(site, person)
    turn = await tab.sends(host.will(says("text")))
    await tab.sees_end(turn)
    prompt = host.will(says("must not be asked"))
    async with Visitor(site, person) as visitor:
        await leave_by(way, site, visitor)
    with suppress(ConnectionClosed):  # the look that is made every second may have been first
        await tab.tell("turn.start", text=prompt, client_id="after-leaving")
    # 1006: this frame crossed the close, and whoever reads too slowly for the close frame sees an end only.
    assert await tab.is_closed() in (4401, 4403, 1006)
    assert await (await open_tab(site, person)).is_closed() == 4401
    assert host.calls(prompt) == 0
    assert (
        site.rows(
            "SELECT id FROM conversations_message WHERE owner_id = ? AND content = ?", person.pk, prompt
        )
        == []
    )


async def test_a_new_password_keeps_the_browser_that_chose_it_signed_in(
    site: Site, open_tab: OpenTab
) -> None:
    person = site.person()
    async with Visitor(site) as visitor:
        visitor.person = await visitor.signs_in(person.email)
        await leave_by("a new password", site, visitor)
        assert (await visitor.gets("/")).status_code == 200
    async with Visitor(site, person) as other_browser:
        assert (await other_browser.gets("/")).status_code == 302


async def test_signing_in_by_the_form_opens_the_chat(site: Site, host: Host, open_tab: OpenTab) -> None:
    async with Visitor(site) as visitor:
        person = await visitor.signs_in(site.person().email)
        tab = await open_tab(site, person)
        turn = await tab.sends(host.will(says("on a page too")))
        await tab.sees_end(turn)
        page = await visitor.gets(f"/c/{turn['conversation']}")
        assert "on a page too" in page.text
