"""What a reply may show: code, tables, lists, formulas; and what it must never do."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Seat
from tests.browser.people import Tab
from tests.live.site import Site

FORBIDDEN = ", ".join(
    f".prose {name}" for name in ("script", "iframe", "img", "form", "style", "base", "meta")
)
NARROW = {"width": 390, "height": 844}


@pytest.fixture
def phone(demo: Site, at_browser: Seat) -> Tab:
    return at_browser(demo, viewport=NARROW).opens()


def test_markdown_is_shown_within_a_narrow_page(phone: Tab) -> None:
    phone.sends("scenario: markdown rate=0")
    phone.sees_end()
    prose = phone.reply.locator(".prose")
    assert prose.locator("pre span[class]").count() > 10, "code is highlighted"
    assert prose.locator("[data-copy-code]").count() == prose.locator("pre").count()
    assert prose.locator("math").count() >= 4
    assert prose.locator("li input[type=checkbox][disabled]").count() == 3
    table = prose.locator("table").first
    inside = table.evaluate("""table => {
      const room = table.closest('.block');
      return room.getBoundingClientRect().right <= innerWidth && table.getBoundingClientRect().height > 0;
    }""")
    assert inside
    phone.no_sideways_scroll()
    phone.reloads()
    phone.no_sideways_scroll()
    phone.shows_what_is_stored()


@pytest.mark.parametrize("scenario", ["huge-chunk size=20000", "unicode", "odd-deltas", "disorder"])
def test_odd_text_stays_within_the_page(phone: Tab, scenario: str) -> None:
    phone.sends(f"scenario: {scenario} rate=0")
    phone.sees_end()
    phone.no_sideways_scroll()


def test_hostile_text_does_nothing(demo: Site, at_browser: Seat) -> None:
    alice = at_browser(demo, viewport=NARROW)
    tab = alice.opens()
    tab.page.add_init_script(
        "addEventListener('securitypolicyviolation', (event) => console.error(event.violatedDirective));"
    )
    tab.reloads()
    tab.sends("<img src=x onerror='PWNED=99'><script>PWNED=98</script>\nscenario: hostile rate=0")
    tab.sees_end()
    for _ in range(2):
        assert tab.page.evaluate("typeof window.PWNED") == "undefined"
        assert tab.page.locator(FORBIDDEN).count() == 0
        foreign = tab.page.locator(".prose a[href]").evaluate_all(
            "links => links.map((a) => a.href).filter((href) => !/^(https?|mailto):/.test(href))"
        )
        assert foreign == []
        expect(tab.box).to_be_visible()
        tab.no_sideways_scroll()
        tab.reloads()
        tab.shows_what_is_stored()
    assert alice.watch.problems == []
