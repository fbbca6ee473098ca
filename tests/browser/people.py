"""People at their browsers, by what they do and see.

    alice = at_browser(site)            a browser of her own, signed in
    tab = alice.opens()                 a tab with a new chat
    tab.sends("Hello")
    tab.sees_reply("Hello from the model.")
    tab.shows_what_is_stored()

Verbs that look wait for what they look for, as a reader would, and fail after a while.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
from contextlib import closing
from dataclasses import asdict
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebSocket, expect

from tests.browser.stored import DIFFERENCE, branch_of
from tests.browser.watch import Watch
from tests.live.site import PASSWORD, Person, Site

ADDRESS = re.compile(r"/c/([0-9a-f-]{36})$")
SECONDS = 30.0


class AtBrowser:
    """One person at one browser. `watch` says what went wrong there."""

    def __init__(self, browser: Browser, site: Site, person: Person, **options: Any) -> None:
        self.site = site
        self.person = person
        self.context: BrowserContext = browser.new_context(base_url=site.address, locale="en-GB", **options)
        self.context.set_default_timeout(SECONDS * 1000)
        self.watch = Watch(self.context, site.address)

    def has_session(self) -> AtBrowser:
        """Be signed in without going through the form."""
        self.context.add_cookies(
            [{"name": "chatsite_session", "value": self.person.session, "url": self.site.address}]
        )
        return self

    def loses_session(self) -> None:
        """The session ends on the site, without this browser having done anything."""
        with closing(sqlite3.connect(self.site.data / "chatsite.sqlite3", timeout=10)) as rows, rows:
            rows.execute("DELETE FROM django_session WHERE session_key = ?", [self.person.session])

    def signs_in(self, path: str = "/") -> Tab:
        """Open a page, be asked who one is, and come back to it."""
        tab = Tab(self, self.context.new_page())
        tab.page.goto(path)
        tab.signs_in()
        return tab

    def opens(self, path: str = "/") -> Tab:
        """A new tab."""
        tab = Tab(self, self.context.new_page())
        tab.goes(path)
        return tab


class Tab:
    """One tab. Locators by the names that people and screen readers know the parts by."""

    def __init__(self, browser: AtBrowser, page: Page) -> None:
        self.browser = browser
        self.site = browser.site
        self.page = page
        self.frames: list[dict[str, Any]] = []
        self._welcome = False
        page.on("websocket", self._listen)
        self.box = page.get_by_role("textbox", name="Message", exact=True)
        self.send = page.get_by_role("button", name="Send", exact=True)
        self.stop = page.get_by_role("button", name="Stop", exact=True)
        self.log = page.get_by_role("log", name="Conversation")
        self.replies = self.log.get_by_role("article", name="Assistant")
        self.words = self.log.get_by_role("article", name="You")
        self.model = page.get_by_label("Model", exact=True)
        self.status = page.get_by_role("status")
        self.sidebar = page.get_by_role("navigation", name="Conversations")
        self.hint = page.locator("#composer-hint")
        self.band = page.locator("[data-connection]")

    def _listen(self, socket: WebSocket) -> None:
        self._welcome = False
        socket.on("framereceived", self._heard)
        socket.on("framesent", lambda text: self.frames.append(json.loads(text)))

    def _heard(self, text: str | bytes) -> None:
        if json.loads(text)["type"] == "welcome":
            self._welcome = True

    @property
    def reply(self) -> Locator:
        return self.replies.last

    @property
    def conversation(self) -> str:
        """The id of the conversation on the page."""
        found = ADDRESS.search(self.page.url)
        assert found, f"{self.page.url} is no conversation"
        return found[1]

    def goes(self, path: str) -> None:
        self._welcome = False
        self.page.goto(path)
        self.is_connected()

    def reloads(self) -> None:
        self._welcome = False
        self.page.reload()
        self.is_connected()

    def is_connected(self) -> None:
        """Wait until the page has its welcome: from then on it hears what happens."""
        until = time.monotonic() + SECONDS
        while not self._welcome:
            assert time.monotonic() < until, "the page does not connect"
            self.page.wait_for_timeout(20)

    def signs_in(self, email: str = "") -> None:
        self.page.get_by_label(re.compile("^e-?mail", re.I)).fill(email or self.browser.person.email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self._welcome = False
        self.page.get_by_role("button", name="Sign in").click()
        self.is_connected()

    def sends(self, text: str) -> None:
        """Write it and press Send, which is there; wait until it stands in the conversation."""
        expect(self.send).to_be_visible()  # else the press might pass for one that was meant for Stop
        self.box.fill(text)
        self.send.click()
        expect(self.box).to_have_value("")

    def sees_reply(self, text: str | re.Pattern[str]) -> None:
        expect(self.reply).to_contain_text(text)

    def sees_end(self, state: str = "complete") -> None:
        """Wait until the last reply has ended in `state`, and what the page shows is what is stored.

        That is the reply to what was sent last: its message must have arrived.
        """
        expect(self.log.locator('[data-sending]:not([data-sending="refused"])')).to_have_count(0)
        expect(self.reply).to_have_attribute("data-state", state)
        self.shows_what_is_stored()

    def shows_what_is_stored(self) -> None:
        """The rows are the truth: every message, in order, with every block as it is stored."""
        expect(self.page).to_have_url(ADDRESS)
        stored = [asdict(message) for message in branch_of(self.site, self.conversation)]
        for _ in range(40):
            difference = self.page.evaluate(DIFFERENCE, stored)
            if not difference:
                return
            self.page.wait_for_timeout(100)
            stored = [asdict(message) for message in branch_of(self.site, self.conversation)]
        raise AssertionError(difference)

    def presses(self, name: str, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=name, exact=True).click()

    def sees_card(self, title: str) -> Locator:
        """The card under the last reply."""
        card = self.reply.get_by_role("group", name=title)
        expect(card).to_be_visible()
        return card

    def row(self, title: str) -> Locator:
        """A line of the list of conversations."""
        return self.sidebar.get_by_role("listitem").filter(has_text=title)

    def no_sideways_scroll(self) -> None:
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"the page is {wide} px wider than the window"
