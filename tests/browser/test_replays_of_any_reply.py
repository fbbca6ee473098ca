"""Replays of replies with tools and of replies that were cut short, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Seat
from tests.browser.people import Tab
from tests.browser.test_accessibility import AXE, barriers
from tests.browser.test_replays import figure, starts
from tests.browser.test_tools_in_browser import call_of, switches_on
from tests.live.host import Host, held, says
from tests.live.site import Site


def opens_replays(tab: Tab) -> Page:
    """From the details of the last reply, which has ended, to the page of its replays."""
    tab.presses("Details", tab.reply)
    tab.page.get_by_role("link", name="Replay…").click()
    expect(tab.page.get_by_role("heading", name="Replay a reply")).to_be_visible()
    return tab.page


def makes(page: Page, times: int) -> None:
    starts(page, times)
    expect(page.locator("[data-state]")).to_have_text("Done")


def test_a_reply_with_tools_is_replayed_and_forked(at_browser: Seat, demo: Site) -> None:
    somebody = at_browser(demo)
    somebody.context.add_init_script(path=AXE)
    tab = somebody.opens()
    switches_on(tab, "Calculator")
    tab.sends("scenario: tool-unknown count=3")
    tab.sees_end()
    page = opens_replays(tab)
    expect(page.get_by_text("No tool is run:")).to_be_visible()
    makes(page, 2)
    assert figure(page, "Same as the original").split() == ["100", "%", "2", "of", "2"]
    assert barriers(page) == []
    page.get_by_role("button", name="Fork the chat from replay 1").click()
    tab.is_connected()
    expect(call_of(tab, "no_such_tool")).to_contain_text("recorded: no such tool")
    expect(tab.reply).to_contain_text("no tool was run for them")
    tab.shows_what_is_stored()


def test_where_the_arguments_differ_is_shown(at_browser: Seat, demo: Site) -> None:
    tab = at_browser(demo).opens()
    switches_on(tab, "Calculator")
    tab.sends("scenario: tool-varied count=3")
    tab.sees_end()
    page = opens_replays(tab)
    makes(page, 2)
    assert figure(page, "Same as the original").split()[0] == "0"
    first = page.locator("#run-1")
    expect(first.get_by_role("heading")).to_have_text("Replay 1: Asked for other tools than the original")
    expect(first.locator(".parting")).to_contain_text('→ calculator {"expression": "')
    first.get_by_text("Compare word by word").click()
    expect(first.get_by_role("region").locator("ins").first).to_be_visible()
    page.get_by_role("button", name="Fork the chat from replay 1").click()
    tab.is_connected()
    expect(tab.reply.get_by_role("group", name="The model asked for a function")).to_contain_text(
        "made from a replay"
    )


def test_a_stopped_reply_is_compared_as_far_as_it_goes(at_browser: Seat, site: Site, host: Host) -> None:
    somebody = at_browser(site, color_scheme="dark")
    somebody.context.add_init_script(path=AXE)
    tab = somebody.opens()
    gate = host.gate()
    tab.sends(host.will(held(gate, "One two"), says("One two three.")))
    tab.sees_reply("One two")
    tab.stop.click()
    tab.sees_end("stopped")
    page = opens_replays(tab)
    expect(page.get_by_text("Replays are compared with it as far as it goes.")).to_be_visible()
    makes(page, 2)
    assert figure(page, "Same as the original").startswith("100 %")
    expect(page.locator("[data-found]")).to_contain_text(
        "All 2 replays are the same as the original, as far as"
    )
    assert barriers(page) == []
    for width in (390, 820, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        tab.no_sideways_scroll()
    page.get_by_role("link", name=re.compile("See the whole text of replay 1")).click()
    expect(page.get_by_role("region", name="The text of replay 1")).to_have_text("One two three.")
    assert barriers(page) == []
    gate.open()
