"""Replays in a real browser: from a reply's details to the results, a comparison, a fork; and Cancel."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Seat
from tests.browser.people import Tab
from tests.browser.test_accessibility import AXE, barriers
from tests.live.host import Host, held, says
from tests.live.site import Site

LONG = "verylongword" * 40
DONE = re.compile("Done")


@pytest.fixture
def tab(site: Site, at_browser: Seat) -> Tab:
    return at_browser(site).opens()


def opens_replays(tab: Tab, prompt: str) -> Page:
    """Ask it, and go from the details of its reply to the page of its replays."""
    tab.sends(prompt)
    tab.sees_end()
    tab.presses("Details", tab.reply)
    tab.page.get_by_role("link", name="Replay…").click()
    expect(tab.page.get_by_role("heading", name="Replay a reply")).to_be_visible()
    return tab.page


def starts(page: Page, times: int) -> None:
    page.get_by_label("How many times").fill(str(times))
    page.get_by_role("button", name="Start").click()


def figure(page: Page, name: str) -> str:
    """The number under this name."""
    return page.locator(".figures > div", has_text=name).locator("dd").inner_text()


def test_a_reply_is_replayed_compared_and_forked(tab: Tab, host: Host) -> None:
    gate = host.gate()
    other_answer = held(gate, "One other ", then=("three.",))
    page = opens_replays(tab, host.will(says("One two three."), says("One two three."), other_answer))
    starts(page, 4)
    expect(page.locator(".progress > span")).to_have_text("1 of 4")
    gate.open()
    expect(page.locator("[data-state]")).to_have_text("Done")
    expect(page.get_by_role("status")).to_contain_text(
        "Done. 1 of 4 replays gave the very text of the original"
    )
    assert figure(page, "Same as the original").split() == ["25", "%", "1", "of", "4"]
    assert figure(page, "Largest group").split() == ["3", "of", "4"]
    assert figure(page, "First difference") == "token 2"
    other = page.locator('.run[data-tone="other"]').first
    other.get_by_text("Compare word by word").click()
    diff = other.get_by_role("region")
    expect(diff.locator("del")).to_have_text("two ")
    expect(diff.locator("ins")).to_have_text("other ")
    other.get_by_role("button", name=re.compile("Fork the chat from replay")).click()
    tab.is_connected()
    tab.sees_reply("One other three.")
    expect(tab.reply.locator(".siblings")).to_contain_text("2 of 2")
    tab.shows_what_is_stored()
    page.go_back()
    page.reload()
    expect(page.get_by_role("button", name="Show the fork")).to_have_count(1)


def test_progress_survives_a_reload_and_cancel_ends_it(tab: Tab, host: Host) -> None:
    gate = host.gate()
    prompt = host.will(says("Hello."), says("Hello."), held(gate, "Hel"))
    page = opens_replays(tab, prompt)
    starts(page, 9)
    expect(page.locator(".progress > span")).to_have_text("1 of 9")
    expect(page.locator('.run[data-tone="running"]')).to_have_count(2)
    page.reload()
    expect(page.locator(".progress > span")).to_have_text("1 of 9")
    page.get_by_role("button", name="Cancel").press("Enter")
    expect(page.locator("[data-state]")).to_have_text("Cancelled")
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    assert figure(page, "Same as the original").split()[0] == "100"
    page.reload()
    expect(page.locator('.run[data-tone="failed"]')).to_have_count(2)
    assert host.calls(prompt) == 4, "the reply, one whole replay, two that were cancelled"
    gate.open()


def test_a_comparison_that_is_open_stays_open_while_results_come(tab: Tab, host: Host) -> None:
    gate = host.gate()
    page = opens_replays(tab, host.will(says("One."), says("Two."), held(gate, "Th", then=("ree.",))))
    starts(page, 3)
    first = page.locator("#run-1, #run-2").filter(has_text="Differs").first
    first.get_by_text("Compare word by word").click()
    expect(first.get_by_role("region")).to_be_visible()
    gate.open()
    expect(page.locator("[data-state]")).to_have_text("Done")
    expect(first.get_by_role("region")).to_be_visible()
    expect(page.locator(".diff")).to_have_count(1)


def test_failures_are_told_and_nothing_is_asked_beyond_the_limits(tab: Tab, host: Host) -> None:
    tab.browser.watch.expects("status of 400")
    page = opens_replays(tab, host.will(says("Hello."), held(host.gate(), "Hel")))
    page.get_by_label("How many times").fill("51")
    page.get_by_role("button", name="Start").click()
    assert page.evaluate("document.querySelector('#times').validity.rangeOverflow")
    expect(page.get_by_label("The other seed")).to_be_disabled()
    page.get_by_label("Another:").check()
    starts(page, 2)
    assert page.evaluate("document.querySelector('[data-other-seed]').validity.valueMissing")
    page.get_by_label("The other seed").fill("12")
    starts(page, 2)
    expect(page.get_by_role("heading", name="2 replays with another seed 12")).to_be_visible()
    starts(page, 2)
    expect(page.get_by_role("alert")).to_contain_text("Another replay of yours is running.")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("[data-state]")).to_have_text("Cancelled")


def test_it_works_without_scripts(site: Site, host: Host, at_browser: Seat) -> None:
    somebody = at_browser(site)
    tab = somebody.opens()
    address = opens_replays(tab, host.will(says("One."), says("Two."))).url
    plain = at_browser(site, somebody.person, java_script_enabled=False).context.new_page()
    plain.goto(address)
    starts(plain, 1)
    tab.page.goto(plain.url)  # with scripts it shows by itself when all is done
    expect(tab.page.locator("[data-state]")).to_have_text("Done")
    plain.reload()
    expect(plain.locator(".run")).to_have_count(1)
    plain.get_by_text("Compare word by word").click()
    plain.get_by_role("link", name="Open the comparison").click()
    expect(plain.locator(".diff ins")).to_have_text("Two")
    plain.get_by_role("link", name="Back to the replays").click()
    expect(plain.locator("[data-state]")).to_have_text(DONE)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_barriers_and_no_sideways_scroll(site: Site, host: Host, at_browser: Seat, colours: str) -> None:
    somebody = at_browser(site, color_scheme=colours)
    somebody.context.add_init_script(path=AXE)
    tab = somebody.opens()
    gate = host.gate()
    page = opens_replays(
        tab, host.will(says(f"One {LONG}"), says(f"Two {LONG} <b>"), says(""), held(gate, "Ev", then=("er",)))
    )
    assert barriers(page) == []
    starts(page, 4)
    expect(page.locator('.run[data-tone="failed"]')).to_have_count(1)
    assert barriers(page) == []
    gate.open()
    expect(page.locator("[data-state]")).to_have_text("Done")
    page.get_by_text("Compare word by word").first.click()
    expect(page.get_by_role("region").first).to_be_visible()
    assert barriers(page) == []
    for width in (390, 820, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        tab.no_sideways_scroll()
    page.goto(page.locator(".compare a").last.get_attribute("href") or "")
    assert barriers(page) == []
    tab.no_sideways_scroll()
