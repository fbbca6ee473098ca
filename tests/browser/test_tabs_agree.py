"""Two tabs of one conversation: what is changed in one is what the other shows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Seat
from tests.browser.people import Tab
from tests.live.host import Host, says
from tests.live.site import Site


@pytest.fixture
def tabs(site: Site, host: Host, at_browser: Seat) -> tuple[Tab, Tab]:
    first = at_browser(site).opens()
    first.sends(host.will(says("Hello.")))
    first.sees_end()
    return first, first.browser.opens(f"/c/{first.conversation}")


def prompt_of(tab: Tab) -> Locator:
    return tab.page.get_by_label("System prompt", exact=True)


def saves(tab: Tab, prompt: str) -> None:
    tab.presses("Settings of this conversation")
    prompt_of(tab).fill(prompt)
    tab.page.get_by_text("Parameters", exact=True).click()
    tab.page.get_by_label("Temperature").fill("0.5")
    tab.presses("Save")
    expect(tab.page.get_by_role("dialog")).to_be_hidden()


def test_settings_saved_in_one_tab_stand_in_the_other(tabs: tuple[Tab, Tab]) -> None:
    first, second = tabs
    saves(first, "From the first tab.")
    expect(prompt_of(second)).to_have_value("From the first tab.")
    expect(second.page.locator("[name=temperature]")).to_have_value("0.5")
    second.model.select_option("gpt-4-0125-preview")
    expect(first.model).to_have_value("gpt-4-0125-preview")
    first.reloads()
    expect(prompt_of(first)).to_have_value("From the first tab.")


def test_what_is_being_typed_stays_and_is_told(tabs: tuple[Tab, Tab]) -> None:
    first, second = tabs
    second.presses("Settings of this conversation")
    prompt_of(second).fill("Half a thou")
    saves(first, "From the first tab.")
    told = second.page.get_by_role("dialog").get_by_role("alert")
    expect(told).to_contain_text("changed elsewhere meanwhile")
    expect(prompt_of(second)).to_have_value("Half a thou")
    second.presses("Cancel")
    expect(prompt_of(second)).to_have_value("From the first tab.")
    second.presses("Settings of this conversation")
    expect(told).to_be_hidden()
