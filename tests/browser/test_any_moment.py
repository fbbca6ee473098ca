"""Reload, a second tab, no network, a killed server, at any moment: every screen ends as the stored text."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Seat
from tests.browser.people import Tab
from tests.browser.steps import Steps
from tests.live.host import Host, words
from tests.live.site import Site, new_site

NO_LINK = "WebSocket connection .* failed"
TEXTS = [*words(8), "\n\n- item ", "one\n", "- item two\n", "\n```python\n", "x = 1\n", "y = 2\n", "```\n\n"]
TEXTS += ["| a | b |\n", "|---|---|\n", "| c | d |\n\n", "Some **bold", "** and `co", "de`. ", *words(3)]


@pytest.fixture
def mortal(host: Host, tmp_path: Path) -> Iterator[Site]:
    """A site of the test's own, which it may kill; each start is on the same port."""
    made = new_site(
        tmp_path,
        host.url,
        CHATSITE_GRACE_SECONDS="1",
        CHATSITE_HEARTBEAT_SECONDS="1",
        CHATSITE_LEASE_SECONDS="2",
    )
    with made.running():
        made.variables["PORT"] = made.host.split(":")[1]
        yield made


def test_a_page_reloaded_at_every_moment_shows_all_there_is(site: Site, host: Host, at_browser: Seat) -> None:
    steps, tab = Steps(host, TEXTS), at_browser(site).opens()
    tab.sends(steps.prompt)
    expect(tab.stop).to_be_visible()
    tab.reloads()  # before the first word
    expect(tab.reply).to_contain_text("Waiting for")
    for moment in range(len(TEXTS)):
        steps.go()
        tab.reloads()
        expect(tab.stop).to_be_visible()
        expect(tab.reply).to_contain_text(f"w{min(moment + 1, 8)}")
    steps.finish()
    tab.sees_end()
    assert words_of(tab)[:8] == [f"w{number}" for number in range(1, 9)]


def words_of(tab: Tab) -> list[str]:
    return (tab.reply.locator(".prose").text_content() or "").split()


def test_numbered_words_arrive_in_order_none_twice(site: Site, host: Host, at_browser: Seat) -> None:
    alice, steps = at_browser(site), Steps(host, words(300))
    tab = alice.opens()
    tab.sends(steps.prompt)
    for _ in range(10):
        last = steps.go(20)
        tab.sees_reply(last)
    other = alice.opens(f"/c/{tab.conversation}")
    other.sees_reply("w200")
    steps.finish()
    for each in (tab, other):
        each.sees_end()
        assert words_of(each) == [f"w{number}" for number in range(1, 301)]


def test_two_tabs_show_the_same_and_either_may_stop(site: Site, host: Host, at_browser: Seat) -> None:
    alice, steps = at_browser(site), Steps(host, TEXTS)
    first = alice.opens()
    first.sends(steps.prompt)
    steps.go(6)
    first.sees_reply("w6")
    second = alice.opens(f"/c/{first.conversation}")
    second.sees_reply("w6")
    steps.go(9)
    for tab in (first, second):
        tab.sees_reply("y = 2")
    second.stop.click()
    for tab in (first, second):
        tab.sees_end("stopped")
        tab.sees_card("Stopped")
        expect(tab.send).to_be_visible()
    before = words_of(first)
    assert before == words_of(second)
    first.reloads()
    assert words_of(first) == before


def test_a_duplicated_tab_goes_its_own_way(site: Site, host: Host, at_browser: Seat) -> None:
    alice, steps = at_browser(site), Steps(host, words(4))
    tab = alice.opens()
    tab.sends(steps.prompt)
    steps.go(2)
    tab.sees_reply("w2")
    with alice.context.expect_page() as opened:
        tab.page.evaluate("window.open(location.href)")
    copy = Tab(alice, opened.value)
    copy.reloads()
    steps.finish()
    tab.sees_end()
    copy.sees_end()
    copy.sends("Something else.")
    expect(copy.replies).to_have_count(2)
    copy.sees_end()
    expect(tab.replies).to_have_count(2)
    tab.shows_what_is_stored()


@pytest.mark.parametrize("moment", [0, 1, 5, 9, 13])
def test_a_page_that_was_offline_catches_up(site: Site, host: Host, at_browser: Seat, moment: int) -> None:
    alice, steps = at_browser(site), Steps(host, TEXTS)
    alice.watch.expects(NO_LINK, "ERR_INTERNET_DISCONNECTED")
    tab = alice.opens()
    tab.sends(steps.prompt)
    expect(tab.stop).to_be_visible()
    if moment:
        steps.go(moment)
        tab.sees_reply(f"w{min(moment, 8)}")
    alice.context.set_offline(True)
    expect(tab.band).to_contain_text("Offline")
    steps.finish()
    alice.context.set_offline(False)
    tab.sees_end()
    expect(tab.band).to_be_hidden()


def test_a_message_written_offline_is_sent_once_when_back_online(
    site: Site, host: Host, at_browser: Seat
) -> None:
    alice, steps = at_browser(site), Steps(host, words(3))
    alice.watch.expects(NO_LINK, "ERR_INTERNET_DISCONNECTED")
    tab = alice.opens()
    alice.context.set_offline(True)
    expect(tab.band).to_contain_text("Offline: your message is kept")
    tab.sends(steps.prompt)
    expect(tab.words).to_contain_text("Will be sent when you are back online.")
    tab.box.fill("The next thought.")
    alice.context.set_offline(False)
    steps.finish()
    tab.sees_end()
    assert host.calls(steps.prompt) == 1
    expect(tab.box).to_have_value("The next thought.")


def test_a_message_sent_to_a_dying_server_is_stored_once(mortal: Site, host: Host, at_browser: Seat) -> None:
    alice, steps = at_browser(mortal), Steps(host, words(3))
    alice.watch.expects(NO_LINK, "ERR_CONNECTION_REFUSED")
    tab = alice.opens()
    assert mortal.serving is not None
    mortal.serving.process.send_signal(signal.SIGSTOP)
    tab.sends(steps.prompt)
    expect(tab.words).to_contain_text("Sending…")
    mortal.serving.process.kill()
    expect(tab.words).to_contain_text("Sent, not confirmed yet")
    with mortal.running():
        steps.finish()
        tab.sees_end()
        expect(tab.words).to_have_count(1)
        assert host.calls(steps.prompt) == 1


def test_a_killed_server_leaves_an_interrupted_reply_to_go_on_from(
    mortal: Site, host: Host, at_browser: Seat
) -> None:
    alice, steps = at_browser(mortal), Steps(host, words(9))
    alice.watch.expects(NO_LINK, "ERR_CONNECTION_REFUSED")
    tab = alice.opens()
    tab.sends(steps.prompt)
    steps.go(5)
    tab.sees_reply("w5")
    tab.box.fill("Half a thought")
    running = tab.page.get_by_role("link", name="a reply is being written")
    expect(running).to_have_count(1)
    while not mortal.rows(
        "SELECT id FROM conversations_message WHERE content LIKE '%w5%' AND role = 'assistant'"
    ):
        tab.page.wait_for_timeout(50)  # what came within the last second may be lost
    assert mortal.serving is not None
    mortal.serving.process.kill()
    expect(tab.band).to_contain_text("Reconnecting")
    with mortal.running():
        expect(tab.band).to_be_hidden()
        tab.sees_end("interrupted")
        card = tab.reply.get_by_role("group")
        expect(card).to_contain_text("broke off")
        expect(tab.stop).to_be_hidden()
        expect(running).to_have_count(0)
        expect(tab.box).to_have_value("Half a thought")
        expect(card.get_by_role("button", name="Continue")).to_be_visible()
        steps.finish()
        card.get_by_role("button", name="Continue").click()
        tab.sees_end()
        tab.sees_reply("w9")


def test_a_polite_restart_is_told_and_healed(mortal: Site, host: Host, at_browser: Seat) -> None:
    alice, steps = at_browser(mortal), Steps(host, words(9))
    alice.watch.expects(NO_LINK, "ERR_CONNECTION_REFUSED")
    tab = alice.opens()
    tab.sends(steps.prompt)
    steps.go(5)
    tab.sees_reply("w5")
    assert mortal.serving is not None
    mortal.serving.process.terminate()
    assert mortal.serving.end() == 0
    with mortal.running():
        tab.sees_end("interrupted")
        assert words_of(tab) == [f"w{number}" for number in range(1, 6)]
        steps.finish()
        tab.presses("Try again")
        tab.sees_end()


def test_a_hidden_and_frozen_page_catches_up(site: Site, host: Host, at_browser: Seat) -> None:
    alice, steps = at_browser(site), Steps(host, TEXTS)
    tab = alice.opens()
    tab.sends(steps.prompt)
    steps.go(4)
    tab.sees_reply("w4")
    cdp = alice.context.new_cdp_session(tab.page)
    cdp.send("Page.setWebLifecycleState", {"state": "frozen"})
    steps.finish()
    cdp.send("Page.setWebLifecycleState", {"state": "active"})
    tab.sees_end()


def test_going_back_shows_what_has_come_since(site: Site, host: Host, at_browser: Seat) -> None:
    steps, tab = Steps(host, TEXTS), at_browser(site).opens()
    tab.sends(steps.prompt)
    steps.go(4)
    tab.sees_reply("w4")
    tab.goes("/")
    steps.finish()
    tab.page.go_back()
    tab.sees_end()
    tab.page.go_forward()
    expect(tab.page.get_by_role("heading", name="New chat")).to_be_visible()


@pytest.mark.parametrize("gesture", ["double click", "enter twice", "both"])
def test_a_hasty_sender_sends_once(site: Site, host: Host, at_browser: Seat, gesture: str) -> None:
    steps, tab = Steps(host, words(3)), at_browser(site).opens()
    tab.box.fill(steps.prompt)
    if gesture == "double click":
        tab.send.dblclick()
    else:
        tab.box.press("Enter")
        tab.box.press("Enter")
    if gesture == "both":
        tab.page.keyboard.press("Enter")
    steps.finish()
    tab.sees_end()
    expect(tab.words).to_have_count(1)
    assert host.calls(steps.prompt) == 1
