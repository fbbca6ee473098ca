"""A model that may lack what is asked of it: told at the message box and at the switch, with another one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Seat
from tests.completions.upstream import answer
from tests.live.host import Host, running_host
from tests.live.site import Site, new_site

PLAIN, ABLE = "gpt-4-1106-preview", "gpt-4-0125-preview"
MODELS = [
    {"id": PLAIN, "capabilities": ["streaming", "vision"]},
    {"id": ABLE, "capabilities": ["streaming", "vision", "tools", "structured_output"]},
]


@pytest.fixture(scope="module")
def listing() -> Iterator[Host]:
    with running_host() as host:
        host.models = answer(200, {"data": MODELS})
        yield host


@pytest.fixture(scope="module")
def choosy(listing: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = new_site(tmp_path_factory.mktemp("choosy"), listing.url)
    with made.running():
        yield made


def test_a_schema_is_warned_of_at_its_switch_and_at_the_message(choosy: Site, at_browser: Seat) -> None:
    tab = at_browser(choosy).opens()
    tab.presses("Settings of this conversation")
    note = tab.page.locator(".format [data-ability]")
    expect(note).to_be_hidden()
    tab.page.get_by_label("Response format").select_option("json_schema")
    expect(note).to_contain_text(f"{PLAIN} may not know JSON schema.")
    tab.presses("Classification")
    tab.presses("Save")
    expect(tab.page.get_by_role("dialog")).to_be_hidden()
    tab.box.fill("Hello")
    line = tab.page.locator("#composer-context")
    expect(line).to_contain_text(f"this model may not know JSON schema{ABLE} can")

    tab.presses("Settings of this conversation")
    tab.presses(f"Use {ABLE}", note)
    expect(note).to_be_hidden()
    expect(tab.page.get_by_text(f"From Save on: {ABLE}")).to_be_visible()
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("dialog")).to_be_hidden()
    expect(tab.model).to_have_value(ABLE)
    expect(line).not_to_contain_text("may not know")


def test_tools_are_warned_of_and_the_model_stays_without_save(choosy: Site, at_browser: Seat) -> None:
    tab = at_browser(choosy).opens()
    tab.presses("Settings of this conversation")
    tab.page.get_by_text("Tools", exact=True).click()
    note = tab.page.locator(".tool-options [data-ability]")
    expect(note).to_contain_text(f"{PLAIN} may not know tools.")
    tab.presses(f"Use {ABLE}", note)
    expect(note).to_be_hidden()
    tab.page.keyboard.press("Escape")
    expect(tab.model).to_have_value(PLAIN)
    tab.presses("Settings of this conversation")
    expect(note).to_contain_text(f"{PLAIN} may not know tools.")
    tab.presses("Cancel")
    tab.model.select_option(ABLE)
    tab.presses("Settings of this conversation")
    expect(note).to_be_hidden()
