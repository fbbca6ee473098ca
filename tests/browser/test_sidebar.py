"""The list of conversations: live, by day, paged, renamed, deleted and restored, and a sheet on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Seat
from tests.browser.people import AtBrowser, Tab
from tests.browser.steps import Steps
from tests.live.host import Host, words
from tests.live.site import Site

MANY = 120
MAKE_MANY = """
from datetime import timedelta
from django.utils import timezone
from conversations.models import Conversation
now = timezone.now()
Conversation.objects.bulk_create(
    Conversation(owner_id={owner}, title=f"Chat {{n:03}}", model="gpt-4-0125-preview",
                 active_at=now - timedelta(hours=5 * n))
    for n in range({many})
)
"""


def in_conversation(alice: AtBrowser, text: str) -> Tab:
    tab = alice.opens()
    tab.sends(text)
    tab.sees_end()
    return tab


def test_a_new_chat_appears_in_the_other_tab_with_its_running_reply(
    site: Site, host: Host, at_browser: Seat
) -> None:
    alice, steps = at_browser(site), Steps(host, words(3))
    other, tab = alice.opens(), alice.opens()
    tab.sends(steps.prompt)
    row = other.row(steps.prompt)
    expect(row).to_have_attribute("data-running", "")
    expect(row.get_by_role("link")).to_have_accessible_name(re.compile("a reply is being written"))
    steps.finish()
    expect(row).not_to_have_attribute("data-running", "")
    expect(tab.row(steps.prompt).get_by_role("link")).to_have_attribute("aria-current", "page")
    row.get_by_role("link").click()
    other.shows_what_is_stored()


def test_a_conversation_is_renamed_everywhere(site: Site, at_browser: Seat) -> None:
    alice = at_browser(site)
    tab = in_conversation(alice, "Before.")
    other = alice.opens()
    tab.presses("Options", tab.row("Before."))
    tab.page.locator("#row-menu").get_by_role("button", name="Rename").click()
    box = tab.sidebar.get_by_role("textbox", name="Title")
    box.fill("<b>After</b> & so on")
    box.press("Enter")
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("<b>After</b> & so on")
    expect(other.row("<b>After</b> & so on")).to_be_visible()
    tab.reloads()
    expect(tab.page).to_have_title("<b>After</b> & so on · Chatsite")


def test_a_deleted_conversation_comes_back_by_undo(site: Site, at_browser: Seat) -> None:
    alice = at_browser(site)
    tab = in_conversation(alice, "To be kept after all.")
    path, other = tab.page.url, alice.opens()
    tab.presses("Options", tab.row("To be kept"))
    tab.page.locator("#row-menu").get_by_role("button", name="Delete").click()
    expect(tab.page.get_by_role("heading", name="New chat")).to_be_visible()
    expect(other.row("To be kept")).to_be_hidden()
    tab.presses("Undo")
    tab.page.wait_for_url(path)
    tab.shows_what_is_stored()
    expect(other.row("To be kept")).to_be_visible()


def test_deleting_another_conversation_stays_on_this_one(site: Site, at_browser: Seat) -> None:
    alice = at_browser(site)
    in_conversation(alice, "The other one.").page.close()
    tab = in_conversation(alice, "This one.")
    path = tab.page.url
    tab.presses("Options", tab.row("The other one"))
    tab.page.locator("#row-menu").get_by_role("button", name="Delete").click()
    expect(tab.row("The other one")).to_be_hidden()
    assert tab.page.url == path
    tab.presses("Undo")
    expect(tab.row("The other one")).to_be_visible()
    tab.reloads()
    expect(tab.row("The other one")).to_be_visible()


def test_a_conversation_deleted_while_it_is_read_says_so(site: Site, host: Host, at_browser: Seat) -> None:
    alice, steps = at_browser(site), Steps(host, words(9))
    alice.watch.expects("status of 404")  # of a question that was on its way
    tab = alice.opens()
    tab.sends(steps.prompt)
    steps.go(3)
    tab.sees_reply("w3")
    other = alice.opens()
    other.presses("Options", other.row(steps.prompt))
    other.page.locator("#row-menu").get_by_role("button", name="Delete").click()
    expect(tab.band).to_contain_text("This conversation was deleted")
    steps.finish()


def test_nothing_is_asked_of_a_conversation_while_it_is_deleted(site: Site, at_browser: Seat) -> None:
    alice = at_browser(site)
    alice.watch.expects("status of 404")  # of a question that was on its way
    tab, other = in_conversation(alice, "To be deleted."), alice.opens()
    line = tab.page.locator("[data-context]")
    expect(line).to_be_visible()
    other.presses("Options", other.row("To be deleted."))
    other.page.locator("#row-menu").get_by_role("button", name="Delete").click()
    expect(tab.band).to_contain_text("This conversation was deleted")
    expect(line).to_be_hidden()
    requests: list[str] = []
    tab.page.on("request", lambda request: requests.append(request.url))
    tab.box.fill("Are you there?")
    tab.page.wait_for_timeout(1500)  # longer than it waits for a pause in the typing
    assert not [url for url in requests if url.endswith("/context")]
    other.presses("Undo")
    expect(tab.band).to_be_hidden()
    expect(line).to_be_visible()
    tab.send.click()
    expect(tab.replies).to_have_count(2)
    tab.sees_end()


def test_a_long_list_is_grouped_by_day_and_comes_in_pages(site: Site, at_browser: Seat) -> None:
    alice = at_browser(site)
    site.orm(MAKE_MANY.format(owner=alice.person.pk, many=MANY))
    tab = alice.opens()
    expect(tab.sidebar.get_by_role("heading", name="Yesterday")).to_be_visible()
    assert tab.sidebar.get_by_role("listitem").count() < MANY
    while tab.sidebar.get_by_role("listitem").count() < MANY:
        tab.sidebar.get_by_role("listitem").last.scroll_into_view_if_needed()
        tab.page.wait_for_timeout(50)
    titles = tab.sidebar.get_by_role("link").filter(has_text="Chat 0").all_inner_texts()
    titles += tab.sidebar.get_by_role("link").filter(has_text="Chat 1").all_inner_texts()
    assert titles == [f"Chat {number:03}" for number in range(MANY)]
    groups = tab.sidebar.get_by_role("heading").all_inner_texts()
    assert len(groups) == len(set(groups)) >= 4


def test_the_list_is_a_sheet_on_a_phone(site: Site, at_browser: Seat) -> None:
    tab = at_browser(site, viewport={"width": 390, "height": 844}).opens()
    opener = tab.page.get_by_role("button", name="Open the list of conversations")
    expect(tab.sidebar).not_to_be_in_viewport()
    opener.click()
    expect(tab.sidebar).to_be_in_viewport()
    expect(tab.box).not_to_be_focused()
    for _ in range(12):
        tab.page.keyboard.press("Tab")
        assert not tab.page.evaluate("document.querySelector('.main').contains(document.activeElement)")
    tab.page.keyboard.press("Shift+Tab")
    tab.page.keyboard.press("Escape")
    expect(tab.sidebar).not_to_be_in_viewport()
    expect(opener).to_be_focused()
    tab.no_sideways_scroll()
