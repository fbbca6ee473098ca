"""Comparing two versions of a message: which two, what differs, and going on with one."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Seat
from tests.browser.people import Tab
from tests.live.host import Host, says
from tests.live.site import Site


def three_versions(tab: Tab, host: Host) -> None:
    tab.sends(host.will(says("A red house."), says("A green house."), says("A green **boat**.")))
    tab.sees_reply("A red house.")
    for text in ("A green house.", "A green boat."):
        expect(tab.reply).to_have_attribute("data-state", "complete")
        tab.presses("Regenerate", within=tab.reply)
        tab.sees_reply(text)
    expect(tab.reply).to_contain_text("3 of 3")


def dialog(tab: Tab) -> Locator:
    return tab.page.get_by_role("dialog", name="Two versions compared")


def test_two_versions_are_chosen_compared_and_one_gone_on_with(
    site: Site, host: Host, at_browser: Seat
) -> None:
    tab = at_browser(site).opens()
    three_versions(tab, host)
    tab.presses("Compare", within=tab.reply)
    box = dialog(tab)
    expect(box.locator(".diff del")).to_have_text(["house"])
    expect(box.locator(".diff ins")).to_have_text(["**boat**"])
    box.get_by_label("with", exact=True).select_option(index=0)
    expect(box.get_by_label("with", exact=True)).to_be_focused()
    expect(box.locator(".diff del")).to_have_text(["green "])
    expect(box.locator(".diff ins")).to_have_text(["red "])
    tab.presses("Go on with version 1", within=box)
    expect(box).to_be_hidden()
    tab.sees_reply("A red house.")
    expect(tab.reply).to_contain_text("1 of 3")


def test_it_works_with_the_keyboard_on_a_narrow_page(site: Site, host: Host, at_browser: Seat) -> None:
    tab = at_browser(site, viewport={"width": 390, "height": 800}).opens()
    three_versions(tab, host)
    tab.reply.get_by_role("button", name="Compare").focus()
    tab.page.keyboard.press("Enter")
    expect(dialog(tab).locator(".diff")).to_be_visible()
    tab.no_sideways_scroll()
    tab.page.keyboard.press("Escape")
    expect(dialog(tab)).to_be_hidden()
    expect(tab.reply.get_by_role("button", name="Compare")).to_be_focused()
