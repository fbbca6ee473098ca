"""A message that waits for the reply to end, against a scripted server: sent once, if all is as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Locator, expect

from conversations.views.articles import ArticleView
from conversations.views.endings import Card
from tests.page.conftest import OpenChat
from tests.page.scripted import CONVERSATION, Chat, asked, replied, uid

pytestmark = pytest.mark.browser
PATH = f"/c/{CONVERSATION}"
RUNNING = replied(2, state="running")
DONE = replied(2, "<p>Done.</p>")


def waiting(open_chat: OpenChat) -> Chat:
    """A message waits for the reply 2."""
    chat = open_chat(PATH, articles=(asked(1), RUNNING))
    chat.frame("open")
    chat.socket.show(asked(1), RUNNING, revision=1, changed=0)
    chat.say("Next")
    expect(line(chat)).to_contain_text("Will be sent when this reply ends.")
    expect(chat.page.get_by_role("status").last).to_have_text("Will be sent when this reply ends.")
    expect(chat.box).to_have_value("Next")
    return chat


def line(chat: Chat) -> Locator:
    return chat.page.get_by_role("group", name="Waiting message")


def ends(chat: Chat, reply: ArticleView = DONE) -> None:
    """The reply is stored, and then the page has done what it does about it."""
    chat.socket.show(asked(1), reply, changed=1)
    expect(chat.log.get_by_role("article", name="Assistant")).to_have_attribute(
        "data-state", str(reply.state)
    )
    chat.page.evaluate("() => new Promise(requestAnimationFrame)")


def stays(chat: Chat, hint: str) -> None:
    expect(line(chat)).to_be_hidden()
    expect(chat.box).to_have_value("Next")
    expect(chat.page.locator("#composer-hint")).to_have_text(hint)
    assert chat.socket.got("turn.start") == []


def test_it_is_sent_once_when_the_reply_is_stored(open_chat: OpenChat) -> None:
    chat = waiting(open_chat)
    chat.socket.end(2, "x")
    expect(chat.page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    chat.box.press("Enter")
    assert chat.socket.got("turn.start") == [], "the reply has ended, and how is not known yet"
    ends(chat)
    start = chat.frame("turn.start")
    assert (start["text"], start["parent"], start["conversation"]) == ("Next", uid(2), CONVERSATION)
    expect(line(chat)).to_be_hidden()
    expect(chat.box).to_have_value("")
    chat.socket.accept(start, 3, 4)
    chat.socket.show(asked(1), DONE, asked(3, "Next"), replied(4, "<p>Yes.</p>"), revision=3, changed=2)
    expect(chat.log.get_by_text("Yes.")).to_be_visible()
    assert len(chat.socket.got("turn.start")) == 1


def test_it_is_sent_when_the_link_was_away_while_the_reply_ended(open_chat: OpenChat) -> None:
    chat = waiting(open_chat)
    chat.socket.close(4412)
    chat.until(lambda: len(chat.sockets) == 2)
    chat.frame("open")
    ends(chat)
    assert chat.frame("turn.start")["text"] == "Next"


CARD = Card("notice", "The model declined", "The words above are its own.")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (replace(replied(2, state="stopped"), card=CARD), "the reply was stopped"),
        (replace(replied(2, state="failed"), card=CARD), "the reply failed"),
        (replace(replied(2, state="interrupted"), card=CARD), "the reply broke off"),
        (replace(replied(2, state="truncated"), card=CARD), "the reply was cut"),
        (replace(replied(2, state="filtered"), card=CARD), "the reply was cut"),
        (replace(replied(2), card=CARD), "the reply did not end as usual"),
    ],
    ids=["stopped", "failed", "interrupted", "truncated", "filtered", "declined"],
)
def test_it_stays_when_the_reply_did_not_end_well(
    open_chat: OpenChat, reply: ArticleView, reason: str
) -> None:
    chat = waiting(open_chat)
    ends(chat, reply)
    stays(chat, f"Not sent, as {reason}. Your message is kept here.")
    chat.box.press("Enter")
    assert chat.frame("turn.start")["text"] == "Next"


def test_it_stays_when_the_conversation_has_moved_on(open_chat: OpenChat) -> None:
    chat = waiting(open_chat)
    chat.socket.show(asked(1), DONE, asked(3, "From elsewhere"), replied(4, state="running"), changed=3)
    stays(chat, "Not sent, as the conversation has changed. Your message is kept here.")


def test_it_stays_when_another_branch_is_shown(open_chat: OpenChat) -> None:
    chat = waiting(open_chat)
    chat.socket.show(asked(1), replied(5, "<p>Another.</p>"), changed=1)
    stays(chat, "Not sent, as the conversation has changed. Your message is kept here.")


@pytest.mark.parametrize("how", ["taken back", "written on", "left"])
def test_it_is_not_sent_when_the_person_has_changed_their_mind(open_chat: OpenChat, how: str) -> None:
    chat = waiting(open_chat)
    if how == "taken back":
        line(chat).get_by_role("button", name="Keep as a draft").click()
        expect(chat.box).to_be_focused()
    elif how == "written on":
        chat.box.press("End")
        chat.box.press_sequentially("!")
        chat.box.press("Backspace")
    else:
        chat.page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide'))")
    expect(line(chat)).to_be_hidden()
    ends(chat)
    stays(chat, "")


def test_a_page_loaded_again_sends_nothing_by_itself(open_chat: OpenChat) -> None:
    chat = waiting(open_chat)
    chat.page.reload()
    chat.until(lambda: len(chat.sockets) == 2)
    chat.frame("open")
    expect(chat.box).to_have_value("Next")
    ends(chat)
    stays(chat, "")


def test_all_replies_side_by_side_must_have_ended(open_chat: OpenChat) -> None:
    chat = waiting(open_chat)
    chat.socket.show(asked(1), RUNNING, beside=(replied(3, state="running"),), changed=1)
    chat.socket.show(asked(1), DONE, beside=(replied(3, state="running"),), revision=3, changed=1)
    expect(chat.log.get_by_text("Done.")).to_be_visible()
    expect(line(chat)).to_be_visible()
    chat.socket.show(asked(1), DONE, beside=(replied(3, "<p>Too.</p>"),), revision=4, changed=1)
    assert chat.frame("turn.start")["parent"] == uid(2)
