"""Chromium, the sites it visits, and people at browsers whose pages must stay free of errors.

`site` asks a model host that the test scripts, to the word. `demo` is what `script/server` gives: the site
on its built-in completions server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.desk import Desk
from tests.browser.people import SECONDS, AtBrowser
from tests.conftest import CHROMIUM
from tests.live.host import Host, running_host
from tests.live.site import KEY, Person, Site, broken_promises, new_site
from tests.site.servers import prepare

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
Seat = Callable[..., AtBrowser]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for the package: Playwright's event loop must be gone before tests that bring their own."""
    expect.set_options(timeout=SECONDS * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def host() -> Iterator[Host]:
    with running_host() as running:
        yield running


@pytest.fixture(scope="package")
def site(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = new_site(tmp_path_factory.mktemp("browser"), host.url, CHATSITE_SOCKETS_PER_USER="60")
    with made.running():
        yield made


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("demo"), {"CHATSITE_SOCKETS_PER_ADDRESS": "400"})
    prepare(made.data)
    with made.running():
        yield made


@pytest.fixture
def at_browser(chromium: Browser) -> Iterator[Seat]:
    """Seats a person at a browser, `at_browser(site)`; afterwards nothing may have gone wrong on any page."""
    seated: list[AtBrowser] = []

    def seat(
        site: Site, person: Person | None = None, *, session: bool = True, **options: object
    ) -> AtBrowser:
        somebody = AtBrowser(chromium, site, person or site.person(), **options)
        seated.append(somebody.has_session() if session else somebody)
        return somebody

    yield seat
    for somebody in seated:
        somebody.context.close()
    assert [problem for somebody in seated for problem in somebody.watch.problems] == []
    for site in {id(somebody.site): somebody.site for somebody in seated}.values():
        assert site.serving is not None
        assert "Traceback" not in site.serving.text
        assert KEY not in site.serving.text
        at_rest(site)


@pytest.fixture
def desk(site: Site, at_browser: Seat, tmp_path: Path) -> Desk:
    """A tab with a new chat, and files beside it."""
    return Desk(at_browser(site).opens(), tmp_path)


def at_rest(site: Site) -> None:
    """The promises about the rows that do not depend on a reply which another test left running."""
    broken = [
        promise for promise in broken_promises(site) if not promise.startswith("a reply is still active")
    ]
    assert not broken
