"""Files in the editor of a message: added as in the message box, and nothing lost whatever becomes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.attachments import samples
from tests.browser.conftest import Seat
from tests.browser.desk import Desk, kinds, received, slow
from tests.browser.test_accessibility import AXE, barriers
from tests.live.host import Host
from tests.live.site import Site

EDITOR = ".editor textarea"


def edits(desk: Desk, *files: str) -> Locator:
    """Send a message with these files, and open its editor; its files there."""
    if files:
        desk.picks(*(desk.file(name) for name in files))
    for name in files:
        desk.is_there(name)
    desk.tab.sends("As it was")
    desk.tab.sees_end()
    desk.tab.presses("Edit", desk.tab.words.last)
    return desk.page.get_by_role("list", name="Files of this message").get_by_role("listitem")


def are_there(chips: Locator, names: Sequence[str]) -> None:
    expect(chips).to_contain_text(list(names))
    for number in range(len(names)):
        expect(chips.nth(number)).to_have_attribute("data-state", "ready")


def saves(desk: Desk, text: str) -> None:
    desk.page.get_by_label("Edit your words").fill(text)
    desk.tab.presses("Save & send")


def test_an_edited_message_keeps_the_files_that_were_not_taken_out(desk: Desk, host: Host) -> None:
    tab = desk.tab
    chips = edits(desk, "stays.png", "goes.png")
    expect(chips.first.locator("img")).to_be_visible()
    tab.presses("Remove goes.png")
    expect(tab.page.get_by_role("button", name="Remove stays.png")).to_be_focused()
    saves(desk, "As it is")
    expect(tab.words.last).to_contain_text("As it is")
    tab.sees_end()
    assert kinds(received(host, "As it is")) == ["text", "image_url"]
    expect(tab.words.last.get_by_role("link")).to_have_count(1)
    tab.presses("Previous version", tab.words.last)
    expect(tab.words.last.get_by_role("link")).to_have_count(2)


def test_files_are_added_by_button_drop_and_paste_and_sent_with_the_changed_message(
    desk: Desk, host: Host
) -> None:
    tab = desk.tab
    chips = edits(desk, "first.png")
    desk.picks(desk.file("picked.pdf", samples.pdf()), button="Add files")
    desk.gives("paste", ("pasted.png", "image/png", samples.picture(size=(60, 20))), within=EDITOR)
    desk.gives("dragenter", ("dropped.txt", "text/plain", b""), within=EDITOR)
    expect(tab.page.get_by_text("Drop files here to add them to this message")).to_be_visible()
    desk.gives("drop", ("dropped.txt", "text/plain", b"The answer is 42."), within=EDITOR)
    expect(tab.page.locator("[data-drop]")).to_be_hidden()
    desk.gives("drop", ("next.txt", "text/plain", b"Of the next message."))
    desk.is_there("next.txt")
    names = ["first.png", "picked.pdf", "pasted.png", "dropped.txt"]
    are_there(chips, names)
    tab.presses("What goes up")
    expect(tab.page.get_by_role("dialog")).to_contain_text(f"[{', '.join(names)}]")
    tab.presses("Close", tab.page.get_by_role("dialog"))
    saves(desk, "With more files")
    expect(tab.words.last.get_by_role("link")).to_have_count(4)
    tab.sees_end()
    assert kinds(received(host, "With more files")) == ["text", "image_url", "file", "image_url", "text"]
    expect(desk.chips).to_contain_text(["next.txt"])
    tab.presses("Previous version", tab.words.last)
    expect(tab.words.last.get_by_role("link")).to_have_count(1)


def test_limits_and_refusals_are_told_in_the_editor_and_hold_the_message_back(desk: Desk) -> None:
    tab = desk.tab
    tab.browser.watch.expects("status of 400")
    chips = edits(desk)
    line = tab.words.last.locator(".editor [data-hint]")
    desk.picks(desk.file("tool.bin", b"\0\1"), button="Add files")
    expect(chips).to_contain_text("is of no kind that can be attached")
    saves(desk, "Look")
    expect(line).to_have_text("“tool.bin” is not attached. Remove it or try again; nothing was sent.")
    expect(line).to_have_class("wrong")
    tab.presses("Remove tool.bin")
    expect(tab.page.get_by_role("button", name="Add files")).to_be_focused()
    desk.picks(*(desk.file(f"{number}.txt", b"x") for number in range(9)), button="Add files")
    expect(chips).to_have_count(8)
    expect(line).to_have_text("A message can have 8 files: 1 left out.")
    assert not [frame for frame in tab.frames if frame["type"] == "turn.edit"]


def test_the_changed_message_waits_for_its_files_and_is_not_sent_when_cancelled(desk: Desk) -> None:
    tab, chips = desk.tab, edits(desk, "kept.png")
    tab.box.fill("a draft beside it")
    let_go = slow(desk)
    desk.picks(desk.file("slow.txt", b"slow"), button="Add files")
    saves(desk, "Once it is there")
    waits = tab.page.get_by_text("Your message goes as soon as they are there.", exact=False).first
    expect(waits).to_be_visible()
    tab.presses("Cancel")
    let_go()
    expect(tab.words).to_have_count(1)
    expect(tab.words.last.get_by_role("link", name="kept.png")).to_be_visible()
    assert not [frame for frame in tab.frames if frame["type"] == "turn.edit"]
    expect(tab.box).to_have_value("a draft beside it")
    tab.presses("Edit", tab.words.last)
    are_there(chips, ["kept.png"])
    desk.picks(desk.file("slow.txt", b"slow"), button="Add files")
    saves(desk, "Once it is there")
    expect(waits).to_be_visible()
    let_go()
    expect(tab.words.last).to_contain_text("Once it is there")
    tab.sees_end()
    expect(tab.words.last.get_by_role("link")).to_have_count(2)


def test_a_cut_link_costs_no_file_and_what_has_not_left_can_be_taken_back(desk: Desk) -> None:
    tab, chips = desk.tab, edits(desk)
    desk.picks(desk.file("added.txt", b"added"), button="Add files")
    are_there(chips, ["added.txt"])
    tab.page.context.set_offline(True)
    expect(tab.band).to_be_visible()
    saves(desk, "Sent when back")
    expect(tab.words.last.locator(".editor [data-hint]")).to_have_text("Sending…")
    tab.page.context.set_offline(False)
    expect(tab.words.last).to_contain_text("Sent when back")
    tab.sees_end()
    expect(tab.words.last.get_by_role("link", name="added.txt")).to_be_visible()
    tab.presses("Edit", tab.words.last)
    tab.page.context.set_offline(True)
    expect(tab.band).to_be_visible()
    saves(desk, "Never sent")
    tab.presses("Cancel")
    tab.page.context.set_offline(False)
    expect(tab.band).to_be_hidden()
    tab.sends("After it")
    expect(tab.replies).to_have_count(2)
    tab.sees_end()
    assert [frame["text"] for frame in tab.frames if frame["type"] == "turn.edit"] == ["Sent when back"]


def test_what_was_added_and_cancelled_is_taken_from_the_site(desk: Desk) -> None:
    chips = edits(desk, "kept.png")
    desk.picks(desk.file("dropped.txt", b"dropped"), button="Add files")
    are_there(chips, ["kept.png", "dropped.txt"])
    removal = re.compile(r"/attachments/[0-9a-f-]{36}/remove$")
    with desk.page.expect_response(removal) as removed:
        desk.tab.presses("Cancel")
    assert removed.value.status == 204
    assert chips_of_site(desk) == ["kept.png"]


def chips_of_site(desk: Desk) -> list[str]:
    """The names of all files that the site has of this person."""
    query = "SELECT name FROM conversations_attachment WHERE owner_id = ?"
    rows = desk.tab.site.rows(query, desk.tab.browser.person.pk)
    return [row["name"] for row in rows]


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_barriers_and_no_sideways_scroll_in_an_editor_with_files(
    site: Site, at_browser: Seat, tmp_path: Path, colours: str
) -> None:
    somebody = at_browser(site, color_scheme=colours)
    somebody.watch.expects("status of 400")
    somebody.context.add_init_script(path=AXE)
    desk = Desk(somebody.opens(), tmp_path)
    chips = edits(desk, "a.png")
    desk.picks(desk.file("n" * 100 + ".txt", b"x"), desk.file("c.bin", b"\0"), button="Add files")
    expect(chips.nth(2)).to_have_attribute("data-state", "failed")
    for width in (390, 820, 1440):
        desk.page.set_viewport_size({"width": width, "height": 800})
        desk.tab.no_sideways_scroll()
    assert barriers(desk.page) == []
