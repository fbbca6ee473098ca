"""The transcript against a scripted server: frames lost, doubled, out of order, and what the reader keeps."""

from __future__ import annotations

from hashlib import sha256

import pytest
from playwright.sync_api import Locator, expect

from tests.page.conftest import OpenChat
from tests.page.scripted import CONVERSATION, GENERATION, Chat, asked, html, replied, uid

pytestmark = pytest.mark.browser
PATH = f"/c/{CONVERSATION}"
FIRST = "<p>One two three four.</p>"


def running(open_chat: OpenChat) -> Chat:
    """A reply in the middle: one block is shown, at frame 1."""
    chat = open_chat(PATH, articles=(asked(1), replied(2, state="running")))
    chat.frame("open")
    chat.socket.show(asked(1), replied(2, state="running"), revision=1, changed=0)
    chat.socket.snapshot(2, FIRST, cursor=19)
    expect(prose(chat)).to_have_text("One two three four.")
    return chat


def prose(chat: Chat) -> Locator:
    return chat.page.get_by_role("article", name="Assistant").last.locator(".prose")


def test_a_delta_continues_the_text(open_chat: OpenChat) -> None:
    chat = running(open_chat)
    chat.socket.delta(2, 2, (0, 22, 4, " five"), (1, 0, 0, "<p>New.</p>"))
    expect(prose(chat).locator(".block")).to_have_text(["One two three four. five", "New."])


def test_a_delta_sent_twice_is_applied_once(open_chat: OpenChat) -> None:
    chat = running(open_chat)
    rest = len("One two three four.</p>")
    for seq, letter in ((2, "a"), (2, "a"), (1, "?"), (3, "b")):
        chat.socket.delta(seq, 1, (0, seq + 1, rest, letter))
    expect(prose(chat)).to_have_text("abOne two three four.")
    assert len(chat.socket.got("open")) == 1


def test_a_lost_delta_is_noticed_and_healed_by_a_snapshot(open_chat: OpenChat) -> None:
    chat = running(open_chat)
    chat.socket.delta(3, 1, (0, 3, 4, "wrong"))
    assert chat.frame("open", 2)["revision"] == 1
    chat.socket.delta(4, 1, (0, 3, 4, "wrong too"))
    chat.socket.show(asked(1), replied(2, state="running"), revision=1, changed=0)
    chat.socket.snapshot(2, FIRST, "<p>Healed.</p>", seq=1)
    chat.socket.delta(2, 2, (1, 3, 4, "All healed."))
    expect(prose(chat).locator(".block")).to_have_text(["One two three four.", "All healed."])
    assert len(chat.socket.got("open")) == 2


def test_a_splice_that_does_not_fit_asks_for_a_snapshot(open_chat: OpenChat) -> None:
    chat = running(open_chat)
    chat.socket.delta(2, 1, (0, 900, 0, "x"))
    chat.frame("open", 2)
    expect(prose(chat)).to_have_text("One two three four.")


def test_an_end_with_another_hash_asks_for_everything(open_chat: OpenChat) -> None:
    chat = running(open_chat)
    chat.socket.end(2, "0" * 64)
    assert chat.frame("open", 2)["revision"] == 0


def test_an_end_with_the_right_hash_asks_for_nothing(open_chat: OpenChat) -> None:
    chat = running(open_chat)
    chat.socket.end(2, sha256(FIRST.encode()).hexdigest())
    chat.socket.show(asked(1), replied(2, FIRST), changed=1)
    expect(chat.page.get_by_role("button", name="Regenerate", exact=True)).to_be_visible()
    expect(chat.page.get_by_role("status")).to_have_text("Reply complete.")
    assert len(chat.socket.got("open")) == 1


def test_the_stored_reply_takes_the_place_of_the_streamed_one_under_a_selection(open_chat: OpenChat) -> None:
    chat = running(open_chat)
    chat.page.evaluate(
        "() => { const text = document.querySelector('.prose p').firstChild;"
        "getSelection().setBaseAndExtent(text, 4, text, 13) }"
    )
    chat.socket.delta(2, 2, (0, 22, 4, " five"), (1, 0, 0, "<p>New.</p>"))
    last = "<p>One two three four. five</p>"
    chat.socket.show(asked(1), replied(2, last, "<p>New.</p>"), changed=1)
    expect(chat.page.get_by_role("button", name="Regenerate", exact=True)).to_be_visible()
    assert chat.page.evaluate("String(getSelection())") == "two three"


def test_every_fourth_frame_is_acknowledged_at_once(open_chat: OpenChat) -> None:
    chat = running(open_chat)
    chat.frame("ack")
    before = len(chat.socket.got("ack"))
    for seq in range(2, 10):
        chat.socket.delta(seq, 1, (0, 3, 4, str(seq)))
    expect(prose(chat)).to_have_text("9")
    chat.until(lambda: len(chat.socket.got("ack")) >= before + 2)
    assert [frame["seq"] for frame in chat.socket.got("ack")][before:][:2] == [5, 9]


def test_stop_freezes_what_is_shown_and_says_how_far_that_is(open_chat: OpenChat) -> None:
    chat = running(open_chat)
    chat.page.get_by_role("button", name="Stop").click()
    assert chat.frame("turn.stop") == {"type": "turn.stop", "generation": GENERATION, "cursor": 19}
    chat.socket.delta(2, 1, (0, 3, 4, "Too late."))
    chat.socket.end(2, "0" * 64, state="stopped")
    chat.socket.show(asked(1), replied(2, FIRST, state="stopped"), changed=1)
    expect(chat.page.get_by_role("button", name="Send")).to_be_visible()
    expect(prose(chat)).to_have_text("One two three four.")
    assert len(chat.socket.got("open")) == 1


def test_a_stop_lost_with_the_link_is_said_again(open_chat: OpenChat) -> None:
    chat = running(open_chat)
    chat.page.get_by_role("button", name="Stop").click()
    chat.frame("turn.stop")
    chat.socket.close(4412)
    chat.until(lambda: len(chat.sockets) == 2)
    assert chat.frame("turn.stop")["cursor"] == 19


def test_markup_of_a_page_behind_the_stream_does_not_take_text_away(open_chat: OpenChat) -> None:
    chat = running(open_chat)
    chat.socket.show(asked(1), replied(2, "<p>One</p>", state="running"), changed=1)
    expect(chat.page.locator("h1")).to_have_text("A title")
    chat.socket.delta(2, 1, (0, 22, 4, " five"))
    expect(prose(chat)).to_have_text("One two three four. five")


def test_a_message_missing_here_is_asked_for(open_chat: OpenChat) -> None:
    chat = open_chat(PATH, articles=(asked(1), replied(2, FIRST)))
    chat.frame("open")
    chat.socket.show(asked(1), replied(2, FIRST), asked(3), replied(4, FIRST), changed=1)
    assert chat.frame("open", 2)["revision"] == 0


def test_another_branch_replaces_what_differs_and_keeps_what_does_not(open_chat: OpenChat) -> None:
    chat = open_chat(PATH, articles=(asked(1), replied(2, FIRST), asked(3, "left out")))
    chat.frame("open")
    chat.page.evaluate("() => document.querySelector('article').dataset.mark = 'same'")
    chat.socket.show(asked(1), replied(5, "<p>Other.</p>"), changed=1)
    expect(chat.log.get_by_role("article")).to_have_count(2)
    expect(prose(chat)).to_have_text("Other.")
    assert chat.page.locator("article").first.get_attribute("data-mark") == "same"


def test_older_messages_come_above_without_moving_what_is_read(open_chat: OpenChat) -> None:
    shown = tuple(replied(number, *["<p>Some words.</p>"] * 8) for number in range(100, 112))
    chat = open_chat(PATH, articles=shown, older=True, viewport={"width": 800, "height": 600})
    chat.frame("open")
    chat.log.evaluate("(log) => (log.scrollTop = 0)")
    assert chat.frame("page")["before"] == uid(100)
    chat.page.wait_for_function("() => document.querySelector('[data-log]').scrollTop === 0")
    before = chat.page.locator("article").first.bounding_box()
    older = [replied(number, "<p>Older words.</p>") for number in range(90, 100)]
    messages = [{"id": str(view.id), "role": "assistant", "html": html(view)} for view in older]
    chat.socket.send("page", conversation=CONVERSATION, before=uid(100), messages=messages, older=False)
    expect(chat.page.locator("article")).to_have_count(22)
    after = chat.page.locator(f'[data-message="{uid(100)}"]').bounding_box()
    assert before is not None
    assert after is not None
    # The row with the button went away too, so what is read stays to the pixel only because it is held there.
    assert abs(after["y"] - before["y"]) <= 1
    expect(chat.page.get_by_role("button", name="Show earlier messages")).to_be_hidden()


def test_growing_text_does_not_move_a_reader_who_scrolled_up(open_chat: OpenChat) -> None:
    shown = (
        *(replied(number, *["<p>Some words.</p>"] * 8) for number in range(50, 56)),
        replied(2, state="running"),
    )
    chat = open_chat(PATH, articles=shown, viewport={"width": 800, "height": 600})
    chat.frame("open")
    chat.socket.show(*shown, revision=1, changed=0)
    chat.socket.snapshot(2, FIRST)
    expect(prose(chat)).to_have_text("One two three four.")
    at_end = "(log) => log.scrollHeight - log.clientHeight - log.scrollTop < 2"
    assert chat.log.evaluate(at_end)
    chat.log.evaluate("(log) => (log.scrollTop -= 500)")
    expect(chat.page.get_by_role("button", name="Jump to latest")).to_be_visible()
    where = chat.log.evaluate("(log) => log.scrollTop")
    chat.socket.delta(2, 9, *((index, 0, 0, "<p>More.</p>") for index in range(1, 9)))
    expect(prose(chat).locator(".block")).to_have_count(9)
    assert chat.log.evaluate("(log) => log.scrollTop") == where
    chat.page.get_by_role("button", name="Jump to latest").click()
    expect(chat.page.get_by_role("button", name="Jump to latest")).to_be_hidden()
    chat.socket.delta(3, 12, *((index, 0, 0, "<p>Even more.</p>") for index in range(9, 12)))
    expect(prose(chat).locator(".block")).to_have_count(12)
    chat.page.wait_for_function(f"() => ({at_end})(document.querySelector('[data-log]'))")


def test_waiting_is_said_with_its_reason(open_chat: OpenChat) -> None:
    shown = (asked(1), replied(2, state="queued"))
    chat = open_chat(PATH, articles=shown)
    chat.frame("open")
    chat.socket.show(*shown, revision=1, changed=0)
    chat.socket.snapshot(2)
    waiting = chat.page.locator(".waiting")
    chat.socket.send("generation.state", generation=GENERATION, state="running", waiting="model", seconds=3.2)
    expect(waiting).to_have_text("Waiting for gpt-4-1106-preview… 3 s")
    retry = {"waiting": "retry", "seconds": 12, "message": "The model's host is busy."}
    chat.socket.send("generation.state", generation=GENERATION, state="running", **retry)
    expect(waiting).to_have_text("The model's host is busy. Next try in 12 s.")
    chat.socket.send("generation.state", generation=GENERATION, state="queued", waiting="turn")
    expect(waiting).to_contain_text("Waiting for its turn")
    chat.socket.delta(2, 1, (0, 0, 0, FIRST))
    expect(waiting).to_be_empty()
