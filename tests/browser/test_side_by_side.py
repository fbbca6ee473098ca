"""Several replies to one message, as a person meets them: columns, stops, going on with one of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Seat
from tests.browser.people import Tab
from tests.live.choices import says_side_by_side
from tests.live.host import Gate, Host, says
from tests.live.site import Site

TEXTS = ("One **red** house.", "Two green houses.", "Three blue houses.")


def asks_for_three(tab: Tab, host: Host, gate: Gate | None = None, then: str = "") -> None:
    tab.presses("Settings of this conversation")
    tab.page.locator("summary", has_text="Parameters").click()
    tab.page.get_by_label("Replies at a time").fill("3")
    tab.presses("Save")
    expect(tab.page.get_by_role("dialog")).to_be_hidden()
    tab.sends(host.will(says_side_by_side(*TEXTS, gate=gate, then=then)))


def columns(tab: Tab) -> Locator:
    return tab.page.get_by_role("region", name="Replies side by side").get_by_role("article")


def see(tab: Tab, *texts: str) -> None:
    expect(columns(tab)).to_have_count(len(texts))
    for number, text in enumerate(texts):
        expect(columns(tab).nth(number).locator(".prose")).to_have_text(text)


def test_they_stream_in_columns_and_one_is_gone_on_from(site: Site, host: Host, at_browser: Seat) -> None:
    gate = host.gate()
    alice = at_browser(site)
    tab = alice.opens()
    asks_for_three(tab, host, gate, then=" Really.")
    see(tab, "One red house.", "Two green houses.", "Three blue houses.")
    other = alice.opens(f"/c/{tab.conversation}")
    see(other, "One red house.", "Two green houses.", "Three blue houses.")
    gate.open()
    for one in (tab, other):
        see(one, "One red house. Really.", "Two green houses. Really.", "Three blue houses. Really.")
        expect(columns(one).nth(2)).to_have_attribute("data-state", "complete")
        expect(one.stop).to_be_hidden()
    tab.reloads()
    see(tab, "One red house. Really.", "Two green houses. Really.", "Three blue houses. Really.")
    tab.presses("Go on with this one", within=columns(tab).nth(1))
    for one in (tab, other):
        expect(columns(one)).to_have_count(0)
        one.sees_reply("Two green houses. Really.")
        expect(one.reply).to_contain_text("2 of 3")
        one.shows_what_is_stored()
    expect(tab.reply).to_be_focused()
    tab.presses("Next version", within=tab.reply)
    tab.sees_reply("Three blue houses. Really.")


def test_one_is_stopped_and_the_others_go_on(site: Site, host: Host, at_browser: Seat) -> None:
    gate = host.gate()
    tab = at_browser(site).opens()
    asks_for_three(tab, host, gate, then=" Really.")
    see(tab, "One red house.", "Two green houses.", "Three blue houses.")
    tab.presses("Stop this one", within=columns(tab).nth(1))
    expect(columns(tab).nth(1)).to_have_attribute("data-state", "stopped")
    expect(columns(tab).nth(1).get_by_role("group", name="Stopped")).to_be_visible()
    expect(tab.stop).to_be_visible()
    gate.open()
    see(tab, "One red house. Really.", "Two green houses.", "Three blue houses. Really.")


def test_the_composers_stop_ends_them_all(site: Site, host: Host, at_browser: Seat) -> None:
    tab = at_browser(site).opens()
    asks_for_three(tab, host, host.gate())
    see(tab, "One red house.", "Two green houses.", "Three blue houses.")
    tab.box.press("Escape")
    for number in range(3):
        expect(columns(tab).nth(number)).to_have_attribute("data-state", "stopped")
    expect(tab.send).to_be_visible()


def test_a_message_goes_on_from_the_first(site: Site, host: Host, at_browser: Seat) -> None:
    tab = at_browser(site).opens()
    asks_for_three(tab, host)
    see(tab, "One red house.", "Two green houses.", "Three blue houses.")
    expect(tab.send).to_be_visible()
    tab.sends(host.will(says("Good.")))
    expect(tab.words).to_have_count(2)
    expect(tab.hint).to_have_text("")
    expect(tab.log.get_by_role("article").nth(1).locator(".prose")).to_have_text("One red house.")
    expect(tab.log.get_by_role("article").nth(1)).to_contain_text("1 of 3")


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_the_page_is_never_wider_than_the_window(
    site: Site, host: Host, at_browser: Seat, width: int
) -> None:
    tab = at_browser(site, viewport={"width": width, "height": 800}).opens()
    asks_for_three(tab, host)
    see(tab, "One red house.", "Two green houses.", "Three blue houses.")
    tab.no_sideways_scroll()
    assert min(columns(tab).nth(n).bounding_box()["width"] for n in range(3)) >= 300  # type: ignore[index]
    columns(tab).nth(2).get_by_role("button", name="Go on with this one").focus()
    expect(columns(tab).nth(2)).to_be_in_viewport(ratio=0.9)
