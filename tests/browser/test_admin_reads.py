"""The history in the admin: found, read, never changed, and harmless whatever was said."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Seat
from tests.browser.people import AtBrowser, Tab
from tests.live.site import Site

PROMOTE = "from chatsite.accounts.models import User; "
PROMOTE += "User.objects.filter(pk={pk}).update(is_staff=True, is_superuser=True)"
HOSTILE = "<script>window.PWNED = 97</script>\nscenario: hostile rate=0"
SAVING = "#content-main :is(input[type=submit][name^=_], .deletelink, .addlink)"


@pytest.fixture
def said(demo: Site, at_browser: Seat) -> Tab:
    """A tab in which somebody has said, and was answered, something hostile."""
    tab = at_browser(demo).opens()
    tab.sends(HOSTILE)
    tab.sees_end()
    return tab


@pytest.fixture
def admin(demo: Site, at_browser: Seat) -> AtBrowser:
    somebody = at_browser(demo)
    demo.orm(PROMOTE.format(pk=somebody.person.pk))
    return somebody


def test_conversations_and_messages_are_found_and_read_only(said: Tab, admin: AtBrowser) -> None:
    page = admin.context.new_page()
    page.goto(f"/admin/conversations/conversation/?q={said.browser.person.email}")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.goto("/admin/conversations/conversation/?q=nothing-like-it")
    expect(page.locator("#result_list tbody tr")).to_have_count(0)
    page.goto(f"/admin/conversations/message/?owner__id__exact={said.browser.person.pk}&role=assistant")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.locator("#result_list tbody th a").click()
    expect(page.locator("#content")).to_contain_text("gpt-4-1106-preview")
    expect(page.locator(SAVING)).to_have_count(0)
    page.goto(f"/admin/conversations/conversation/{said.conversation}/change/")
    expect(page.locator(".transcript article")).to_have_count(2)
    expect(page.locator(".transcript article").first).to_contain_text("<script>window.PWNED = 97</script>")
    expect(page.locator(SAVING)).to_have_count(0)
    expect(page.locator(".transcript :is(script, iframe, img, form, style)")).to_have_count(0)
    assert page.evaluate("typeof window.PWNED") == "undefined"


@pytest.mark.parametrize("action", ["change", "delete"])
def test_a_forged_form_is_refused(said: Tab, admin: AtBrowser, action: str) -> None:
    page = admin.context.new_page()
    path = f"/admin/conversations/conversation/{said.conversation}/{action}/"
    page.goto("/")
    token = page.locator("body").get_attribute("data-csrf") or ""
    answer = admin.context.request.post(
        path,
        form={"csrfmiddlewaretoken": token, "title": "Changed", "post": "yes"},
        headers={"Referer": admin.site.address},
    )
    assert answer.status == 403
    said.reloads()
    said.shows_what_is_stored()
    expect(said.page.get_by_role("heading", level=1)).not_to_have_text("Changed")
