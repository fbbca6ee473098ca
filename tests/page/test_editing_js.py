"""The editor of a message against a scripted server: kept until it is stored, and opened from a later one."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from playwright.sync_api import Locator, expect

from conversations.views.articles import ArticleView
from conversations.views.endings import EDIT, Card
from tests.page.conftest import OpenChat
from tests.page.scripted import CONVERSATION, Chat, asked, html, replied, uid

pytestmark = pytest.mark.browser
PATH = f"/c/{CONVERSATION}"


def editor(chat: Chat) -> Locator:
    return chat.page.get_by_role("textbox", name="Edit your words")


def test_an_edit_stays_open_until_it_is_stored(open_chat: OpenChat) -> None:
    chat = open_chat(PATH, articles=(asked(1, "Old words"), replied(2, "<p>Reply.</p>")))
    chat.frame("open")
    chat.log.get_by_role("button", name="Edit").click()
    expect(editor(chat)).to_have_value("Old words")
    editor(chat).fill("New words")
    chat.page.get_by_role("button", name="Save & send").click()
    edit = chat.frame("turn.edit")
    assert (edit["message"], edit["text"]) == (uid(1), "New words")
    chat.socket.show(asked(1, "Old words"), replied(2, "<p>Reply.</p>"))
    expect(editor(chat)).to_have_value("New words")
    chat.socket.accept(edit, 3, 4)
    expect(editor(chat)).to_have_count(0)


@pytest.mark.parametrize("sent", [False, True], ids=["being written", "refused"])
def test_what_is_written_in_an_editor_outlives_its_message_on_the_page(
    open_chat: OpenChat, sent: bool
) -> None:
    """Another branch was chosen on another device meanwhile."""
    chat = open_chat(PATH, articles=(asked(1, "Old words"), replied(2, "<p>Reply.</p>")))
    chat.frame("open")
    chat.box.fill("A draft")
    chat.log.get_by_role("button", name="Edit").click()
    editor(chat).fill("New words")
    if sent:
        chat.page.get_by_role("button", name="Save & send").click()
        edit = chat.frame("turn.edit")
    chat.socket.show(asked(3, "Other words"), replied(4, "<p>Another.</p>"))
    expect(editor(chat)).to_have_count(0)
    if sent:
        expect(chat.box).to_have_value("A draft")
        refusal = {"code": "unavailable", "message": "Not now.", "retry": True}
        chat.socket.send("error", client_id=edit["client_id"], ref=edit["ref"], **refusal)
    expect(chat.box).to_have_value("New words\n\nA draft")
    told = chat.page.locator(".toast").filter(has_text="What you wrote is in the message box.")
    expect(told).to_be_visible()


def test_an_editor_in_which_nothing_was_written_goes_with_its_message(open_chat: OpenChat) -> None:
    chat = open_chat(PATH, articles=(asked(1, "Old words"), replied(2, "<p>Reply.</p>")))
    chat.frame("open")
    chat.log.get_by_role("button", name="Edit").click()
    expect(editor(chat)).to_be_focused()
    chat.socket.show(asked(3, "Other words"), replied(4, "<p>Another.</p>"))
    expect(editor(chat)).to_have_count(0)
    expect(chat.box).to_have_value("")
    expect(chat.page.locator(".toast")).to_have_count(0)


def at_the_top(open_chat: OpenChat) -> Chat:
    """A page that begins with a reply that failed; what it answers, message 1, is on the page before."""
    card = Card("error", "The request was refused", "Say it in other words.", (EDIT,))
    failed: ArticleView = replace(replied(2, state="failed"), parent_id=UUID(int=1), card=card)
    chat = open_chat(PATH, articles=(failed, asked(3), replied(4)), older=True)
    chat.frame("open")
    chat.socket.show(failed, asked(3), replied(4), older=True)
    return chat


def earlier(chat: Chat) -> None:
    """Answer the page's question for the messages before the first one."""
    messages = [{"id": uid(1), "role": "user", "html": html(asked(1, "Old words"))}]
    chat.socket.send("page", conversation=CONVERSATION, before=uid(2), messages=messages, older=False)


def test_a_card_leads_to_its_message_on_the_page_before(open_chat: OpenChat) -> None:
    chat = at_the_top(open_chat)
    chat.log.get_by_role("button", name="Edit your message").click()
    assert chat.frame("page")["before"] == uid(2)
    expect(editor(chat)).to_have_count(0)
    earlier(chat)
    expect(editor(chat)).to_have_value("Old words")
    expect(editor(chat)).to_be_focused()
    earlier(chat)
    expect(editor(chat)).to_have_count(1)


@pytest.mark.parametrize("breaks", ["before", "meanwhile"])
def test_a_message_that_cannot_be_loaded_is_told_of(open_chat: OpenChat, breaks: str) -> None:
    chat = at_the_top(open_chat)
    chat.frame("page")
    chat.welcome = False
    button = chat.log.get_by_role("button", name="Edit your message")
    if breaks == "meanwhile":
        button.click()
    chat.socket.close()
    expect(chat.page.locator("[data-connection]")).to_be_visible()
    if breaks == "before":
        button.click()
    expect(chat.page.locator(".toast")).to_contain_text("Your message is on an earlier page")
    expect(editor(chat)).to_have_count(0)
