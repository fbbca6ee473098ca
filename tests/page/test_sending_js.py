"""Sending against a scripted server: nothing is lost, nothing is doubled, and the page says how it stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import OpenChat
from tests.page.scripted import CONVERSATION, Chat, asked, replied

pytestmark = pytest.mark.browser
PATH = f"/c/{CONVERSATION}"


def test_the_first_message_makes_this_page_the_conversation(open_chat: OpenChat) -> None:
    chat = open_chat("/")
    chat.say("Hello")
    start = chat.frame("turn.start")
    assert (start["text"], start["conversation"], start["parent"]) == ("Hello", None, None)
    expect(chat.log.get_by_role("article", name="You")).to_contain_text("Sending…")
    chat.socket.accept(start, 1, 2)
    assert chat.frame("open") == {"type": "open", "conversation": CONVERSATION, "revision": 0, "ref": "open"}
    chat.page.wait_for_url(f"**{PATH}")
    chat.socket.show(asked(1, "Hello"), replied(2, state="running"))
    expect(chat.page.get_by_role("button", name="Stop")).to_be_visible()
    expect(chat.log.get_by_role("article")).to_have_count(2)


def test_a_message_whose_answer_was_lost_is_sent_again_as_the_same(open_chat: OpenChat) -> None:
    chat = open_chat("/")
    chat.say("Hello")
    first = chat.frame("turn.start")
    chat.socket.close(4412)
    chat.until(lambda: len(chat.sockets) == 2)
    again = chat.frame("turn.start")
    assert again["client_id"] == first["client_id"]
    chat.socket.accept(again, 1, 2, repeated=True)
    chat.socket.show(asked(1, "Hello"), replied(2, state="running"))
    expect(chat.page.get_by_role("button", name="Stop")).to_be_visible()
    expect(chat.log.get_by_role("article", name="You")).to_have_count(1)


def test_a_double_press_sends_once(open_chat: OpenChat) -> None:
    chat = open_chat("/")
    chat.box.fill("Hello")
    chat.page.get_by_role("button", name="Send").dblclick()
    chat.box.press("Enter")
    chat.frame("turn.start")
    assert len(chat.socket.got("turn.start")) == 1


def test_a_reload_before_the_answer_shows_the_message_again(open_chat: OpenChat) -> None:
    chat = open_chat("/")
    chat.say("Hello")
    first = chat.frame("turn.start")
    chat.page.reload()
    chat.until(lambda: len(chat.sockets) == 2)
    assert chat.frame("turn.start")["client_id"] == first["client_id"]
    expect(chat.log.get_by_role("article", name="You")).to_contain_text("Hello")
    expect(chat.box).to_have_value("")


def test_offline_it_waits_and_can_be_taken_back(open_chat: OpenChat) -> None:
    chat = open_chat("/", welcome=False)
    chat.say("Hello")
    message = chat.log.get_by_role("article", name="You")
    expect(message).to_contain_text("Will be sent when you are back online.")
    message.get_by_role("button", name="Cancel").click()
    expect(chat.box).to_have_value("Hello")
    expect(message).to_have_count(0)
    chat.until(lambda: bool(chat.sockets))
    chat.socket.welcome()
    expect(chat.page.locator("[data-connection]")).to_be_hidden()
    assert chat.socket.got("turn.start") == []


def test_the_browsers_word_offline_is_enough_to_wait(open_chat: OpenChat) -> None:
    chat = open_chat("/")
    expect(chat.page.get_by_role("button", name="Send")).to_be_visible()
    chat.context.set_offline(True)
    chat.frame("ping")
    chat.say("Hello")
    message = chat.log.get_by_role("article", name="You")
    expect(message).to_contain_text("Will be sent when you are back online.")
    chat.context.set_offline(False)
    chat.socket.send("pong")
    assert chat.frame("turn.start")["text"] == "Hello"


def test_a_refused_message_says_why_and_can_be_tried_again(open_chat: OpenChat) -> None:
    chat = open_chat("/")
    chat.say("Hello")
    start = chat.frame("turn.start")
    refusal = {"code": "unavailable", "message": "The site could not store it.", "retry": True}
    chat.socket.send("error", client_id=start["client_id"], ref=start["ref"], **refusal)
    message = chat.log.get_by_role("article", name="You")
    expect(message).to_contain_text("Not sent: The site could not store it.")
    message.get_by_role("button", name="Try again").click()
    assert chat.frame("turn.start", 2)["client_id"] == start["client_id"]


def test_a_refused_message_can_be_taken_back_to_be_changed(open_chat: OpenChat) -> None:
    chat = open_chat("/")
    chat.say("Hello")
    start = chat.frame("turn.start")
    refusal = {"code": "model_unknown", "message": "No such model.", "retry": False}
    chat.socket.send("error", client_id=start["client_id"], **refusal)
    chat.log.get_by_role("button", name="Edit").click()
    expect(chat.box).to_have_value("Hello")
    chat.page.reload()
    expect(chat.box).to_have_value("Hello")
    expect(chat.log.get_by_role("article")).to_have_count(0)


@pytest.mark.parametrize("length", [1000, 1001], ids=["at the limit", "one past it"])
def test_the_limit_of_a_message(open_chat: OpenChat, length: int) -> None:
    chat = open_chat("/")
    chat.say("😀" * length)
    if length == 1000:
        assert len(chat.frame("turn.start")["text"]) == length
    else:
        expect(chat.page.locator("#composer-hint")).to_contain_text("shorten it by 1 character.")
        assert chat.socket.got("turn.start") == []
        expect(chat.box).to_have_value("😀" * length)


def test_a_paste_of_many_lines_arrives_whole_and_can_be_gone_on_with(open_chat: OpenChat) -> None:
    chat = open_chat("/", permissions=["clipboard-read", "clipboard-write"])
    text = "line\n" * 20_000
    chat.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    chat.box.press("Control+V")
    chat.box.press("a")
    expect(chat.box).to_have_value(text + "a")


def test_the_enter_that_ends_a_composition_does_not_send(open_chat: OpenChat) -> None:
    chat = open_chat("/")
    chat.box.fill("にほん")
    for init in ("isComposing: true", "keyCode: 229"):
        event = f"new KeyboardEvent('keydown', {{ key: 'Enter', bubbles: true, {init} }})"
        chat.box.evaluate(f"(box) => box.dispatchEvent({event})")
    expect(chat.box).to_have_value("にほん")
    chat.box.press("Enter")
    assert chat.frame("turn.start")["text"] == "にほん"
    assert len(chat.socket.got("turn.start")) == 1


def test_a_turn_that_became_a_branch_says_so(open_chat: OpenChat) -> None:
    chat = open_chat(PATH, articles=(asked(1), replied(2, "<p>Reply.</p>")))
    chat.frame("open")
    chat.say("Next")
    chat.socket.accept(chat.frame("turn.start"), 3, 4, branched=True)
    expect(chat.page.get_by_role("status")).to_have_text("Sent, on a branch of its own.")
    expect(chat.page.locator("#composer-hint")).to_contain_text("this is a branch beside it")


def test_shift_and_enter_is_a_new_line(open_chat: OpenChat) -> None:
    chat = open_chat("/")
    chat.box.fill("one")
    chat.box.press("Shift+Enter")
    chat.box.press_sequentially("two")
    chat.box.press("Enter")
    assert chat.frame("turn.start")["text"] == "one\ntwo"


def no_storage(page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('blocked') } })"
    )


def test_blocked_storage_is_told_and_nothing_else_breaks(open_chat: OpenChat) -> None:
    chat = open_chat("/", before=no_storage)
    chat.say("Hello")
    assert chat.frame("turn.start")["text"] == "Hello"
    expect(chat.page.locator(".toast")).to_contain_text("This browser keeps nothing on this device")


def test_a_draft_is_saved_on_the_site_after_a_pause(open_chat: OpenChat) -> None:
    chat = open_chat("/")
    chat.box.fill("Half a thought")
    chat.until(lambda: bool(chat.posts))
    assert chat.posts[0] == ("/drafts", {"text": "Half a thought"})


def test_the_draft_of_the_site_is_shown_where_this_device_has_none(open_chat: OpenChat) -> None:
    chat = open_chat("/", draft="From another device")
    expect(chat.box).to_have_value("From another device")


def test_a_sent_message_leaves_no_draft(open_chat: OpenChat) -> None:
    chat = open_chat("/")
    chat.box.fill("Hello")
    chat.until(lambda: len(chat.posts) == 1)
    chat.box.press("Enter")
    chat.until(lambda: len(chat.posts) == 2)
    assert chat.posts[1] == ("/drafts", {})


def in_conversation(open_chat: OpenChat, state: str) -> Chat:
    """A page whose clock stands still, with a draft, and a reply in this state."""
    chat = open_chat(PATH)
    chat.page.evaluate("() => { performance.now = () => window.time ?? 1000 }")
    chat.box.fill("A draft")
    chat.socket.show(asked(1), replied(2, state=state), revision=2)
    return chat


def test_a_press_meant_for_stop_does_not_send(open_chat: OpenChat) -> None:
    chat = in_conversation(open_chat, "running")
    expect(chat.page.get_by_role("button", name="Stop")).to_be_visible()
    chat.socket.show(asked(1), replied(2, "<p>One.</p>"), revision=3)
    send = chat.page.get_by_role("button", name="Send", exact=True)
    send.click()
    expect(chat.page.locator("#composer-hint")).to_contain_text("The reply had just ended")
    expect(chat.box).to_have_value("A draft")
    assert chat.socket.got("turn.start") == []
    chat.page.evaluate("window.time = 1500")
    send.click()
    assert chat.frame("turn.start")["text"] == "A draft"


@pytest.mark.parametrize("sure", ["a key", "another word"])
def test_send_is_never_in_doubt_by_key_or_after_typing(open_chat: OpenChat, sure: str) -> None:
    chat = in_conversation(open_chat, "running")
    chat.socket.show(asked(1), replied(2, "<p>One.</p>"), revision=3)
    send = chat.page.get_by_role("button", name="Send", exact=True)
    if sure == "a key":
        send.press("Enter")
    else:
        chat.box.press_sequentially("!")
        send.click()
    assert chat.frame("turn.start")["text"].startswith("A draft")


def test_the_second_of_a_double_press_on_send_stops_nothing(open_chat: OpenChat) -> None:
    chat = in_conversation(open_chat, "running")
    stop = chat.page.get_by_role("button", name="Stop")
    stop.dispatch_event("click", {"detail": 2})
    chat.page.wait_for_timeout(50)
    assert chat.socket.got("turn.stop") == []
    stop.dispatch_event("click", {"detail": 1})
    chat.frame("turn.stop")


def test_whoever_pressed_send_can_stop_with_escape_and_write_on(open_chat: OpenChat) -> None:
    chat = open_chat(PATH)
    chat.box.fill("Hello")
    chat.page.get_by_role("button", name="Send", exact=True).click()
    chat.socket.accept(chat.frame("turn.start"), 1, 2)
    chat.socket.show(asked(1, "Hello"), replied(2, state="running"))
    expect(chat.page.get_by_role("button", name="Stop")).to_be_visible()
    expect(chat.box).to_be_focused()
    chat.page.keyboard.press("Escape")
    chat.frame("turn.stop")
