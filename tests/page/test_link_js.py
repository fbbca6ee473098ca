"""The page and its websocket: breaks, farewells, half-open links, other people; and the page without it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.page.conftest import OpenChat
from tests.page.scripted import CONVERSATION, Chat, asked, replied

pytestmark = pytest.mark.browser
PATH = f"/c/{CONVERSATION}"


def band(chat: Chat) -> Locator:
    return chat.page.locator("[data-connection]")


def farewell(chat: Chat, code: int, reconnect: bool = False) -> None:
    chat.socket.send("closing", code=code, message="Because.", reconnect=reconnect)
    chat.socket.close(code)


def test_a_broken_link_comes_back_and_asks_for_what_changed(open_chat: OpenChat) -> None:
    chat = open_chat(PATH, articles=(asked(1),))
    assert chat.frame("open")["revision"] == 1
    chat.socket.show(asked(1), revision=7)
    expect(chat.page.locator("h1")).to_have_text("A title")
    chat.socket.close()
    chat.until(lambda: len(chat.sockets) == 2)
    assert chat.frame("open")["revision"] == 7


def test_a_long_break_is_said_and_the_next_try_counted_down(open_chat: OpenChat) -> None:
    chat = open_chat("/", before=lambda page: page.clock.install())
    chat.refuse_sockets = chat.unreachable = True
    chat.socket.close()
    while "Reconnecting in" not in (band(chat).text_content() or ""):
        chat.page.clock.run_for(200)
    expect(band(chat)).to_contain_text("Your text is kept.")
    chat.refuse_sockets = chat.unreachable = False
    band(chat).get_by_role("button").click()
    expect(band(chat)).to_be_hidden()


def test_a_network_that_blocks_websockets_is_named(open_chat: OpenChat) -> None:
    chat = open_chat("/", welcome=False, refuse_sockets=True)
    expect(band(chat)).to_contain_text("Your network blocks websockets")


def test_the_end_of_the_session_opens_a_dialog_and_keeps_the_text(open_chat: OpenChat) -> None:
    chat = open_chat(PATH, articles=(asked(1),))
    chat.box.fill("Half a thought")
    farewell(chat, 4401)
    dialog = chat.page.get_by_role("dialog", name="You were signed out")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("link", name="Sign in")).to_have_attribute(
        "href", f"/accounts/login/?next={encoded(PATH)}"
    )
    dialog.get_by_role("button", name="Stay on this page").click()
    expect(chat.box).to_have_value("Half a thought")
    expect(band(chat)).to_contain_text("You were signed out")


def encoded(path: str) -> str:
    return path.replace("/", "%2F")


@pytest.mark.parametrize(
    ("code", "words"), [(4400, "The site was updated"), (4403, "Because.")], ids=["other version", "shut out"]
)
def test_a_farewell_for_good_is_said_and_nothing_tried_again(
    open_chat: OpenChat, code: int, words: str
) -> None:
    chat = open_chat("/", before=lambda page: page.clock.install())
    expect(chat.page.get_by_role("button", name="Send")).to_be_visible()
    farewell(chat, code)
    expect(band(chat)).to_contain_text(words)
    chat.page.clock.run_for(60_000)
    assert len(chat.sockets) == 1


def test_a_restarting_site_is_come_back_to(open_chat: OpenChat) -> None:
    chat = open_chat("/")
    farewell(chat, 4412, reconnect=True)
    chat.until(lambda: len(chat.sockets) == 2)


def test_a_half_open_link_is_found_out_by_a_ping_without_answer(open_chat: OpenChat) -> None:
    chat = open_chat("/", before=lambda page: page.clock.install())
    expect(chat.page.get_by_role("button", name="Send")).to_be_visible()
    chat.page.clock.run_for(31_000)
    chat.frame("ping")
    chat.page.clock.run_for(11_000)
    chat.until(lambda: len(chat.sockets) == 2)


def test_an_answered_ping_keeps_the_link(open_chat: OpenChat) -> None:
    chat = open_chat("/", before=lambda page: page.clock.install())
    for count in (1, 2, 3):
        chat.page.clock.run_for(31_000)
        chat.frame("ping", count)
        chat.socket.send("pong")
        chat.page.wait_for_timeout(0)
    assert len(chat.sockets) == 1


def test_a_page_of_somebody_else_is_loaded_again(open_chat: OpenChat) -> None:
    chat = open_chat("/", welcome=False)
    chat.until(lambda: bool(chat.sockets))
    with chat.page.expect_event("load"):
        chat.socket.welcome(person="8")


def test_rows_follow_the_frames(open_chat: OpenChat) -> None:
    chat = open_chat(PATH, articles=(asked(1),))
    chat.frame("open")
    link = f'<a href="{PATH}"><span>%s</span></a>'
    row = f'<li class="row" data-conversation="{CONVERSATION}" data-address="{PATH}">{link}</li>'
    rows = chat.page.get_by_role("navigation", name="Conversations")
    listed = {"conversation": CONVERSATION, "title": "Now"}
    chat.socket.send("conversation.listed", **listed, running=True, html=row % "Now")
    expect(rows.get_by_role("link", name="Now")).to_have_attribute("aria-current", "page")
    expect(rows.get_by_role("heading", name="Today")).to_be_visible()
    chat.socket.send("conversation.listed", **listed, running=False, html=row % "Later")
    expect(rows.get_by_role("link", name="Later")).to_have_count(1)
    expect(rows.get_by_role("link", name="Now")).to_have_count(0)


def test_a_conversation_removed_elsewhere_is_said(open_chat: OpenChat) -> None:
    chat = open_chat(PATH, articles=(asked(1),))
    chat.frame("open")
    chat.socket.send("conversation.removed", conversation=CONVERSATION)
    expect(band(chat)).to_contain_text("This conversation was deleted")


def test_without_javascript_the_page_is_readable_and_says_what_is_missing(open_chat: OpenChat) -> None:
    shown = (asked(1, "A question"), replied(2, "<p>An answer.</p>"))
    chat = open_chat(PATH, articles=shown, welcome=False, java_script_enabled=False)
    expect(chat.log.get_by_role("article", name="You")).to_contain_text("A question")
    expect(chat.log.get_by_role("article", name="Assistant")).to_contain_text("An answer.")
    expect(chat.page.get_by_text("This page needs JavaScript")).to_be_visible()


def test_the_names_that_stay(open_chat: OpenChat) -> None:
    shown = (asked(1), replied(2, "<p>An answer.</p>"))
    chat = open_chat(PATH, articles=shown)
    expect(chat.box).to_be_focused()
    expect(chat.page.get_by_role("button", name="Send")).to_have_count(1)
    expect(chat.page.get_by_role("button", name="New chat")).to_have_count(1)
    expect(chat.log).to_have_attribute("aria-live", "off")
    expect(chat.page.get_by_role("status")).to_have_count(1)
    expect(chat.log.get_by_role("article", name="You")).to_have_count(1)
    expect(chat.log.get_by_role("article", name="Assistant")).to_have_count(1)


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_nothing_sticks_out_of_the_page(open_chat: OpenChat, width: int) -> None:
    wide = "<pre><code>" + "x" * 500 + "</code></pre>"
    table = '<div class="table-wrap"><table><tr>' + "<td>some words</td>" * 30 + "</tr></table></div>"
    shown = (asked(1, "y" * 500), replied(2, wide, table, f"<p>{'z' * 500}</p>"))
    chat = open_chat(PATH, articles=shown, viewport={"width": width, "height": 800})
    chat.frame("open")
    over = "(element) => element.scrollWidth - element.clientWidth"
    assert [chat.page.locator("html").evaluate(over), chat.log.evaluate(over)] == [0, 0]
