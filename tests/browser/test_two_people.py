"""The main job, as `script/server` gives it: two people, two browsers, two models, everything found again."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Seat
from tests.live.site import Site

OLDER, NEWER = "gpt-4-1106-preview", "gpt-4-0125-preview"


def test_two_people_chat_at_once_and_find_everything_again(demo: Site, at_browser: Seat) -> None:
    alice, bob = at_browser(demo, session=False), at_browser(demo, session=False)
    hers, his = alice.signs_in(), bob.signs_in()
    for tab, model, text in ((hers, OLDER, "A table, from Alice."), (his, NEWER, "Some JSON, from Bob.")):
        tab.model.select_option(model)
        tab.sends(text)
    for tab, model in ((hers, OLDER), (his, NEWER)):
        tab.sees_end()
        expect(tab.reply.locator(".facts")).to_contain_text(model)
    for tab, model in ((hers, NEWER), (his, OLDER)):
        tab.model.select_option(model)
        tab.sends("And a list?")
        expect(tab.replies).to_have_count(2)
        tab.sees_end()
        expect(tab.reply.locator(".facts")).to_contain_text(model)
    hers.reloads()
    hers.shows_what_is_stored()
    expect(hers.words.first).to_contain_text("from Alice")
    expect(hers.model).to_have_value(NEWER)
    expect(hers.page.locator("body")).not_to_contain_text("Bob")
    his.page.get_by_role("button", name=re.compile("Your account")).click()
    his.presses("Sign out")
    expect(his.page.get_by_role("heading", name="Sign in")).to_be_visible()
    his.signs_in()
    his.row("Some JSON").get_by_role("link").click()
    his.shows_what_is_stored()
    assert hers.conversation != his.conversation


def test_somebody_elses_conversation_is_not_there(demo: Site, at_browser: Seat) -> None:
    hers = at_browser(demo).opens()
    hers.sends("Only for me.")
    hers.sees_end()
    bob = at_browser(demo)
    bob.watch.expects("404")
    page = bob.context.new_page()
    page.goto(f"/c/{hers.conversation}")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("Only for me")


def test_the_page_says_that_replies_are_canned(demo: Site, at_browser: Seat) -> None:
    expect(at_browser(demo).opens().page.get_by_text("replies are canned")).to_be_visible()
