"""Files of a message that the server has not confirmed: kept on the device with it."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import OpenChat
from tests.page.scripted import asked, replied, uid

pytestmark = pytest.mark.browser
IMAGE = {
    "id": uid(70),
    "kind": "image",
    "name": "cat & dog's.png",
    "size": 2048,
    "width": 40,
    "height": 30,
    "note": "",
    "url": f"/attachments/{uid(70)}",
    "thumbnail": f"/attachments/{uid(70)}/thumbnail",
}


def test_a_reload_before_the_answer_sends_the_same_files_again(open_chat: OpenChat) -> None:
    chat = open_chat("/")
    draft = json.dumps({"text": "Look", "files": [IMAGE], "saved": False})
    chat.page.evaluate("(draft) => localStorage.setItem('chatsite:7:draft:new', draft)", draft)
    chat.page.reload()
    chat.until(lambda: len(chat.sockets) == 2)
    expect(chat.page.get_by_role("list", name="Files to send")).to_contain_text("cat & dog's.png")
    chat.page.get_by_role("button", name="Send").click()
    assert chat.frame("turn.start")["attachments"] == [uid(70)]
    chat.page.reload()
    chat.until(lambda: len(chat.sockets) == 3)
    again = chat.frame("turn.start")
    assert again["attachments"] == [uid(70)]
    mine = chat.log.get_by_role("article", name="You")
    expect(mine.get_by_role("link", name="cat & dog's.png")).to_have_attribute(
        "href", f"/attachments/{uid(70)}"
    )
    expect(chat.page.get_by_role("list", name="Files to send")).to_be_hidden()
    chat.socket.accept(again, 1, 2)
    chat.socket.show(asked(1, "Look"), replied(2, state="running"))
    expect(mine).to_have_count(1)


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1 KB"), (1536, "1.5 KB"), (2**20, "1 MB")],
)
def test_sizes_are_said_as_the_server_says_them(modules: Page, size: int, words: str) -> None:
    from conversations.views.attached import size_words

    script = "async (size) => (await import('/static/js/files.js')).sizeWords(size)"
    assert modules.evaluate(script, size) == size_words(size) == words
