"""What goes up with the next message, told at the message box before it is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Seat
from tests.browser.people import Tab
from tests.live.site import Site
from tests.site.servers import prepare

WITHDRAWN = "gpt-4-withdrawn"


@pytest.fixture(scope="module")
def offering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that offers a model which its server does not list."""
    models = f"gpt-4-1106-preview,{WITHDRAWN}"
    made = Site(tmp_path_factory.mktemp("offering"), {"COMPLETIONS_MODELS": models})
    prepare(made.data, **made.variables)
    with made.running():
        yield made


def line(tab: Tab) -> Locator:
    return tab.page.locator("#composer-context")


def keeps_free(tab: Tab, tokens: int) -> None:
    """Set the longest reply, for which that much room is kept."""
    tab.page.get_by_role("button", name="Settings").click()
    dialog = tab.page.locator("#settings")
    if not dialog.get_by_label("Longest reply, in tokens").is_visible():
        dialog.get_by_text("Parameters", exact=True).click()
    dialog.get_by_label("Longest reply, in tokens").fill(str(tokens))
    tab.presses("Save", dialog)
    expect(dialog).to_be_hidden()


def test_the_line_follows_what_is_typed_and_asks_once(offering: Site, at_browser: Seat) -> None:
    tab = at_browser(offering).opens()
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url) if "/context" in request.url else None)
    expect(line(tab)).to_be_hidden()
    tab.box.press_sequentially("hello world, and so on", delay=20)
    expect(line(tab)).to_contain_text(re.compile(r"About \d+ of 128,000 tokens"))
    expect(line(tab)).to_contain_text("about $0.000")
    assert len(asked) == 1
    tab.box.fill("")
    expect(line(tab)).to_be_hidden()


def test_nothing_moves_when_the_line_appears(offering: Site, at_browser: Seat) -> None:
    tab = at_browser(offering).opens()
    expect(line(tab)).to_be_hidden()
    before = tab.page.locator("[data-composer]").bounding_box()
    tab.box.fill("Hello")
    expect(line(tab)).to_be_visible()
    assert tab.page.locator("[data-composer]").bounding_box() == before


def test_what_will_not_be_sent_is_told_listed_and_kept_with_the_reply(
    offering: Site, at_browser: Seat
) -> None:
    tab = at_browser(offering).opens()
    tab.sends("scenario: tokens count=300")
    tab.sees_end()
    keeps_free(tab, 127_900)
    tab.box.fill("What was that?")
    expect(line(tab)).to_contain_text("2 older messages will not be sent")
    line(tab).click()
    dialog = tab.page.get_by_role("dialog", name="What goes up with the next message")
    rows = dialog.locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("scenario: tokens")
    expect(rows.nth(1)).to_contain_text("not sent: no room")
    expect(rows.nth(2)).to_contain_text("What was that?")
    tab.presses("Close", dialog)
    tab.sends("What was that?")
    expect(tab.replies).to_have_count(2)
    tab.sees_end()
    (row,) = offering.rows(
        "SELECT request, ledger FROM conversations_generation WHERE ledger LIKE '%no_room%'"
    )
    assert [message["content"] for message in json.loads(row["request"])["messages"]] == ["What was that?"]
    expect(tab.reply).to_contain_text("2 older messages not sent")
    tab.presses("Details", tab.reply)
    expect(tab.page.locator("dialog[open]")).to_contain_text("2 older messages not sent")


def test_a_withdrawn_model_is_marked_and_told_before_sending(offering: Site, at_browser: Seat) -> None:
    tab = at_browser(offering).opens()
    expect(tab.model.get_by_role("option", name=f"{WITHDRAWN} (may be withdrawn)")).to_have_count(1)
    tab.model.select_option(WITHDRAWN)
    tab.box.fill("Hello")
    expect(line(tab)).to_contain_text(f"{WITHDRAWN} is not in the server's list: may be withdrawn")
    tab.sends("Hello")
    card = tab.sees_card("This model is no longer offered")
    tab.presses("Try another model", card)
    tab.page.get_by_role("button", name="gpt-4-1106-preview").click()
    tab.sees_end()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_line_and_the_list_fit_the_window(
    offering: Site, at_browser: Seat, width: int, scheme: str
) -> None:
    person = at_browser(offering, viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab = person.opens()
    tab.model.select_option(WITHDRAWN)
    tab.box.fill("x" * 300)
    expect(line(tab)).to_be_visible()
    tab.no_sideways_scroll()
    line(tab).click()
    dialog = tab.page.get_by_role("dialog", name="What goes up with the next message")
    expect(dialog.locator("tbody tr")).to_have_count(1)
    wide = dialog.evaluate("dialog => dialog.scrollWidth - dialog.clientWidth")
    assert wide <= 0, f"the list is {wide} px wider than its dialog"


def test_what_an_edit_and_another_reply_would_send_is_seen_before(offering: Site, at_browser: Seat) -> None:
    tab = at_browser(offering).opens()
    tab.sends("scenario: tokens count=3")
    tab.sees_end()
    tab.presses("Edit", tab.words.first)
    tab.log.get_by_label("Edit your words").fill("Something quite different")
    tab.presses("What goes up", tab.words.first)
    dialog = tab.page.get_by_role("dialog", name="What goes up with the changed message")
    expect(dialog).to_contain_text("Something quite different")
    expect(dialog.get_by_role("row")).to_have_count(2)
    tab.presses("Close", dialog)
    expect(tab.log.get_by_label("Edit your words")).to_have_value("Something quite different")
    tab.presses("Cancel", tab.words.first)
    tab.presses("Regenerate with another model", tab.reply)
    tab.presses("What goes up…")
    dialog = tab.page.get_by_role("dialog", name="What goes up for another reply")
    expect(dialog).to_contain_text("scenario: tokens count=3")
    tab.presses("Close", dialog)
    tab.box.fill("and now")
    expect(line(tab)).to_be_visible()
    line(tab).click()
    expect(tab.page.get_by_role("dialog", name="What goes up with the next message")).to_be_visible()
