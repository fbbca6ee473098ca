"""The Django admin in Chromium, under our policy: nothing on its pages is stopped by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.conftest import CHROMIUM
from tests.site.servers import manage, prepare, serve

pytestmark = pytest.mark.browser
EMAIL, PASSWORD = "ada@example.org", "a long enough password"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    prepare(tmp_path)
    manage(tmp_path, "ensure_admin", CHATSITE_ADMIN_EMAIL=EMAIL, CHATSITE_ADMIN_PASSWORD=PASSWORD)
    with serve(tmp_path) as serving:
        yield serving.address()


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def test_an_admin_adds_a_person_and_the_policy_stops_nothing(site: str, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site}/admin/accounts/user/add/")
    page.fill("[name=login]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{site}/admin/accounts/user/add/")
    page.fill("[name=email]", "dora@example.org")
    page.fill("[name=password1]", "a password for Dora")
    page.fill("[name=password2]", "a password for Dora")
    page.click("[name=_save]")
    page.wait_for_url(f"{site}/admin/accounts/user/*/change/")
    assert page.locator(".success").inner_text().count("dora@example.org") == 1
    page.goto(f"{site}/admin/")
    page.goto(f"{site}/admin/accounts/user/?q=dora")
    assert page.locator("#result_list tbody tr").count() == 1
    assert complaints == []
