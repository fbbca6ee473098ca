"""What can be done with a message: copy, edit, regenerate, stop, continue, and what a failure offers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Seat
from tests.browser.people import AtBrowser, Tab
from tests.browser.steps import Steps
from tests.live.host import Host, says, words
from tests.live.site import Site

CODE = "Some *code*:\n\n```python\nprint('one')\nprint('two')\n```\n"


@pytest.fixture
def alice(site: Site, at_browser: Seat) -> AtBrowser:
    return at_browser(site, permissions=["clipboard-read", "clipboard-write"])


@pytest.fixture
def tab(demo: Site, at_browser: Seat) -> Tab:
    """A tab of the site on the built-in server, which misbehaves by name."""
    return at_browser(demo).opens()


def clipboard(tab: Tab) -> str:
    text: str = tab.page.evaluate("navigator.clipboard.readText()")
    return text


def test_a_message_and_its_code_are_copied(alice: AtBrowser, host: Host) -> None:
    tab = alice.opens()
    prompt = host.will(says(CODE))
    tab.sends(prompt)
    tab.sees_end()
    tab.reply.locator("[data-copy-code]").click()
    expect(tab.reply.locator("[data-copy-code]")).to_have_text("Copied")
    assert clipboard(tab) == "print('one')\nprint('two')\n"
    tab.presses("Copy", tab.words)
    expect(tab.words.get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(tab) == prompt
    tab.reply.locator('[data-action="copy"]').click()
    expect(tab.reply.locator('[data-action="copy"]')).to_have_text("Copied")
    assert "Some code:" in clipboard(tab)


def test_an_edited_message_is_a_version_beside_the_first(alice: AtBrowser, host: Host) -> None:
    tab = alice.opens()
    tab.sends(host.will(says("First answer.")))
    tab.sees_end()
    second = host.will(says("Second answer."))
    tab.presses("Edit", tab.words)
    tab.page.get_by_role("textbox", name="Edit your words").fill(second)
    tab.presses("Save & send")
    tab.sees_reply("Second answer.")
    tab.sees_end()
    expect(tab.words).to_have_count(1)
    expect(tab.words).to_contain_text("2 of 2")
    tab.presses("Previous version", tab.words)
    tab.sees_reply("First answer.")
    tab.shows_what_is_stored()
    tab.reloads()
    tab.sees_reply("First answer.")
    tab.presses("Next version", tab.words)
    tab.sees_reply("Second answer.")
    tab.shows_what_is_stored()


def test_a_cancelled_edit_changes_nothing(alice: AtBrowser) -> None:
    tab = alice.opens()
    tab.sends("As it was.")
    tab.sees_end()
    tab.presses("Edit", tab.words)
    box = tab.page.get_by_role("textbox", name="Edit your words")
    expect(box).to_be_focused()
    box.fill("Something else.")
    box.press("Escape")
    expect(box).to_be_hidden()
    expect(tab.words.get_by_role("button", name="Edit")).to_be_focused()
    tab.shows_what_is_stored()


def test_another_reply_stands_beside_the_first(alice: AtBrowser, host: Host) -> None:
    tab = alice.opens()
    tab.sends(host.will(says("One."), says("Two."), says("Three.")))
    tab.sees_end()
    tab.presses("Regenerate", tab.reply)
    tab.sees_reply("Two.")
    tab.sees_end()
    expect(tab.replies).to_have_count(1)
    expect(tab.reply).to_contain_text("2 of 2")
    tab.presses("Regenerate with another model", tab.reply)
    tab.page.locator("#model-menu").get_by_role("button", name="gpt-4-0125-preview").click()
    tab.sees_reply("Three.")
    tab.sees_end()
    expect(tab.reply.locator(".facts")).to_contain_text("gpt-4-0125-preview")
    assert host.requests[-1].json()["model"] == "gpt-4-0125-preview"
    tab.presses("Previous version", tab.reply)
    tab.sees_reply("Two.")
    tab.shows_what_is_stored()


def test_a_menu_goes_when_the_window_gets_another_width(tab: Tab) -> None:
    tab.sends("scenario: tokens count=3")
    tab.sees_end()
    menu = tab.page.locator("#model-menu")
    tab.presses("Regenerate with another model", tab.reply)
    expect(menu).to_be_visible()
    tab.page.set_viewport_size({"width": 1280, "height": 500})
    expect(menu).to_be_visible()
    tab.page.set_viewport_size({"width": 700, "height": 500})
    expect(menu).to_be_hidden()


def test_a_reply_stopped_before_its_first_word(alice: AtBrowser, host: Host) -> None:
    steps, tab = Steps(host, words(3)), alice.opens()
    tab.sends(steps.prompt)
    expect(tab.reply).to_contain_text("Waiting for")
    tab.stop.click()
    tab.sees_end("stopped")
    tab.sees_card("Stopped")
    steps.finish()
    tab.reloads()
    tab.sees_end("stopped")
    tab.presses("Regenerate", tab.reply)
    tab.sees_end()


def test_a_stopped_reply_is_frozen_as_it_was_seen(alice: AtBrowser, host: Host) -> None:
    steps, tab = Steps(host, [f"**w{number}** " for number in range(1, 60)]), alice.opens()
    tab.sends(steps.prompt)
    steps.go(20)
    tab.sees_reply("w20")
    tab.box.press("Escape")
    seen = tab.reply.locator(".prose").text_content()
    steps.go(20)
    tab.sees_end("stopped")
    assert (tab.reply.locator(".prose").text_content() or "").strip() == (seen or "").strip()
    tab.reloads()
    tab.sees_end("stopped")
    assert (tab.reply.locator(".prose").text_content() or "").strip() == (seen or "").strip()


@pytest.mark.parametrize("how", ["stopped", "truncated"])
def test_a_cut_reply_goes_on(tab: Tab, how: str) -> None:
    if how == "truncated":
        tab.sends("scenario: finish reason=length count=9 rate=0 times=1 key=goes-on")
        tab.sees_end("truncated")
        card = tab.sees_card("Cut at the length limit")
    else:
        tab.sends("scenario: tokens count=400 rate=50")
        tab.sees_reply("w9")
        tab.stop.click()
        tab.sees_end("stopped")
        card = tab.sees_card("Stopped")
    tab.presses("Continue", card)
    if how == "stopped":
        tab.sees_reply("w40")
        tab.stop.click()
        tab.sees_end("stopped")
        shown = re.findall(r"\d+", tab.reply.locator(".prose").text_content() or "")
        assert shown == [str(number) for number in range(1, len(shown) + 1)]
    else:
        tab.sees_reply("w9That was all of it")
        tab.sees_end()


FAILURES = {
    "bad-key": ("The site's key or address is not accepted", ["Try another model"]),
    "model-gone": ("This model is no longer offered", ["Try another model"]),
    "cut after=5": ("The reply broke off", ["Continue", "Try again", "Try another model"]),
    "html-page": ("The answer could not be read", ["Try again", "Try another model"]),
    "empty": ("The reply was empty", ["Try again", "Try another model", "Edit your message"]),
    "quota": ("The site's credit is used up", ["Try another model"]),
    "context-length": (
        "The conversation is too long for this model",
        ["Try another model", "Edit your message"],
    ),
    "hang-up": ("The model's server cannot be reached", ["Try again", "Try another model"]),
}


@pytest.mark.parametrize("scenario", FAILURES)
def test_a_failure_says_what_happened_and_what_can_be_done(tab: Tab, scenario: str) -> None:
    title, buttons = FAILURES[scenario]
    tab.sends(f"scenario: {scenario} rate=0")
    card = tab.sees_card(title)
    assert [button.strip() for button in card.get_by_role("button").all_inner_texts()] == buttons
    tab.shows_what_is_stored()
    expect(tab.status).to_contain_text("The reply failed." if "cut" not in scenario else "")
    expect(tab.send).to_be_visible()
    tab.reloads()
    tab.sees_card(title)


def test_try_again_and_another_model_work(tab: Tab) -> None:
    tab.sends("scenario: empty times=1 key=try-again rate=0")
    tab.presses("Try again", tab.sees_card("The reply was empty"))
    tab.sees_end()
    expect(tab.reply).to_contain_text("2 of 2")
    tab.sends("scenario: model-gone times=1 key=other-model rate=0")
    tab.presses("Try another model", tab.sees_card("This model is no longer offered"))
    tab.page.locator("#model-menu").get_by_role("button", name="gpt-4-0125-preview").click()
    tab.sees_end()
    expect(tab.reply.locator(".facts")).to_contain_text("gpt-4-0125-preview")


def test_a_busy_host_is_waited_for_with_a_countdown_that_stop_ends(tab: Tab) -> None:
    tab.sends("scenario: rate-limit retry-after=20")
    expect(tab.reply).to_contain_text(re.compile(r"Next try in 1\d s"))
    tab.stop.click()
    tab.sees_end("stopped")


def test_a_busy_host_that_recovers_is_asked_again(tab: Tab) -> None:
    tab.sends("scenario: rate-limit retry-after=1 times=1 rate=0")
    tab.sees_end()
    expect(tab.replies).to_have_count(1)


def test_reasoning_is_folded(tab: Tab) -> None:
    tab.sends("scenario: reasoning rate=0")
    tab.sees_end()
    reasoning = tab.reply.locator("details.reasoning")
    expect(reasoning).to_be_visible()
    assert reasoning.evaluate("element => element.open") is False
    reasoning.get_by_text("Reasoning").click()
    expect(reasoning.locator("div")).to_be_visible()
    tab.reloads()
    expect(tab.reply.locator("details.reasoning")).to_be_visible()


def test_a_refusal_is_told_as_the_models_own(tab: Tab) -> None:
    tab.sends("scenario: refusal rate=0")
    tab.sees_card("The model declined")
    tab.shows_what_is_stored()
