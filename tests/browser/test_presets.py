"""Presets in the browser: kept, filled in, renamed, deleted, and begun with."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Seat
from tests.browser.people import Tab
from tests.browser.test_accessibility import AXE, barriers
from tests.browser.test_json_mode import asked
from tests.live.host import Host, says
from tests.live.site import Site

SHARE = """
from conversations.models import Preset
from conversations.store.presets import shared_preset_save
shared_preset_save(Preset(
    name="For letters", system_prompt="Write letters.", model="gone-model", parameters={"seed": 5}
))
"""


@pytest.fixture(scope="module", autouse=True)
def _shared(site: Site) -> None:
    site.orm(SHARE)


@pytest.fixture
def tab(site: Site, at_browser: Seat) -> Tab:
    return at_browser(site).opens()


def box(tab: Tab, label: str) -> Locator:
    return tab.page.get_by_role("dialog").get_by_label(label, exact=True)


def opens_panel(tab: Tab) -> None:
    tab.presses("Settings of this conversation")


def says_of_presets(tab: Tab, words: str) -> None:
    expect(tab.page.locator("[data-preset-says]")).to_have_text(words)


def names(tab: Tab, name: str, *, model: bool = False) -> None:
    """Ask for what stands in the panel to be kept as a preset, by keyboard."""
    tab.page.get_by_role("button", name="Save as preset…").focus()
    tab.page.keyboard.press("Enter")
    box(tab, "Name of the preset").fill(name)
    tab.page.get_by_label("With the model").set_checked(model)
    box(tab, "Name of the preset").press("Enter")


def keeps(tab: Tab, name: str, *, model: bool = False) -> None:
    names(tab, name, model=model)
    says_of_presets(tab, "Saved as a preset.")


def test_a_preset_is_kept_and_filled_in_elsewhere(tab: Tab, host: Host) -> None:
    opens_panel(tab)
    box(tab, "System prompt").fill("Be brief.")
    tab.page.get_by_text("Parameters", exact=True).click()
    box(tab, "Temperature").fill("0.25")
    keeps(tab, "Brief", model=True)
    expect(box(tab, "Preset")).to_be_focused()
    tab.presses("Cancel")

    other = tab.browser.opens()
    prompt = host.will(says("one"))
    other.sends(prompt)
    other.sees_end()
    other.model.select_option("gpt-4-0125-preview")
    opens_panel(other)
    box(other, "System prompt").fill("Be long.")
    other.page.get_by_text("Parameters", exact=True).click()
    box(other, "Top p").fill("0.5")
    box(other, "Preset").select_option(label="Brief")
    says_of_presets(
        other,
        "Fills in: Model gpt-4-1106-preview, System prompt, Temperature 0.25."
        " Replaces what is there for: System prompt. Empties: Top p.",
    )
    assert box(other, "System prompt").input_value() == "Be long.", "choosing alone changes nothing"
    other.presses("Fill in")
    other.presses("Save")
    expect(other.page.get_by_role("dialog")).to_be_hidden()
    expect(other.model).to_have_value("gpt-4-1106-preview")
    prompt = host.will(says("two"))
    other.sends(prompt)
    other.sees_end()
    (sent,) = asked(host, prompt)
    assert (sent["model"], sent["temperature"]) == ("gpt-4-1106-preview", 0.25)
    assert sent["messages"][0]["content"] == "Be brief." and "top_p" not in sent


def test_the_tools_that_a_preset_switches_are_named(tab: Tab) -> None:
    opens_panel(tab)
    parts = tab.page.get_by_role("dialog").locator("details")
    parts.first.locator("summary").click()
    for title in ("Calculator", "Current time"):
        box(tab, title).check()
    tab.page.get_by_text("Parameters", exact=True).click()
    box(tab, "Temperature").fill("0.25")
    keeps(tab, "Sums")
    tab.reloads()
    opens_panel(tab)
    parts.first.locator("summary").click()
    for title in ("Calculator", "Unit conversion"):
        box(tab, title).check()
    box(tab, "Preset").select_option(label="Sums")
    says_of_presets(
        tab, "Fills in: Temperature 0.25. Switches on: Current time. Switches off: Unit conversion."
    )
    tab.presses("Fill in")
    expect(box(tab, "Temperature")).to_be_visible()
    for title, on in (("Calculator", True), ("Current time", True), ("Unit conversion", False)):
        expect(box(tab, title)).to_be_checked(checked=on)
    box(tab, "Preset").select_option(label="For letters")
    expect(tab.page.locator("[data-preset-says]")).to_contain_text("Switches off: Current time, Calculator.")


def test_what_was_filled_in_and_not_saved_is_gone_with_the_dialog(tab: Tab) -> None:
    opens_panel(tab)
    box(tab, "Preset").select_option(label="For letters")
    tab.presses("Fill in")
    expect(box(tab, "System prompt")).to_have_value("Write letters.")
    tab.page.keyboard.press("Escape")
    opens_panel(tab)
    expect(box(tab, "System prompt")).to_have_value("")
    expect(box(tab, "Preset")).to_have_value("")


def test_a_shared_one_can_be_filled_in_and_not_changed(tab: Tab) -> None:
    opens_panel(tab)
    box(tab, "Preset").select_option(label="For letters")
    says_of_presets(
        tab,
        "Fills in: System prompt, Seed 5. Its model gone-model is no longer offered here, so the model stays"
        " as it is.",
    )
    expect(tab.page.get_by_role("button", name="Rename…")).to_be_hidden()
    expect(tab.page.get_by_role("button", name="Delete…")).to_be_hidden()


def test_a_taken_name_asks_and_another_name_asks_anew(tab: Tab) -> None:
    opens_panel(tab)
    box(tab, "System prompt").fill("First.")
    keeps(tab, "Brief")
    box(tab, "System prompt").fill("Second.")
    tab.browser.watch.expects("status of 409")
    names(tab, "BRIEF")
    says_of_presets(tab, "You have a preset “Brief” already. Replace it, or choose another name.")
    expect(tab.page.get_by_role("button", name="Replace it")).to_be_visible()
    box(tab, "Name of the preset").fill("Brie")
    expect(tab.page.get_by_role("button", name="Save preset")).to_be_visible()
    box(tab, "Name of the preset").fill("brief")
    tab.presses("Save preset")
    tab.presses("Replace it")
    says_of_presets(tab, "Saved as a preset.")
    box(tab, "System prompt").fill("")
    tab.presses("Fill in")
    expect(box(tab, "System prompt")).to_have_value("Second.")


def test_renaming_and_deleting(tab: Tab) -> None:
    opens_panel(tab)
    keeps(tab, "Brief")
    tab.presses("Rename…")
    box(tab, "New name").fill("Short")
    box(tab, "New name").press("Enter")
    says_of_presets(tab, "Renamed.")
    chosen = box(tab, "Preset").locator("option:checked")
    expect(chosen).to_have_text("Short")
    tab.presses("Delete…")
    says_of_presets(tab, "Delete the preset “Short” for good? Conversations keep what it filled in.")
    tab.presses("Delete for good")
    says_of_presets(tab, "Deleted.")
    expect(box(tab, "Preset").get_by_role("option", name="Short")).to_have_count(0)


def test_a_new_chat_begins_with_a_preset(tab: Tab, host: Host) -> None:
    opens_panel(tab)
    tab.page.get_by_text("Parameters", exact=True).click()
    box(tab, "Temperature").fill("1.5")
    keeps(tab, "Warm", model=True)
    tab.presses("Cancel")
    tab.model.select_option("gpt-4-0125-preview")
    tab.reloads()
    start = tab.page.get_by_label("Begin with a preset")
    start.select_option(label="For letters")
    line = tab.page.locator("[data-preset-start-says]")
    expect(line).to_contain_text("Fills in: System prompt, Seed 5.")
    start.select_option(label="Warm")
    expect(line).to_have_text("Fills in: Temperature 1.5.")
    prompt = host.will(says("warm words"))
    tab.sends(prompt)
    tab.sees_end()
    (sent,) = asked(host, prompt)
    assert sent["temperature"] == 1.5
    assert "seed" not in sent and [message["role"] for message in sent["messages"]] == ["user"]


def test_the_start_without_a_preset_is_what_it_was(tab: Tab, host: Host) -> None:
    opens_panel(tab)
    box(tab, "System prompt").fill("My own words.")
    tab.presses("Save")
    expect(tab.page.get_by_role("dialog")).to_be_hidden()
    start = tab.page.get_by_label("Begin with a preset")
    line = tab.page.locator("[data-preset-start-says]")
    start.select_option(label="For letters")
    expect(line).to_contain_text("Replaces what is there for: System prompt.")
    start.select_option(index=0)
    expect(line).to_have_text("")
    prompt = host.will(says("fine"))
    tab.sends(prompt)
    tab.sees_end()
    (sent,) = asked(host, prompt)
    assert sent["messages"][0]["content"] == "My own words." and "seed" not in sent


def test_a_preset_deleted_elsewhere_says_so(tab: Tab, site: Site) -> None:
    opens_panel(tab)
    keeps(tab, "Brief")
    tab.browser.watch.expects("status of 404")
    site.orm(
        f"from conversations.models import Preset\n"
        f"Preset.objects.filter(owner_id={tab.browser.person.pk}).delete()"
    )
    tab.presses("Rename…")
    box(tab, "New name").fill("Short")
    tab.presses("Rename")
    says_of_presets(tab, "There is no such preset of your own, or it is no longer yours to see.")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_presets_have_no_barriers(site: Site, at_browser: Seat, scheme: str) -> None:
    somebody = at_browser(site, color_scheme=scheme, viewport={"width": 390, "height": 800}, bypass_csp=True)
    somebody.context.add_init_script(path=AXE)
    tab = somebody.opens()
    opens_panel(tab)
    keeps(tab, "Brief")
    tab.presses("Rename…")
    assert barriers(tab.page) == []
    tab.no_sideways_scroll()
