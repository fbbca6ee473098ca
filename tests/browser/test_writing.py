"""The composer: keys, long texts, and drafts that survive whatever ends a page."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Seat
from tests.browser.people import AtBrowser, Tab
from tests.live.host import Host, held, says
from tests.live.site import Site

BLOCKED_STORAGE = """Object.defineProperty(window, 'localStorage', {
  get() { throw new DOMException('Storage is blocked.', 'SecurityError'); },
});"""
PASTE = "() => document.querySelector('#message').focus() || navigator.clipboard.writeText(%s)"
COMPOSES = """([type, key]) => {
  const box = document.querySelector('#message');
  const always = { bubbles: true, cancelable: true };
  if (type === 'keydown')
    box.dispatchEvent(new KeyboardEvent(type, { key, isComposing: true, keyCode: 229, ...always }));
  else box.dispatchEvent(new CompositionEvent(type, { data: key, ...always }));
}"""


@pytest.fixture
def alice(site: Site, at_browser: Seat) -> AtBrowser:
    return at_browser(site, permissions=["clipboard-read", "clipboard-write"])


def pastes(tab: Tab, text: str) -> None:
    """From the clipboard, as people do."""
    tab.page.evaluate(PASTE % json.dumps(text))
    tab.box.press("Control+V")
    tab.page.wait_for_function("n => document.querySelector('#message').value.length === n", arg=len(text))


def test_enter_sends_and_shift_enter_does_not(alice: AtBrowser) -> None:
    tab = alice.opens()
    tab.box.press_sequentially("one")
    tab.box.press("Shift+Enter")
    tab.box.press_sequentially("two")
    expect(tab.words).to_have_count(0)
    tab.box.press("Enter")
    tab.sees_end()
    assert tab.words.locator(".words-text").text_content() == "one\ntwo"


def test_enter_that_ends_a_choice_of_an_input_method_does_not_send(alice: AtBrowser) -> None:
    tab = alice.opens()
    tab.box.fill("かんじ")
    for step in (["compositionstart", ""], ["keydown", "Enter"], ["compositionend", "漢字"]):
        tab.page.evaluate(COMPOSES, step)
    expect(tab.words).to_have_count(0)
    expect(tab.box).to_have_value("かんじ")
    tab.box.press("Enter")
    tab.sees_end()


def test_an_empty_message_is_not_sent(alice: AtBrowser) -> None:
    tab = alice.opens()
    tab.box.fill("  \n ")
    tab.box.press("Enter")
    tab.send.click()
    expect(tab.words).to_have_count(0)


def test_a_long_text_is_pasted_sent_and_folded(alice: AtBrowser, host: Host) -> None:
    tab = alice.opens()
    text = "\n".join(f"line {number} of a long text" for number in range(4_000))[:100_000]
    pastes(tab, text + "!")
    tab.send.click()
    tab.sees_end()
    assert tab.words.locator(".words-text").text_content() == text + "!"
    words = tab.words.locator(".words")
    folded = words.evaluate("element => element.getBoundingClientRect().height")
    tab.presses("Show all")
    assert words.evaluate("element => element.getBoundingClientRect().height") > 10 * folded
    tab.no_sideways_scroll()


def test_a_text_over_the_limit_is_refused_with_the_count_before_it_is_sent(alice: AtBrowser) -> None:
    alice.watch.expects("status of 400")  # the site keeps no draft of that length; this device does
    tab = alice.opens()
    limit = int(tab.page.locator("body").get_attribute("data-message-characters") or 0)
    pastes(tab, "x" * (limit + 7))
    tab.send.click()
    expect(tab.hint).to_contain_text("shorten it by 7 characters")
    expect(tab.page.locator("[data-count]")).to_have_text(f"{limit + 7:,} / {limit:,}")
    assert len(tab.box.input_value()) == limit + 7
    assert not [frame for frame in tab.frames if frame["type"] == "turn.start"]


def test_what_is_too_large_on_its_way_is_not_sent_and_comes_back(alice: AtBrowser, host: Host) -> None:
    alice.watch.expects("status of 400")
    tab = alice.opens()
    text = "\x01" * 180_000  # each takes six bytes in a frame
    pastes(tab, text)
    tab.send.click()
    expect(tab.words.last).to_contain_text("Not sent: It is too large on its way")
    expect(tab.send).to_be_visible()
    assert not [frame for frame in tab.frames if frame["type"] == "turn.start"]
    tab.presses("Edit", tab.words.last)
    assert tab.box.input_value() == text
    tab.sends(host.will(says("Still here.")))
    tab.sees_end()
    tab.presses("Edit", tab.words.last)
    tab.log.get_by_label("Edit your words").evaluate("(box, text) => { box.value = text }", text)
    tab.presses("Save & send")
    expect(tab.log.locator(".editor .wrong")).to_contain_text("too large on its way")


def test_each_conversation_keeps_its_draft(alice: AtBrowser) -> None:
    tab = alice.opens()
    tab.sends("The first one.")
    tab.sees_end()
    path = f"/c/{tab.conversation}"
    tab.box.fill("for the first")
    tab.goes("/")
    expect(tab.box).to_have_value("")
    tab.box.fill("for a new one")
    tab.goes(path)
    expect(tab.box).to_have_value("for the first")
    tab.goes("/")
    expect(tab.box).to_have_value("for a new one")
    tab.reloads()
    expect(tab.box).to_have_value("for a new one")


def test_a_draft_is_there_on_another_device(site: Site, alice: AtBrowser, at_browser: Seat) -> None:
    tab = alice.opens()
    with tab.page.expect_response("**/drafts"):
        tab.box.fill("begun at the desk")
    elsewhere = at_browser(site, alice.person).opens()
    expect(elsewhere.box).to_have_value("begun at the desk")


def test_a_session_that_ends_while_typing_costs_nothing(site: Site, alice: AtBrowser) -> None:
    tab = alice.opens()
    tab.sends("Hello.")
    tab.sees_end()
    path = tab.page.url
    tab.box.press_sequentially("a thought that goes on")
    alice.loses_session()
    dialog = tab.page.get_by_role("dialog", name="You were signed out")
    expect(dialog).to_be_visible()
    dialog.get_by_role("link", name="Sign in").click()
    tab.signs_in()
    assert tab.page.url == path
    expect(tab.box).to_have_value("a thought that goes on")
    tab.send.click()
    expect(tab.replies).to_have_count(2)
    tab.sees_end()


def test_without_storage_one_can_still_chat_and_is_told(alice: AtBrowser, host: Host) -> None:
    alice.context.add_init_script(BLOCKED_STORAGE)
    tab = alice.opens()
    tab.box.press_sequentially("Hello")
    expect(tab.page.locator("[data-toasts]")).to_contain_text("This browser keeps nothing on this device")
    tab.send.click()
    tab.sees_end()
    tab.reloads()
    tab.shows_what_is_stored()


def waits(tab: Tab) -> Locator:
    return tab.page.get_by_role("group", name="Waiting message")


def test_what_is_sent_during_a_reply_goes_when_it_ends(alice: AtBrowser, host: Host) -> None:
    gate = host.gate()
    tab = alice.opens()
    tab.sends(host.will(held(gate, "wait ", then=("for it",))))
    tab.sees_reply("wait")
    prompt = host.will(says("Here it is."))
    tab.box.fill(prompt)
    tab.box.press("Enter")
    expect(waits(tab)).to_contain_text("Will be sent when this reply ends.")
    expect(tab.words).to_have_count(1)
    gate.open()
    tab.sees_reply("Here it is.")
    tab.sees_end()
    expect(waits(tab)).to_be_hidden()
    expect(tab.box).to_have_value("")
    assert host.calls(prompt) == 1
    tab.reloads()
    expect(tab.words).to_have_count(2)
    expect(tab.box).to_have_value("")


def test_what_waits_is_a_draft_after_stop_and_after_a_reload(alice: AtBrowser, host: Host) -> None:
    gate = host.gate()
    tab = alice.opens()
    tab.sends(host.will(held(gate, "wait ", then=("for it",)), says("Another.")))
    tab.sees_reply("wait")
    tab.box.fill("the next one")
    tab.box.press("Enter")
    expect(waits(tab)).to_be_visible()
    tab.box.press("Escape")  # which stops the reply
    tab.sees_end("stopped")
    expect(tab.hint).to_have_text("Not sent, as the reply was stopped. Your message is kept here.")
    tab.presses("Regenerate", tab.sees_card("Stopped"))
    tab.sees_reply("Another.")
    tab.sees_end()
    tab.reloads()
    expect(tab.box).to_have_value("the next one")
    expect(tab.words).to_have_count(1)


def test_the_system_prompt_is_saved_and_sent(alice: AtBrowser, host: Host) -> None:
    tab = alice.opens()
    dialog = tab.page.get_by_role("dialog", name="Settings")
    tab.presses("Settings of this conversation")
    dialog.get_by_role("textbox", name="System prompt").fill("Answer in verse.")
    tab.presses("Save", dialog)
    expect(dialog).to_be_hidden()
    prompt = host.will(says("Roses are red."))
    tab.sends(prompt)
    tab.sees_end()
    asked = host.requests[-1].json()["messages"]
    assert asked == [{"role": "system", "content": "Answer in verse."}, {"role": "user", "content": prompt}]
    tab.reloads()
    tab.presses("Settings of this conversation")
    expect(dialog.get_by_role("textbox", name="System prompt")).to_have_value("Answer in verse.")
