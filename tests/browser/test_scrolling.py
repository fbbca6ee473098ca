"""The page follows a reply only for those who are at its end; what somebody reads is never moved."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Seat
from tests.browser.people import Tab
from tests.browser.steps import Steps
from tests.live.host import Host
from tests.live.site import Site

PARAGRAPHS = [f"Paragraph {number}. {'Some words of it. ' * 12}\n\n" for number in range(40)]
FROM_END = "log => Math.round(log.scrollHeight - log.clientHeight - log.scrollTop)"
FROM_TOP = """article => article.getBoundingClientRect().top
  - document.querySelector('[data-log]').getBoundingClientRect().top"""
NEAR = 48
MAKE_LONG = """
from conversations.models import Conversation, Generation, Message, State
from django.utils import timezone
c = Conversation.objects.create(owner_id={owner}, title="Long", model="gpt-4-0125-preview", revision=1)
last = None
for n in range(80):
    role = "assistant" if n % 2 else "user"
    last = Message.objects.create(conversation=c, owner_id={owner}, parent=last, role=role, depth=n,
                                  revision=1, content=f"Message {{n}}. " + "And more of it. " * 20)
    if n % 2:
        Generation.objects.create(conversation=c, message=last, state=State.COMPLETE, model=c.model,
            lease_expires_at=timezone.now(), ended_at=timezone.now(), cursor=len(last.content))
c.current_leaf = last
c.save()
print(c.id)
"""


@pytest.fixture
def reading(site: Site, host: Host, at_browser: Seat) -> tuple[Tab, Steps]:
    """A tab in which twenty paragraphs of forty have come."""
    steps, tab = Steps(host, PARAGRAPHS), at_browser(site).opens()
    tab.sends(steps.prompt)
    steps.go(20)
    tab.sees_reply("Paragraph 19.")
    return tab, steps


def from_end(tab: Tab) -> int:
    distance: int = tab.log.evaluate(FROM_END)
    return distance


def test_a_reader_at_the_end_stays_there(reading: tuple[Tab, Steps]) -> None:
    tab, steps = reading
    assert from_end(tab) <= NEAR
    steps.go(10)
    tab.sees_reply("Paragraph 29.")
    assert from_end(tab) <= NEAR
    expect(tab.page.get_by_role("button", name="Jump to latest")).to_be_hidden()
    steps.finish()
    tab.sees_end()
    assert from_end(tab) <= NEAR


def test_a_reader_of_older_text_is_not_moved_and_may_jump(reading: tuple[Tab, Steps]) -> None:
    tab, steps = reading
    jump = tab.page.get_by_role("button", name="Jump to latest")
    tab.log.hover()
    tab.page.mouse.wheel(0, -900)
    expect(jump).to_be_visible()
    tab.page.wait_for_function(
        "() => { const l = document.querySelector('[data-log]'), was = window.was; window.was = l.scrollTop;"
        " return was === l.scrollTop; }",
        polling=150,
    )
    before = tab.log.evaluate("log => log.scrollTop")
    steps.finish()
    tab.sees_end()
    assert tab.log.evaluate("log => log.scrollTop") == before
    jump.click()
    expect(jump).to_be_hidden()
    assert from_end(tab) <= NEAR


def test_sending_goes_to_the_end(reading: tuple[Tab, Steps]) -> None:
    tab, steps = reading
    steps.finish()
    tab.sees_end()
    tab.log.evaluate("log => log.scrollTo(0, 0)")
    tab.sends("And now?")
    expect(tab.replies).to_have_count(2)
    tab.sees_end()
    assert from_end(tab) <= NEAR


def test_older_messages_come_in_without_a_jump(site: Site, at_browser: Seat) -> None:
    alice = at_browser(site)
    conversation = site.orm(MAKE_LONG.format(owner=alice.person.pk)).strip()
    tab = alice.opens(f"/c/{conversation}")
    articles = tab.log.get_by_role("article")
    shown = articles.count()
    assert shown < 80
    while articles.count() < 80:
        top = articles.first
        place = top.evaluate_handle("article => article")
        place.evaluate("article => article.scrollIntoView({ block: 'start' })")
        count = articles.count()
        tab.page.wait_for_function(
            "n => document.querySelectorAll('[data-log] article').length > n", arg=count
        )
        moved = place.evaluate(FROM_TOP)
        assert abs(moved) < NEAR, "what was at the top is still there"
    tab.shows_what_is_stored()
