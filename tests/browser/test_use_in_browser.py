"""One's own use, from the menu: the days of the device, the periods, the file, at any width."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Seat
from tests.live.site import Site


def test_what_a_reply_cost_is_told_with_it_and_on_the_page_of_ones_own_use(
    demo: Site, at_browser: Seat
) -> None:
    alice = at_browser(demo, timezone_id="Asia/Tokyo")
    tab = alice.opens()
    tab.sends("scenario: tokens count=12")
    tab.sees_end()
    expect(tab.reply.locator(".facts")).to_contain_text(re.compile(r"\$0\.\d+"))
    tab.presses("Details", tab.reply)
    details = tab.page.get_by_role("dialog")
    expect(details).to_contain_text("as stated by the model's server, with its answer")
    tab.presses("Close", details)
    tab.page.get_by_role("button", name="Your account").click()
    tab.page.get_by_role("link", name="Your use").click()
    expect(tab.page).to_have_url(re.compile("zone=Asia"))
    expect(tab.page.get_by_role("main")).to_contain_text("1 call,")
    expect(tab.page.get_by_role("main")).to_contain_text("Days are those of Asia/Tokyo")
    expect(tab.page.get_by_role("img", name="What was spent each day")).to_be_visible()
    by_model = tab.page.get_by_role("table", name="By model")
    expect(by_model.locator("tbody tr")).to_contain_text(re.compile(r"gpt-4-1106-preview.*\$0\.\d+"))
    tab.page.get_by_role("link", name="7 days").click()
    expect(tab.page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "page")
    expect(tab.page).to_have_url(re.compile("period=7&zone=Asia"))
    with tab.page.expect_download() as download:
        tab.page.get_by_role("link", name="Download as CSV").click()
    assert download.value.path().read_text().splitlines()[1].split(",")[1:3] == ["gpt-4-1106-preview", "1"]
    tab.page.get_by_role("table", name="Conversations").get_by_role("link").click()
    expect(tab.reply).to_contain_text("w12")


def test_a_stopped_reply_says_that_its_cost_is_not_known_yet(demo: Site, at_browser: Seat) -> None:
    tab = at_browser(demo).opens()
    tab.sends("scenario: stall after=5")
    tab.sees_reply("w5")
    tab.stop.click()
    tab.sees_end("stopped")
    expect(tab.reply.locator(".facts")).to_contain_text("cost not known yet")
    tab.presses("Details", tab.reply)
    expect(tab.page.get_by_role("dialog")).to_contain_text("not known; about $0.0")


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_it_fits_every_width(demo: Site, at_browser: Seat, width: int) -> None:
    alice = at_browser(demo, viewport={"width": width, "height": 900}, timezone_id="Europe/Berlin")
    tab = alice.opens()
    tab.sends("scenario: tokens count=3")
    tab.sees_end()
    tab.page.goto("/use")
    expect(tab.page.get_by_role("heading", name="Your use")).to_be_visible()
    tab.no_sideways_scroll()
