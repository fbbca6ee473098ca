"""How replies end, in the browser: the card of each end, and that its next steps lead somewhere."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Seat
from tests.browser.people import Tab
from tests.browser.steps import Steps
from tests.browser.test_accessibility import AXE, barriers
from tests.live.host import Host, says
from tests.live.site import Site

SORRY = ["I'm sorry, ", "but I can't ", "help with <b>that</b>."]


@pytest.fixture
def tab(site: Site, at_browser: Seat) -> Tab:
    return at_browser(site).opens()


def declines(tab: Tab, words: str) -> None:
    expect(tab.reply.locator("blockquote")).to_have_text(words)


def test_a_refusal_is_read_while_it_is_written_and_leads_to_other_words(tab: Tab, host: Host) -> None:
    steps = Steps(host, SORRY, field="refusal")
    tab.sends(steps.prompt)
    steps.go()
    declines(tab, "I'm sorry, ")
    tab.reloads()
    declines(tab, "I'm sorry, ")
    steps.go()
    declines(tab, "I'm sorry, but I can't ")
    steps.finish()
    tab.sees_end()
    declines(tab, "".join(SORRY))
    expect(tab.status).to_have_text("The model declined to answer. Its words are in place of a reply.")
    tab.presses("Rephrase your message", tab.sees_card("The model declined"))
    editor = tab.log.get_by_label("Edit your words")
    expect(editor).to_be_focused()
    editor.fill(host.will(says("Gladly.")))
    tab.presses("Save & send")
    tab.sees_end()
    tab.sees_reply("Gladly.")
    expect(tab.reply.locator("blockquote")).to_be_hidden()


def test_a_limit_leads_to_its_box(tab: Tab, host: Host) -> None:
    tab.presses("Settings of this conversation")
    tab.page.get_by_text("Parameters", exact=True).click()
    box = tab.page.get_by_label("Longest reply, in tokens")
    box.fill("2")
    tab.presses("Save")
    expect(tab.page.get_by_role("dialog")).to_be_hidden()
    tab.sends(host.will(says("one two", finish="length")))
    tab.sees_end("truncated")
    card = tab.sees_card("Cut at the length limit")
    expect(card).to_contain_text("the limit of 2 tokens that is set for it")
    tab.reloads()
    card.get_by_role("button", name="Raise the limit").focus()
    tab.page.keyboard.press("Enter")
    expect(box).to_be_focused()
    tab.page.keyboard.type("900")
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("dialog")).to_be_hidden()
    expect(box).to_have_value("900")


@pytest.mark.parametrize(
    ("texts", "finish", "state", "title"),
    [
        (("Half",), "content_filter", "filtered", "Cut by the content filter"),
        ((), "content_filter", "filtered", "Held back by the content filter"),
        (("Let me look.",), "tool_calls", "complete", "The model asked for a function"),
        ((), "function_call", "failed", "The model asked for a function"),
        (("Half",), "<i>odd</i>", "complete", "An unusual end"),
        ((), "length", "truncated", "Cut at the length limit"),
    ],
)
def test_each_end_has_its_card_after_a_reload_too(
    tab: Tab, host: Host, texts: tuple[str, ...], finish: str, state: str, title: str
) -> None:
    tab.sends(host.will(says(*texts, finish=finish)))
    tab.sees_end(state)
    tab.sees_card(title)
    tab.reloads()
    card = tab.sees_card(title)
    tab.shows_what_is_stored()
    if "odd" in finish:
        expect(card).to_contain_text("“<i>odd</i>”")
    if state == "filtered":
        tab.presses("Edit your message", card)
        expect(tab.log.get_by_label("Edit your words")).to_be_focused()
    else:
        expect(card.get_by_role("button", name=re.compile("Regenerate|Try again"))).to_be_visible()


def test_an_end_without_a_reason_is_told_in_the_details(tab: Tab, host: Host) -> None:
    tab.sends(host.will(says("whole", finish=None)))
    tab.sees_end()
    expect(tab.reply.locator("[data-part=card]")).to_have_count(0)
    tab.presses("Details", tab.reply)
    expect(tab.page.get_by_role("dialog")).to_contain_text(re.compile("without a finish reason"))


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_refusal_has_no_barriers(site: Site, host: Host, at_browser: Seat, scheme: str) -> None:
    somebody = at_browser(site, color_scheme=scheme, viewport={"width": 390, "height": 800}, bypass_csp=True)
    somebody.context.add_init_script(path=AXE)
    tab, steps = somebody.opens(), Steps(host, SORRY, field="refusal")
    tab.sends(steps.prompt)
    steps.finish()
    tab.sees_card("The model declined")
    assert barriers(tab.page) == []
    tab.no_sideways_scroll()
