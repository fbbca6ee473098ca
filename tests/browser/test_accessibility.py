"""Usable by everybody: by names, with the keyboard alone, aloud, in light and dark, without motion."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Seat
from tests.browser.people import AtBrowser, Tab
from tests.browser.steps import Steps
from tests.live.host import Host, words
from tests.live.site import Site

AXE = Path(str(files("axe_playwright_python") / "axe.min.js"))
SERIOUS = ("serious", "critical")
FOCUS_IS_SEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  const around = document.activeElement.closest('.composer');
  const ring = (s) => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
  return ring(style) || (around !== null && ring(getComputedStyle(around)));
}"""
MOVING = """() => document.getAnimations().filter((a) => a.playState === 'running'
  && a.effect.getComputedTiming().duration > 50).map((a) => a.animationName || a.transitionProperty)"""
HEARS = """() => {
  window.heard = [];
  const region = document.querySelector('[role=status]');
  new MutationObserver(() => region.textContent && window.heard.push(region.textContent))
    .observe(region, { childList: true, characterData: true, subtree: true });
}"""


@pytest.fixture(params=["light", "dark"])
def reader(request: pytest.FixtureRequest, demo: Site, at_browser: Seat) -> AtBrowser:
    """Somebody whose browser brings axe along: our policy lets no page load it."""
    somebody = at_browser(demo, color_scheme=request.param)
    somebody.context.add_init_script(path=AXE)
    return somebody


def barriers(page: Page) -> list[str]:
    """What axe finds that is serious, with where."""
    page.evaluate("Promise.all(document.getAnimations().map((a) => a.finished.catch(() => null)))")
    found: dict[str, Any] = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


def test_no_barriers_in_the_chat_and_its_dialogs(reader: AtBrowser) -> None:
    tab = reader.opens()
    assert barriers(tab.page) == []
    tab.sends("scenario: markdown rate=0")
    tab.sees_end()
    tab.sends("scenario: cut rate=0")
    tab.sees_card("The reply broke off")
    assert barriers(tab.page) == []
    tab.presses("Settings of this conversation")
    assert barriers(tab.page) == []
    tab.page.keyboard.press("Escape")
    tab.presses("Options", tab.row("scenario: markdown"))
    assert barriers(tab.page) == []
    tab.page.keyboard.press("Escape")
    tab.page.get_by_role("button", name="Your account").click()
    assert barriers(tab.page) == []
    tab.presses("Keyboard shortcuts")
    assert barriers(tab.page) == []


def test_no_barriers_on_the_page_of_ones_own_use(reader: AtBrowser) -> None:
    tab = reader.opens()
    tab.sends("scenario: tokens count=3")
    tab.sees_end()
    tab.page.goto("/use?zone=UTC")
    expect(tab.page.get_by_role("table", name="By day")).to_be_visible()
    assert barriers(tab.page) == []


def test_no_barriers_at_the_door(reader: AtBrowser) -> None:
    reader.loses_session()
    page = reader.context.new_page()
    page.goto("/")
    assert barriers(page) == []
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_label("Email").fill("nobody@example.org")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("form")).to_contain_text("not correct")
    assert barriers(page) == []


def test_the_names_that_stay(site: Site, host: Host, at_browser: Seat) -> None:
    steps, tab = Steps(host, words(2)), at_browser(site).opens()
    for part in (tab.box, tab.send, tab.log, tab.page.get_by_role("button", name="New chat", exact=True)):
        expect(part).to_be_visible()
    expect(tab.status).to_have_count(1)
    tab.sends(steps.prompt)
    expect(tab.stop).to_be_visible()
    steps.finish()
    tab.sees_end()
    expect(tab.words).to_have_count(1)
    expect(tab.replies).to_have_count(1)
    expect(tab.status).to_have_count(1)
    assert tab.log.get_attribute("aria-live") == "off"


def test_a_whole_turn_with_the_keyboard_alone(site: Site, host: Host, at_browser: Seat) -> None:
    steps, tab = Steps(host, words(4)), at_browser(site).opens()
    keyboard = tab.page.keyboard
    expect(tab.box).to_be_focused()
    assert tab.page.evaluate(FOCUS_IS_SEEN)
    keyboard.type(steps.prompt)
    keyboard.press("Enter")
    steps.go(2)
    tab.sees_reply("w2")
    keyboard.press("Escape")
    tab.sees_end("stopped")
    steps.finish()
    found = press_until(tab, "Shift+Tab", 'document.activeElement.dataset.action === "regenerate"')
    assert found, "Regenerate is reached with Tab"
    keyboard.press("Enter")
    tab.sees_end()
    keyboard.press("Shift+Escape")
    expect(tab.box).to_be_focused()
    keyboard.press("Control+Shift+O")
    expect(tab.page.get_by_role("heading", name="New chat")).to_be_visible()


def press_until(tab: Tab, key: str, condition: str) -> bool:
    """Press a key until something is so; on the way the focus must always be seen."""
    for _ in range(40):
        tab.page.keyboard.press(key)
        assert tab.page.evaluate(FOCUS_IS_SEEN), tab.page.evaluate("document.activeElement.outerHTML")
        if tab.page.evaluate(condition):
            return True
    return False


def test_start_end_and_failure_are_told_aloud(demo: Site, at_browser: Seat) -> None:
    tab = at_browser(demo).opens()
    tab.page.evaluate(HEARS)
    tab.sends("scenario: tokens count=30 rate=60 first-ms=400")
    tab.sees_end()
    tab.page.wait_for_function("() => window.heard.at(-1) === 'Reply complete.'")
    assert tab.page.evaluate("window.heard") == ["The reply has begun.", "Reply complete."]
    tab.sends("scenario: bad-key")
    tab.sees_card("The site's key or address is not accepted")
    tab.page.wait_for_function("() => window.heard.at(-1).startsWith('The reply failed. ')")


def test_nothing_moves_for_those_who_asked_for_calm(site: Site, host: Host, at_browser: Seat) -> None:
    steps = Steps(host, words(2))
    tab = at_browser(site, reduced_motion="reduce").opens()
    tab.sends(steps.prompt)
    steps.go()
    tab.sees_reply("w1")
    assert tab.page.evaluate(MOVING) == []
    steps.finish()
    tab.sees_end()


def test_the_choice_of_colours_is_kept(site: Site, at_browser: Seat) -> None:
    tab = at_browser(site, color_scheme="light").opens()
    light = tab.page.evaluate("getComputedStyle(document.body).backgroundColor")
    tab.page.get_by_role("button", name="Your account").click()
    tab.page.get_by_text("Dark", exact=True).click()
    dark = tab.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    tab.reloads()
    assert tab.page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
