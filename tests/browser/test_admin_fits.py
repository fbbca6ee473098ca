"""The admin at every width: nothing is cut off, and a transcript has the room to be read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Seat
from tests.browser.fitting import misfits
from tests.browser.test_admin_reads import PROMOTE
from tests.live.site import Site

UNBROKEN = "unbroken" * 24
# Django's own two boxes of rights: buttons whose name is told, not shown.
ICONS = ".selector-add, .selector-remove"


@pytest.fixture
def page(demo: Site, at_browser: Seat) -> Page:
    """An admin's page. Its conversation has a long title without spaces, a table, and wide code."""
    tab = (admin := at_browser(demo)).opens()
    demo.orm(PROMOTE.format(pk=admin.person.pk))
    tab.sends(f"{UNBROKEN}\nscenario: markdown rate=0")
    tab.sees_end()
    return tab.page


def test_lists_and_forms_fit(page: Page) -> None:
    wrong = {}
    for path in (
        *("", "accounts/user/", "accounts/user/add/", "auth/group/add/"),
        *("conversations/conversation/", "conversations/message/", "conversations/ledgerentry/"),
        *("conversations/mcpserver/add/", "conversations/preset/add/", "conversations/replay/"),
    ):
        page.goto(f"/admin/{path}")
        wrong[path] = misfits(page, allowed=ICONS)
    assert {path: problems for path, problems in wrong.items() if problems} == {}


def test_a_long_title_leaves_room_and_a_transcript_has_the_width_of_its_page(page: Page) -> None:
    page.goto("/admin/conversations/conversation/")
    row = page.locator("#result_list tbody tr").filter(has_text="unbroken").first
    expect(row.locator(".field-active_at")).to_be_in_viewport()
    row.get_by_role("link").click()
    expect(page.locator(".transcript article")).to_have_count(2)
    assert misfits(page) == []
    widths = page.evaluate(
        "['.transcript', '#content-main'].map((name) => document.querySelector(name).clientWidth)"
    )
    assert widths[0] > 0.6 * widths[1]
    page.goto("/admin/conversations/message/?role=assistant")
    page.locator("#result_list tbody th a").first.click()
    expect(page.locator(".transcript article")).to_have_count(1)
    assert misfits(page) == []
