"""The chat page in Chromium with both of its servers scripted: HTTP by routes, the websocket frame by frame.

What a real server does only by accident (a lost answer, a gap, a frame twice) a test can do here on purpose.
The page is the real template with the real scripts; messages are rendered by the real partial.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.template.loader import render_to_string
from playwright.sync_api import Browser, Locator, Page, Route, WebSocketRoute

from conversations.views.articles import BLANK_ASSISTANT, BLANK_USER, ArticleView
from conversations.views.attaching import attaching_choices
from conversations.views.choices import ModelChoice

ROOT = Path(__file__).resolve().parents[2]
CONVERSATION = str(UUID(int=100))
GENERATION = str(UUID(int=500))
PERSON = {"id": 7, "name": "Alice", "email": "alice@example.org", "is_staff": False}
SECONDS = 8.0


def uid(number: int) -> str:
    """A made-up id that is easy to read in a failure."""
    return str(UUID(int=number))


def asked(number: int, text: str = "A question") -> ArticleView:
    """A message of Alice's."""
    return ArticleView(id=UUID(int=number), parent_id=None, role="user", text=text, can_edit=True)


def replied(number: int, *blocks: str, state: str = "complete") -> ArticleView:
    """A reply of these blocks; `running` and `queued` ones belong to GENERATION."""
    running = state in {"queued", "running"}
    return ArticleView(
        id=UUID(int=number),
        parent_id=None,
        role="assistant",
        state=state,
        generation_id=UUID(GENERATION) if running else UUID(int=number + 1000),
        blocks=blocks,
        model="gpt-4-1106-preview",
        running=running,
        can_regenerate=not running,
    )


def html(view: ArticleView) -> str:
    """A message as frames carry it."""
    return str.__str__(render_to_string("_message.html", {"m": view}))


class Files(SimpleHTTPRequestHandler):
    """The site's static files as they are, and an empty page at every other address."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.startswith("/static/"):
            super().do_GET()
            return
        page = b"<!doctype html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        """A test's output is no place for an access log."""


@contextmanager
def serving_files() -> Iterator[str]:
    """The address of a server of static files on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=ROOT))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Socket:
    """The server's end of one websocket."""

    def __init__(self, route: WebSocketRoute) -> None:
        self.frames: list[dict[str, Any]] = []
        self._route = route
        route.on_message(lambda text: self.frames.append(json.loads(text)))

    def send(self, type: str, **fields: object) -> None:
        self._route.send(json.dumps({"type": type, **fields}))

    def welcome(self, person: str = "7", ping_seconds: int = 30) -> None:
        limits = {"message_characters": 1000, "frames_unacked": 8}
        self.send("welcome", version=1, person=person, ping_seconds=ping_seconds, **limits)

    def close(self, code: int = 1006) -> None:
        # A script may not send 1006 itself; any other unknown code looks the same to the page.
        self._route.close(code=4999 if code == 1006 else code)

    def got(self, type: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == type]

    def show(
        self,
        *views: ArticleView,
        revision: int = 2,
        older: bool = False,
        changed: int | None = None,
        beside: tuple[ArticleView, ...] = (),
    ) -> None:
        """A `conversation` frame: its path is `views`, the last `changed` (or all) of which are sent."""
        sent = (views if changed is None else views[len(views) - changed :]) + beside
        messages = [{"id": str(view.id), "role": view.role, "html": html(view)} for view in sent]
        path = [str(view.id) for view in views]
        fields = {"revision": revision, "title": "A title", "model": "gpt-4-1106-preview", "older": older}
        columns = {"beside": [str(view.id) for view in beside]} if beside else {}
        self.send(
            "conversation", conversation=CONVERSATION, path=path, messages=messages, **fields, **columns
        )

    def snapshot(self, message: int, *blocks: str, seq: int = 1, cursor: int = 0) -> None:
        ids = {"generation": GENERATION, "conversation": CONVERSATION, "message": uid(message)}
        self.send("generation.snapshot", **ids, state="running", seq=seq, cursor=cursor, blocks=list(blocks))

    def delta(self, seq: int, count: int, *splices: tuple[int, int, int, str], cursor: int = 1) -> None:
        fields = {
            "seq": seq,
            "cursor": cursor,
            "blocks": count,
            "patch": [list(splice) for splice in splices],
        }
        self.send("generation.delta", generation=GENERATION, **fields)

    def end(self, message: int, hash: str, state: str = "complete") -> None:
        ids = {"generation": GENERATION, "conversation": CONVERSATION, "message": uid(message)}
        self.send("generation.end", **ids, state=state, cursor=1, hash=hash)

    def accept(self, start: dict[str, Any], message: int, reply: int, **more: bool) -> None:
        ids = {"message": uid(message), "reply": uid(reply), "conversation": CONVERSATION}
        answer = {"client_id": start["client_id"], "ref": start["ref"], "repeated": False} | more
        self.send("turn.accepted", **ids, generation=GENERATION, **answer)


class Chat:
    """One page and the test's side of it."""

    def __init__(
        self,
        browser: Browser,
        site: str,
        path: str,
        *,
        articles: tuple[ArticleView, ...] = (),
        older: bool = False,
        draft: str = "",
        welcome: bool = True,
        refuse_sockets: bool = False,
        before: Callable[[Page], None] | None = None,
        **context: Any,
    ) -> None:
        self.sockets: list[Socket] = []
        self.posts: list[tuple[str, dict[str, str]]] = []
        self.errors: list[str] = []
        self.welcome = welcome
        self.refuse_sockets = refuse_sockets
        self.unreachable = False
        self._shown = {"articles": articles, "older": older, "draft": draft}
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        for address in ("", "c/*", "conversations", "drafts"):
            self.page.route(f"{site}/{address}", self._answer)
        self.page.route_web_socket("**/ws**", self._connected)
        if before:
            before(self.page)
        self.page.goto(site + path)
        if welcome:
            self.until(lambda: bool(self.sockets))

    @property
    def socket(self) -> Socket:
        """The newest."""
        return self.sockets[-1]

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log", name="Conversation")

    def until(self, true: Callable[[], bool]) -> None:
        """Let the page go on until the test's side has seen what it waits for."""
        deadline = time.monotonic() + SECONDS
        while not true():
            assert time.monotonic() < deadline, "it did not happen in time"
            self.page.wait_for_timeout(5)

    def frame(self, type: str, count: int = 1) -> dict[str, Any]:
        """The `count`-th frame of this type on the newest socket, once it has come."""
        self.until(lambda: len(self.socket.got(type)) >= count)
        return self.socket.got(type)[count - 1]

    def say(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def _connected(self, route: WebSocketRoute) -> None:
        if self.refuse_sockets:
            route.close(code=4999)
            return
        self.sockets.append(Socket(route))
        if self.welcome:
            self.socket.welcome()

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if self.unreachable:
            route.abort()
        elif route.request.method == "POST":
            fields = {key: values[0] for key, values in parse_qs(route.request.post_data or "").items()}
            self.posts.append((path, fields))
            route.fulfill(status=204)
        elif path == "/conversations":
            route.fulfill(content_type="text/html", body="")
        else:
            route.fulfill(content_type="text/html", body=self._html(path))

    def _html(self, path: str) -> str:
        conversation = {"id": CONVERSATION, "title": "A title", "revision": 1, "system_prompt": ""}
        models = [ModelChoice("gpt-4-1106-preview"), ModelChoice("gpt-4-0125-preview")]
        context = {
            "conversation": conversation if path.startswith("/c/") else None,
            "models": models,
            "model": models[0].name,
            "message_characters": 1000,
            "frame_bytes": 1_000_000,
            "person": PERSON,
            "blank_user": BLANK_USER,
            "blank_assistant": BLANK_ASSISTANT,
        }
        return str.__str__(render_to_string("chat.html", context | attaching_choices([]) | self._shown))
