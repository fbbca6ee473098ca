"""What went wrong on a page without anybody pressing anything: errors, dialogs, foreign requests.

Every test fails when one of them happened; a test that brings one about on purpose names it with `expects`.
"""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, WebError

OWN_SCHEMES = ("data:", "blob:", "about:")


class Watch:
    """Listens to one browser. `problems`: what happened and was not expected."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self._happened: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        self._origin = origin
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("page", self._opened)

    def expects(self, *patterns: str) -> None:
        """From now on, these are part of the test."""
        self._expected += [re.compile(pattern) for pattern in patterns]

    @property
    def problems(self) -> list[str]:
        return [text for text in self._happened if not any(p.search(text) for p in self._expected)]

    def _opened(self, page: Page) -> None:
        page.on("dialog", self._dialog)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._happened.append(f"console {message.type}: {message.text}")

    def _error(self, error: WebError) -> None:
        self._happened.append(f"uncaught: {error.error}")

    def _dialog(self, dialog: Dialog) -> None:
        self._happened.append(f"dialog: {dialog.type} {dialog.message}")
        dialog.accept()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self._origin, *OWN_SCHEMES)):
            self._happened.append(f"request: {request.url}")
