"""A tab with files beside it, and what the model's host was sent of them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Route, expect

from tests.attachments import samples
from tests.browser.people import Tab
from tests.live.host import Host

GIVE = """([kind, files, within]) => {
  const data = new DataTransfer();
  for (const [name, type, bytes] of files) {
    data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }));
  }
  const place = document.querySelector(within || (kind === 'paste' ? '#message' : '[data-log]'));
  const detail = { bubbles: true, cancelable: true };
  if (kind === 'paste') place.dispatchEvent(new ClipboardEvent('paste', { ...detail, clipboardData: data }));
  else place.dispatchEvent(new DragEvent(kind, { ...detail, dataTransfer: data }));
}"""


class Desk:
    """A tab, and files beside it."""

    def __init__(self, tab: Tab, folder: Path) -> None:
        self.tab = tab
        self.page = tab.page
        self._folder = folder
        self.tray = self.page.get_by_role("list", name="Files to send")
        self.chips = self.tray.get_by_role("listitem")

    def file(self, name: str, data: bytes | None = None) -> str:
        path = self._folder / name
        path.write_bytes(samples.picture() if data is None else data)
        return str(path)

    def picks(self, *paths: str, button: str = "Attach files") -> None:
        """Choose files in the dialog that the button opens."""
        with self.page.expect_file_chooser() as chooser:
            self.tab.presses(button)
        chooser.value.set_files(list(paths))

    def gives(self, kind: str, *files: tuple[str, str, bytes], within: str = "") -> None:
        """Paste or drop files; within: another element than where one writes or reads."""
        given = [[name, type, base64.b64encode(data).decode()] for name, type, data in files]
        self.page.evaluate(GIVE, [kind, given, within])

    def is_there(self, name: str) -> Locator:
        """Wait until the site has the file."""
        chip = self.chips.filter(has_text=name)
        expect(chip).to_have_attribute("data-state", "ready")
        return chip


def received(host: Host, words: str) -> list[Any]:
    """The parts of the last message of the newest request that has these words."""
    for request in reversed(host.requests):
        if words.encode() in request.body:
            content: list[Any] = request.json()["messages"][-1]["content"]
            return content
    raise AssertionError(f"no request with {words!r} came")


def kinds(parts: list[Any]) -> list[str]:
    return [part["type"] for part in parts]


def slow(desk: Desk) -> Callable[[], None]:
    """Hold uploads back until the result is called."""
    held: list[Route] = []
    desk.page.route("**/attachments", lambda route: held.append(route))

    def let_go() -> None:
        while held:
            held.pop().continue_()

    return let_go
