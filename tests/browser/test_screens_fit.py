"""The chat and its dialogs at every width, with long and broken contents: nothing cut, small or faint."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Seat
from tests.browser.fitting import PHONE, misfits, small_targets
from tests.browser.people import Tab
from tests.browser.test_accessibility import AXE, barriers
from tests.live.site import Site

UNBROKEN = "unbroken" * 40


@pytest.fixture
def tab(demo: Site, at_browser: Seat) -> Tab:
    """A tab on a device with a touch screen."""
    width, height = PHONE
    somebody = at_browser(demo, has_touch=True, viewport={"width": width, "height": height})
    somebody.context.add_init_script(path=AXE)
    return somebody.opens()


def problems(tab: Tab) -> list[str]:
    """At each width, and at that of a telephone in both themes; the page is left at that width, and light."""
    found = misfits(tab.page)
    tab.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found += small_targets(tab.page)
    for colours in ("dark", "light"):
        tab.page.emulate_media(color_scheme=colours)
        found += [f"in {colours} colours: {barrier}" for barrier in barriers(tab.page)]
    return found


def settings(tab: Tab) -> None:
    """Open the dialog with everything in it unfolded."""
    tab.presses("Settings of this conversation")
    tab.page.evaluate("document.querySelectorAll('#settings details').forEach((part) => (part.open = true))")


def test_messages_and_cards(tab: Tab) -> None:
    for prompt in (
        f"{UNBROKEN}\nscenario: markdown rate=0",
        "scenario: unicode rate=0",
        "scenario: hostile rate=0",
    ):
        tab.sends(prompt)
        tab.sees_end()
    tab.sends("scenario: context-length")
    tab.sees_card("The conversation is too long for this model")
    assert problems(tab) == []


def test_the_settings_with_what_is_wrong_in_them(tab: Tab) -> None:
    settings(tab)
    dialog = tab.page.get_by_role("dialog")
    tab.presses("Save as preset…", dialog)
    dialog.get_by_label("Name of the preset").fill(UNBROKEN)
    dialog.get_by_label("Response format").select_option("json_schema")
    dialog.get_by_label("Name of the schema").fill("people")
    dialog.get_by_label("JSON Schema", exact=True).fill(f'{{"type": "{UNBROKEN}"}}')
    tab.presses("Check the schema", dialog)
    expect(dialog.locator("[data-check-result]")).not_to_be_empty()
    dialog.get_by_label("Temperature").fill("9")
    assert problems(tab) == []


def test_replies_side_by_side_and_what_is_told_of_them(tab: Tab) -> None:
    settings(tab)
    tab.page.get_by_label("Replies at a time").fill("2")
    tab.page.get_by_label("Probabilities of the tokens").select_option("yes")
    tab.page.get_by_label("Alternatives of each token").fill("5")
    tab.presses("Save")
    expect(tab.page.get_by_role("dialog")).to_be_hidden()
    tab.sends(UNBROKEN)
    columns = tab.page.get_by_role("region", name="Replies side by side").get_by_role("article")
    for number in range(2):
        expect(columns.nth(number)).to_have_attribute("data-state", "complete")
    assert misfits(tab.page) == []
    tab.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    for name in ("Details", "Tokens", "Compare"):
        tab.presses(name, columns.first)
        dialog = tab.page.get_by_role("dialog")
        expect(dialog.locator("pre, [data-tokens], ins").first).to_be_attached()
        for folded in dialog.locator("details").all():
            folded.locator("summary").click()
        assert (name, problems(tab)) == (name, [])
        tab.presses("Close", dialog)


def test_what_goes_up_and_the_account(tab: Tab) -> None:
    tab.sends(UNBROKEN)
    tab.sees_end()
    tab.page.locator("#composer-context").click()
    expect(tab.page.get_by_role("dialog").get_by_role("table")).to_be_visible()
    assert problems(tab) == []
    tab.page.keyboard.press("Escape")
    tab.page.get_by_role("button", name="Open the list of conversations").click()
    tab.page.get_by_role("button", name="Your account").click()
    expect(tab.page.get_by_text("Colours")).to_be_visible()
    assert small_targets(tab.page) == []
    tab.page.goto("/use?zone=UTC")
    assert problems(tab) == []


@pytest.mark.parametrize("path", ["/accounts/password/change/", "/accounts/logout/"])
def test_pages_with_one_thing_to_do(tab: Tab, path: str) -> None:
    tab.page.goto(path)
    assert problems(tab) == []
