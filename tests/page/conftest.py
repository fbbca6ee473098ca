"""Chromium, and pages of the site whose server side is scripted by the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM
from tests.page.scripted import Chat, serving_files

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OpenChat = Callable[..., Chat]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser per module: Playwright's event loop must be gone before tests that bring their own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def files() -> Iterator[str]:
    """The address at which the site's static files are."""
    with serving_files() as address:
        yield address


@pytest.fixture(scope="module")
def empty_page(chromium: Browser, files: str) -> Iterator[Page]:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(files)
    yield page
    context.close()


@pytest.fixture
def modules(empty_page: Page) -> Page:
    """An empty page which can import the site's scripts; nothing is kept on the device."""
    empty_page.evaluate("localStorage.clear()")
    return empty_page


@pytest.fixture
def open_chat(chromium: Browser, files: str) -> Iterator[OpenChat]:
    """Opens the chat page, by default connected; afterwards no script may have failed on any page."""
    chats: list[Chat] = []

    def open_one(path: str = "/", **options: object) -> Chat:
        chats.append(Chat(chromium, files, path, **options))  # type: ignore[arg-type]
        return chats[-1]

    yield open_one
    for chat in chats:
        chat.context.close()
    assert [error for chat in chats for error in chat.errors] == []
