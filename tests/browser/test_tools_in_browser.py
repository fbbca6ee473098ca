"""Tools as a person meets them: switched on, run, asked about, stopped, and found again later."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Seat
from tests.browser.people import Tab
from tests.live.host import Host
from tests.live.site import Site, tooled_site
from tests.turns.calling import answering, calling

LETTER = ("l", "letter", '{"to": "Bob"}')


@pytest.fixture(scope="module")
def tooled(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = tooled_site(tmp_path_factory.mktemp("tools"), host.url)
    with made.running():
        yield made


def switches_on(tab: Tab, *titles: str) -> None:
    """In the dialog of the conversation."""
    tab.presses("Settings of this conversation")
    dialog = tab.page.get_by_role("dialog", name="Settings of this conversation")
    options = dialog.locator(".tool-options")
    if options.get_attribute("open") is None:
        options.locator("summary").click()
    for title in titles:
        dialog.get_by_role("checkbox", name=title, exact=True).check()
    leaves(tab, "Save")


def leaves(tab: Tab, button: str) -> None:
    """Leave the dialog, and wait until the page can be written in again."""
    tab.presses(button)
    expect(tab.page.get_by_role("dialog", name="Settings of this conversation")).to_be_hidden()


def call_of(tab: Tab, title: str) -> Locator:
    """A line of the timeline of the last reply."""
    return tab.reply.locator(".tool").filter(has=tab.page.locator(".tool-title", has_text=title))


def question(tab: Tab, title: str = "Send a letter") -> Locator:
    """The card that asks whether a tool may run."""
    return tab.reply.get_by_role("group", name=f"May {title} run?")


def with_letter(at_browser: Seat, tooled: Site, host: Host, *more: Any) -> tuple[Tab, str]:
    """A tab in which the model asks to send a letter; its prompt."""
    prompt = host.will(calling(LETTER), *(more or [answering("It is on its way.")]))
    tab = at_browser(tooled).opens()
    switches_on(tab, "Send a letter")
    tab.sends(prompt)
    expect(question(tab)).to_be_visible()
    return tab, prompt


def test_the_demo_calculates(at_browser: Seat, demo: Site) -> None:
    tab = at_browser(demo).opens()
    switches_on(tab, "Calculator")
    tab.sends('calculator {"expression": "6*7"}')
    tab.sees_end()
    line = call_of(tab, "Calculator")
    expect(line).to_have_attribute("data-state", "done")
    expect(line.locator(".tool-summary")).to_have_text("6*7")
    line.locator("summary").click()
    expect(line.locator("pre").first).to_contain_text('"expression": "6*7"')
    expect(line.locator("pre").last).to_contain_text("42")
    tab.reloads()
    expect(call_of(tab, "Calculator")).to_have_attribute("data-state", "done")
    tab.shows_what_is_stored()


def test_calls_of_one_answer_have_lanes_on_one_clock(at_browser: Seat, tooled: Site, host: Host) -> None:
    wait = ("wait", '{"seconds": 0.4}')
    prompt = host.will(calling(("a", *wait), ("b", *wait), text="One moment."), answering("Done."))
    tab = at_browser(tooled).opens()
    switches_on(tab, "Wait")
    tab.sends(prompt)
    tab.sees_end()
    bars = tab.reply.locator(".tool .lane-bar").evaluate_all(
        "bars => bars.map((bar) => [bar.x.baseVal.value, bar.width.baseVal.value])"
    )
    assert len(bars) == 2
    starts, ends = zip(*[(x, x + width) for x, width in bars], strict=True)
    assert max(starts) < min(ends), f"the lanes do not overlap: {bars}"
    expect(tab.reply.locator(".prose")).to_have_text(re.compile(r"One moment\.\s*Done\."))


@pytest.mark.parametrize(
    ("button", "state", "result"), [("Approve", "done", "sent to Bob"), ("Deny", "denied", "error: ")]
)
def test_the_person_decides(
    at_browser: Seat, tooled: Site, host: Host, button: str, state: str, result: str
) -> None:
    tab, prompt = with_letter(at_browser, tooled, host)
    expect(tab.status).to_have_text("The model asks to use “Send a letter”. Approve or deny it in the reply.")
    expect(question(tab)).to_contain_text("Send a letter to somebody.")
    expect(question(tab)).to_contain_text('"Bob"')
    question(tab).get_by_role("button", name=button, exact=True).press("Enter")
    tab.sees_end()
    expect(call_of(tab, "Send a letter")).to_have_attribute("data-state", state)
    expect(question(tab)).to_have_count(0)
    last = [request.json() for request in host.requests if prompt.encode() in request.body][-1]
    assert last["messages"][-1]["content"].startswith(result)


def test_always_holds_for_the_conversation_and_can_be_taken_back(
    at_browser: Seat, tooled: Site, host: Host
) -> None:
    tab, _ = with_letter(at_browser, tooled, host)
    question(tab).get_by_role("button", name="Always in this chat").click()
    tab.sees_end()
    tab.sends(host.will(calling(LETTER), answering("Another one is.")))
    tab.sees_reply("Another one is.")
    tab.sees_end()
    tab.reloads()
    tab.presses("Settings of this conversation")
    unasked = tab.page.get_by_role("checkbox", name="In this chat it need not ask")
    expect(unasked).to_be_checked()
    unasked.uncheck()
    leaves(tab, "Save")
    tab.sends(host.will(calling(LETTER), answering("Never.")))
    expect(question(tab)).to_be_visible()
    tab.stop.click()
    tab.sees_end("stopped")


@pytest.mark.parametrize("told", [True, False], ids=["told", "not told yet"])
def test_settings_that_were_opened_before_always_do_not_take_it_back(
    at_browser: Seat, tooled: Site, host: Host, told: bool
) -> None:
    """Whether or not the other tab has heard of it when it saves what was changed there."""
    tab, _ = with_letter(at_browser, tooled, host)
    other = tab.browser.opens(f"/c/{tab.conversation}")
    other.presses("Settings of this conversation")
    if not told:
        tab.browser.watch.expects("ERR_FAILED")
        other.page.route("**/instructions", lambda route: route.abort())
    other.page.get_by_label("System prompt", exact=True).fill("Be brief.")
    question(tab).get_by_role("button", name="Always in this chat").click()
    tab.sees_end()
    other.sees_end()
    unasked = other.page.get_by_role("checkbox", name="In this chat it need not ask")
    expect(unasked).to_be_checked(checked=told)
    leaves(other, "Save")
    other.reloads()
    other.presses("Settings of this conversation")
    expect(unasked).to_be_checked()
    expect(other.page.get_by_label("System prompt", exact=True)).to_have_value("Be brief.")


def test_the_question_is_there_after_a_reload_and_in_another_tab_and_is_answered_once(
    at_browser: Seat, tooled: Site, host: Host
) -> None:
    tab, _ = with_letter(at_browser, tooled, host)
    other = tab.browser.opens(f"/c/{tab.conversation}")
    expect(question(other)).to_be_visible()
    tab.reloads()
    expect(question(tab)).to_be_visible()
    question(tab).get_by_role("button", name="Deny").click()
    for each in (tab, other):
        each.sees_end()
        expect(call_of(each, "Send a letter")).to_have_attribute("data-state", "denied")


def test_stop_ends_what_runs_and_what_waits(at_browser: Seat, tooled: Site, host: Host) -> None:
    prompt = host.will(calling(("h", "hold", "{}"), LETTER, text="Both."), answering("Never said."))
    tab = at_browser(tooled).opens()
    switches_on(tab, "Hold", "Send a letter")
    tab.sends(prompt)
    expect(call_of(tab, "Hold")).to_have_attribute("data-state", "running")
    expect(question(tab)).to_be_visible()
    tab.stop.click()
    tab.sees_end("stopped")
    expect(tab.reply.locator('.tool[data-state="stopped"]')).to_have_count(2)
    expect(question(tab)).to_have_count(0)
    tab.reloads()
    expect(tab.reply.locator('.tool[data-state="stopped"]')).to_have_count(2)


def test_what_a_tool_says_is_text_and_nothing_else(at_browser: Seat, tooled: Site, host: Host) -> None:
    hostile = '<img src=x onerror=alert(1)> <script>alert(2)</script> & "quotes"'
    prompt = host.will(
        calling(("a", "echo", json.dumps({"text": hostile})), ("b", f"{hostile}", "{")), answering("Done.")
    )
    tab = at_browser(tooled).opens()
    switches_on(tab, "Echo")
    tab.sends(prompt)
    tab.sees_end()
    line = call_of(tab, "Echo")
    line.locator("summary").click()
    expect(line.locator("pre").last).to_have_text(hostile)
    expect(tab.reply.locator(".tools img, .tools script")).to_have_count(0)


def test_what_is_ticked_but_not_saved_is_gone_when_the_dialog_closes(at_browser: Seat, tooled: Site) -> None:
    tab = at_browser(tooled).opens()
    switches_on(tab, "Echo")
    tab.presses("Settings of this conversation")
    echo, wait = (tab.page.get_by_role("checkbox", name=name, exact=True) for name in ("Echo", "Wait"))
    expect(echo).to_be_checked()
    echo.uncheck()
    wait.check()
    leaves(tab, "Cancel")
    tab.presses("Settings of this conversation")
    expect(echo).to_be_checked()
    expect(wait).not_to_be_checked()


def test_the_line_below_the_box_tells_of_the_tools(at_browser: Seat, tooled: Site, host: Host) -> None:
    tab = at_browser(tooled).opens()
    switches_on(tab, "Echo", "Wait")
    tab.box.fill("How many?")
    expect(tab.page.locator("[data-context]")).to_contain_text("2 tools")
