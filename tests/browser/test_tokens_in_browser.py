"""The view of a reply's tokens: by pointer and by keyboard, with thousands of them."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Seat
from tests.browser.people import Tab
from tests.live.site import Site


def asks_with_probabilities(tab: Tab, text: str, alternatives: str = "") -> None:
    tab.presses("Settings of this conversation")
    tab.page.locator("summary", has_text="Parameters").click()
    tab.page.get_by_label("Probabilities of the tokens").select_option("yes")
    tab.page.get_by_label("Alternatives of each token").fill(alternatives)
    tab.presses("Save")
    expect(tab.page.get_by_role("dialog")).to_be_hidden()
    tab.sends(text)
    expect(tab.reply).to_have_attribute("data-state", "complete")


def opens_tokens(tab: Tab) -> Locator:
    tab.presses("Tokens", within=tab.reply)
    dialog = tab.page.get_by_role("dialog", name="How likely each token was")
    expect(dialog.get_by_role("option").first).to_be_visible()
    return dialog


def test_a_token_tells_its_probability_and_its_alternatives(demo: Site, at_browser: Seat) -> None:
    tab = at_browser(demo).opens()
    asks_with_probabilities(tab, "scenario: tokens count=12 rate=0", "3")
    dialog = opens_tokens(tab)
    told = dialog.locator("[data-token-told]")
    dialog.get_by_role("option").nth(3).hover()
    expect(told).to_contain_text("w4")
    expect(told.get_by_role("listitem")).to_have_count(3)
    expect(told.locator("p")).to_contain_text("%")
    dialog.locator("[data-token-go]").first.click()
    expect(dialog.locator("[aria-selected]")).to_be_focused()


def test_the_arrow_keys_move_from_token_to_token(demo: Site, at_browser: Seat) -> None:
    tab = at_browser(demo, viewport={"width": 390, "height": 800}).opens()
    asks_with_probabilities(tab, "scenario: tokens count=12 rate=0")
    dialog = opens_tokens(tab)
    told = dialog.locator("[data-token-told]")
    tokens = dialog.get_by_role("option")
    tokens.first.focus()
    for key, number in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", 11), ("Home", 0)):
        tab.page.keyboard.press(key)
        expect(tokens.nth(number)).to_be_focused()
        expect(told).to_contain_text(f"w{number + 1}")
    expect(dialog.locator("[data-tokens] [tabindex]")).to_have_count(1)
    tab.no_sideways_scroll()
    tab.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_five_thousand_tokens_can_be_walked_through(demo: Site, at_browser: Seat) -> None:
    tab = at_browser(demo).opens()
    asks_with_probabilities(tab, "scenario: tokens count=5000 rate=0", "5")
    dialog = opens_tokens(tab)
    expect(dialog).to_contain_text("5000 tokens.")
    dialog.get_by_role("option").first.focus()
    tab.page.keyboard.press("End")
    expect(dialog.locator("[data-token-told]")).to_contain_text("w5000")
    expect(dialog.get_by_role("option").last).to_be_in_viewport()


def test_a_reply_without_probabilities_has_no_such_button(demo: Site, at_browser: Seat) -> None:
    tab = at_browser(demo).opens()
    tab.sends("scenario: tokens count=3")
    expect(tab.reply).to_have_attribute("data-state", "complete")
    expect(tab.reply.get_by_role("button", name="Details")).to_be_visible()
    expect(tab.reply.get_by_role("button", name="Tokens")).to_have_count(0)
