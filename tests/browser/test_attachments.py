"""Files in the browser: attached by button, drop and paste, sent, kept over a reload, viewed, edited."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.attachments import samples
from tests.browser.conftest import Seat
from tests.browser.desk import Desk, kinds, received, slow
from tests.browser.test_accessibility import AXE, barriers
from tests.live.host import GREETING, Host
from tests.live.site import Site

PICTURES_ARE_THERE = """() => [...document.querySelectorAll('.attached img')]
  .every((image) => image.complete && image.naturalWidth > 0)"""


def test_files_by_button_paste_and_drop_are_sent_with_the_message(desk: Desk, host: Host) -> None:
    tab = desk.tab
    desk.picks(desk.file("red.png"), desk.file("page.pdf", samples.pdf()))
    desk.gives("paste", ("pasted.png", "image/png", samples.picture(size=(60, 20))))
    target = tab.page.get_by_text("Drop files here to attach them")
    desk.gives("dragenter", ("notes.txt", "text/plain", b"n"))
    expect(target).to_be_visible()
    desk.gives("drop", ("notes.txt", "text/plain", b"The answer is 42."))
    expect(target).to_be_hidden()
    for name in ("red.png", "page.pdf", "pasted.png", "notes.txt"):
        desk.is_there(name)
    tab.sends("Four files for you")
    expect(desk.chips).to_have_count(0)
    tab.sees_reply(GREETING)
    tab.sees_end()
    parts = received(host, "Four files for you")
    assert kinds(parts) == ["text", "image_url", "file", "image_url", "text"]
    assert "The answer is 42." in parts[-1]["text"]
    shown = tab.words.last
    expect(shown.get_by_role("link")).to_have_count(4)
    tab.page.wait_for_function(PICTURES_ARE_THERE)
    with tab.page.expect_download() as download:
        shown.get_by_role("link", name=re.compile(r"notes\.txt")).click()
    assert Path(download.value.path()).read_bytes() == b"The answer is 42."


def test_a_tall_picture_stays_within_its_chip(desk: Desk) -> None:
    desk.picks(desk.file("tall.png", samples.picture(size=(20, 120))))
    chip = desk.is_there("tall.png")
    picture = chip.locator("img").bounding_box()
    assert picture and (picture["width"], picture["height"]) == (40, 40)


def test_files_alone_are_a_message_and_come_with_the_next_one_too(desk: Desk, host: Host) -> None:
    tab = desk.tab
    tab.send.click()
    expect(tab.words).to_have_count(0)
    desk.picks(desk.file("alone.png"))
    desk.is_there("alone.png")
    tab.send.click()
    tab.sees_end()
    expect(tab.page).to_have_title(re.compile(r"alone\.png"))
    tab.sends("What was in it?")
    expect(tab.replies).to_have_count(2)
    tab.sees_end()
    request = next(one for one in reversed(host.requests) if b"What was in it?" in one.body)
    assert kinds(request.json()["messages"][0]["content"]) == ["image_url"]


def test_a_draft_with_its_files_survives_a_reload_and_another_browser(
    desk: Desk, site: Site, at_browser: Seat
) -> None:
    tab = desk.tab
    desk.picks(desk.file("kept.png"), desk.file("gone.png", samples.picture(size=(9, 9))))
    tab.box.fill("half a sentence")
    desk.is_there("kept.png")
    desk.is_there("gone.png")
    tab.presses("Remove gone.png")
    expect(tab.page.get_by_role("button", name="Remove kept.png")).to_be_focused()
    with tab.page.expect_response("**/drafts"):
        pass
    tab.reloads()
    desk.is_there("kept.png")
    expect(desk.chips).to_have_count(1)
    expect(tab.box).to_have_value("half a sentence")
    elsewhere = Desk(at_browser(site, tab.browser.person).opens(), desk._folder)
    elsewhere.is_there("kept.png")
    expect(elsewhere.tab.box).to_have_value("half a sentence")
    tab.send.click()
    tab.sees_end()
    expect(tab.words.last.get_by_role("img", name="kept.png")).to_be_visible()
    tab.reloads()
    expect(desk.chips).to_have_count(0)


def test_what_cannot_be_attached_says_why_and_holds_the_message_back(desk: Desk) -> None:
    tab = desk.tab
    tab.browser.watch.expects("status of 400")
    desk.picks(desk.file("tool.bin", b"\0\1"), desk.file("fine.png"))
    desk.is_there("fine.png")
    bad = desk.chips.filter(has_text="tool.bin")
    expect(bad).to_contain_text("is of no kind that can be attached")
    expect(bad.get_by_role("button", name="Try again")).to_be_hidden()
    tab.box.fill("Look")
    tab.send.click()
    expect(tab.hint).to_contain_text("“tool.bin” is not attached. Remove it or try again; nothing was sent.")
    expect(tab.words).to_have_count(0)
    tab.presses("Remove tool.bin")
    tab.send.click()
    tab.sees_end()


def test_more_than_a_message_can_have_are_left_out_and_this_is_said(desk: Desk) -> None:
    desk.picks(*(desk.file(f"{number}.txt", b"x") for number in range(9)))
    expect(desk.chips).to_have_count(8)
    expect(desk.tab.hint).to_have_text("A message can have 8 files: 1 left out.")


def test_a_file_that_is_too_large_is_not_even_sent(desk: Desk) -> None:
    desk.picks(desk.file("huge.pdf", b"%PDF" + b"x" * 20 * 2**20))
    expect(desk.chips).to_contain_text("Too large: 20 MB of at most 20 MB.")


def test_send_waits_for_files_on_their_way_and_then_sends(desk: Desk) -> None:
    tab, let_go = desk.tab, slow(desk)
    desk.picks(desk.file("slow.png"))
    tab.box.fill("Once it is there")
    tab.send.click()
    expect(tab.hint).to_contain_text("Your message goes as soon as they are there.")
    expect(tab.words).to_have_count(0)
    let_go()
    expect(tab.words).to_have_count(1)
    tab.sees_end()
    expect(tab.words.last.get_by_role("img", name="slow.png")).to_be_visible()


def test_whoever_goes_on_writing_is_not_sent_in_the_middle(desk: Desk) -> None:
    tab, let_go = desk.tab, slow(desk)
    desk.picks(desk.file("slow.png"))
    tab.box.fill("Once it is there")
    tab.send.click()
    tab.box.press_sequentially(", and")
    expect(tab.hint).to_have_text("")
    let_go()
    desk.is_there("slow.png")
    expect(tab.words).to_have_count(0)
    expect(tab.box).to_have_value("Once it is there, and")


def test_a_file_that_did_not_arrive_can_be_tried_again(desk: Desk) -> None:
    tab = desk.tab
    tab.browser.watch.expects("ERR_FAILED")
    desk.page.route("**/attachments", lambda route: route.abort())
    desk.picks(desk.file("again.png"))
    chip = desk.chips.filter(has_text="again.png")
    expect(chip).to_contain_text("The site cannot be reached.")
    desk.page.unroute("**/attachments")
    tab.presses("Try again to attach again.png")
    desk.is_there("again.png")


def test_an_image_opens_at_its_full_size_and_the_arrows_lead_on(desk: Desk) -> None:
    tab = desk.tab
    desk.picks(desk.file("one.png", samples.picture(size=(900, 600))), desk.file("two.png"))
    desk.is_there("one.png")
    desk.is_there("two.png")
    tab.send.click()
    tab.sees_end()
    viewer = tab.page.get_by_role("dialog")
    link = tab.words.last.get_by_role("link", name="one.png")
    link.focus()
    tab.page.keyboard.press("Enter")
    expect(viewer.get_by_role("img", name="one.png")).to_be_visible()
    expect(viewer).to_contain_text("1 of 2, image")
    tab.page.keyboard.press("ArrowRight")
    expect(viewer.get_by_role("img", name="two.png")).to_be_visible()
    tab.page.keyboard.press("ArrowRight")
    expect(viewer.get_by_role("img", name="one.png")).to_be_visible()
    viewer.get_by_role("button", name="Previous image").click()
    with tab.page.expect_download() as download:
        viewer.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "two.png"
    tab.page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(link).to_be_focused()


def test_a_message_that_is_not_stored_yet_shows_its_files(desk: Desk) -> None:
    tab = desk.tab
    desk.picks(desk.file("waits.png"))
    desk.is_there("waits.png")
    tab.page.context.set_offline(True)
    tab.box.fill("Later")
    tab.send.click()
    expect(tab.words.last).to_contain_text("back online")
    expect(tab.words.last.get_by_role("link", name="waits.png")).to_have_count(1)
    tab.page.context.set_offline(False)
    tab.sees_end()
    expect(tab.words).to_have_count(1)
    expect(tab.words.last.get_by_role("img", name="waits.png")).to_be_visible()


def test_a_message_taken_back_brings_its_files(desk: Desk, site: Site) -> None:
    tab = desk.tab
    desk.picks(desk.file("back.png"))
    desk.is_there("back.png")
    tab.box.fill("Second thoughts")
    tab.page.context.set_offline(True)
    expect(tab.band).to_be_visible()
    tab.send.click()
    tab.presses("Cancel", tab.words.last)
    expect(tab.box).to_have_value("Second thoughts")
    desk.is_there("back.png")
    tab.page.context.set_offline(False)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_barriers_with_files_in_the_box_in_messages_and_in_the_viewer(
    site: Site, at_browser: Seat, tmp_path: Path, colours: str
) -> None:
    somebody = at_browser(site, color_scheme=colours)
    somebody.watch.expects("status of 400")
    somebody.context.add_init_script(path=AXE)
    desk = Desk(somebody.opens(), tmp_path)
    desk.picks(desk.file("a.png"), desk.file("b.pdf", samples.pdf()), desk.file("c.bin", b"\0"))
    desk.is_there("a.png")
    desk.is_there("b.pdf")
    expect(desk.chips.filter(has_text="c.bin")).to_have_attribute("data-state", "failed")
    assert barriers(desk.page) == []
    desk.tab.presses("Remove c.bin")
    desk.tab.send.click()
    desk.tab.sees_end()
    assert barriers(desk.page) == []
    desk.tab.words.last.get_by_role("link", name="a.png").click()
    assert barriers(desk.page) == []


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_no_file_makes_the_page_wider_than_the_window(desk: Desk, width: int) -> None:
    desk.page.set_viewport_size({"width": width, "height": 800})
    wide = desk.file("w" * 100 + ".png", samples.picture(size=(2000, 20)))
    desk.picks(wide, desk.file("n" * 100 + ".txt", b"x"))
    expect(desk.chips.nth(1)).to_have_attribute("data-state", "ready")
    expect(desk.chips.nth(0)).to_have_attribute("data-state", "ready")
    desk.tab.no_sideways_scroll()
    desk.tab.send.click()
    desk.tab.sees_end()
    desk.tab.no_sideways_scroll()
