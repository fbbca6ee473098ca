"""Replies in JSON: chosen in the panel, followed as they arrive, shown as tree and text, judged, mended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Seat
from tests.browser.people import Tab
from tests.browser.steps import Steps
from tests.browser.test_accessibility import AXE, barriers
from tests.live.host import Host, held, says
from tests.live.site import Site

GOOD = '{"category":"praise","confidence":0.9,"why":"They said <b>thanks</b>."}'
WRONG = '{"category":"praise","confidence":7,"why":"x"}'


@pytest.fixture
def tab(site: Site, at_browser: Seat) -> Tab:
    return at_browser(site, permissions=["clipboard-read", "clipboard-write"]).opens()


def chooses(tab: Tab, kind: str, example: str = "") -> None:
    """Save a response format in the panel; with a schema, one of the examples."""
    tab.presses("Settings of this conversation")
    tab.page.get_by_label("Response format").select_option(kind)
    if example:
        tab.presses(example)
        expect(tab.page.locator("[data-check-result]")).to_have_text("A valid JSON Schema.")
    tab.presses("Save")
    expect(tab.page.get_by_role("dialog")).to_be_hidden()


def asked(host: Host, prompt: str) -> list[dict[str, Any]]:
    """The bodies of the requests with this prompt."""
    return [received.json() for received in host.requests if prompt.encode() in received.body]


def verdict(tab: Tab, words: str) -> None:
    expect(tab.reply.locator(".json-verdict")).to_contain_text(words)


def test_a_reply_that_fits_its_schema_is_a_tree_and_a_text_to_copy_and_save(
    tab: Tab, host: Host, tmp_path: Path
) -> None:
    chooses(tab, "json_schema", "Classification")
    prompt = host.will(says(GOOD))
    tab.sends(prompt)
    tab.sees_end()
    verdict(tab, "Valid JSON that fits the schema.")
    (sent,) = asked(host, prompt)
    assert sent["response_format"]["json_schema"]["name"] == "classification"
    assert sent["response_format"]["json_schema"]["strict"] is True
    tree, text = tab.reply.locator(".tree"), tab.reply.locator("pre")
    expect(tree).to_contain_text("They said <b>thanks</b>.")
    expect(text).to_be_hidden()
    tab.reply.get_by_role("radio", name="Tree").focus()
    tab.page.keyboard.press("ArrowRight")
    expect(text).to_have_text(GOOD)
    expect(tree).to_be_hidden()
    tab.page.keyboard.press("ArrowLeft")
    expect(tree).to_be_visible()
    tab.presses("Copy", tab.reply)
    expect(tab.reply.get_by_role("button", name="Copied")).to_be_visible()
    assert tab.page.evaluate("navigator.clipboard.readText()") == GOOD
    with tab.page.expect_download() as download:
        tab.presses("Download", tab.reply)
    assert download.value.suggested_filename.endswith(".json")
    download.value.save_as(tmp_path / "reply.json")
    assert json.loads((tmp_path / "reply.json").read_text()) == json.loads(GOOD)
    tab.reloads()
    verdict(tab, "Valid JSON that fits the schema.")
    tab.shows_what_is_stored()


def test_the_first_problem_is_named_while_the_reply_arrives(tab: Tab, host: Host) -> None:
    chooses(tab, "json_schema", "Classification")
    steps = Steps(host, ['{"category":', '"praise","confidence":', "7,", '"why":"x"}'])
    tab.sends(steps.prompt)
    steps.go()
    verdict(tab, "Valid so far; now at $.category.")
    steps.go()
    verdict(tab, "Valid so far; now at $.confidence.")
    steps.go()
    verdict(tab, "First problem: at $.confidence (line 1, column 35) at most 1 is expected.")
    steps.finish()
    tab.sees_end()
    verdict(tab, "JSON, but not as asked for, at $.confidence: 7 is greater than the maximum of 1.")


def test_a_wrong_reply_can_be_mended_once(tab: Tab, host: Host) -> None:
    chooses(tab, "json_schema", "Classification")
    tab.sends(host.will(says(WRONG), says(GOOD)))
    tab.sees_end()
    tab.box.fill("a draft")
    tab.presses("Ask the model to mend it")
    expect(tab.words.last).to_contain_text("at $.confidence: 7 is greater than the maximum of 1.")
    expect(tab.replies).to_have_count(2)
    tab.sees_end()
    verdict(tab, "Valid JSON")
    expect(tab.box).to_have_value("a draft")
    tab.reloads()
    expect(tab.page.get_by_role("button", name="Ask the model to mend it")).to_have_count(0)


def test_a_mended_reply_that_is_wrong_again_offers_no_second_mending(tab: Tab, host: Host) -> None:
    chooses(tab, "json_schema", "Classification")
    tab.sends(host.will(says(WRONG), says("Sorry.")))
    tab.sees_end()
    tab.presses("Ask the model to mend it")
    expect(tab.replies).to_have_count(2)
    tab.sees_end()
    verdict(tab, "Not JSON: at $ (line 1, column 1)")
    expect(tab.page.get_by_role("button", name="Ask the model to mend it")).to_have_count(0)


def test_a_reply_cut_at_the_length_limit_is_told_so_and_goes_on_from_there(tab: Tab, host: Host) -> None:
    chooses(tab, "json_object")
    prompt = host.will(says('{"list":[1,2', finish="length"), says(",3]}"))
    tab.sends(f"{prompt}\nin JSON")
    tab.sees_end("truncated")
    verdict(tab, "Cut off at $.list[1]: the JSON is not complete.")
    card = tab.sees_card("Cut at the length limit")
    tab.presses("Continue", card)
    verdict(tab, "Valid JSON.")
    tab.sees_end()
    expect(tab.reply.locator("pre")).to_have_text('{"list":[1,2,3]}')
    assert ["response_format" in request for request in asked(host, prompt)] == [True, False]


def test_the_word_json_is_offered_and_never_added_unasked(tab: Tab, host: Host) -> None:
    chooses(tab, "json_object")
    prompt = host.will(says('{"a":1}'))
    tab.box.fill(prompt)
    tab.send.click()
    offer = tab.page.get_by_role("group", name="The word JSON")
    expect(offer).to_contain_text("JSON mode works only when the word “JSON” is")
    expect(tab.box).to_have_value(prompt)
    tab.presses("Send as it is", offer)
    expect(tab.reply).to_have_attribute("data-state", "failed")
    expect(tab.words.last.locator(".words-text")).to_have_text(prompt)
    assert host.calls(prompt) == 0
    tab.box.fill(prompt)
    tab.send.click()
    tab.presses("Add “Answer in JSON.” and send", offer)
    expect(offer).to_be_hidden()
    expect(tab.words.last.locator(".words-text")).to_have_text(f"{prompt}\n\nAnswer in JSON.")
    tab.sees_end()
    verdict(tab, "Valid JSON.")
    tab.sends(prompt)
    tab.sees_end()
    expect(offer).to_be_hidden()


def test_the_word_json_is_asked_about_before_a_message_waits(tab: Tab, host: Host) -> None:
    gate = host.gate()
    tab.sends(host.will(held(gate, "wait ", then=("for it",))))
    tab.sees_reply("wait")
    chooses(tab, "json_object")
    prompt = host.will(says('{"a":1}'))
    tab.box.fill(prompt)
    tab.box.press("Enter")
    waiting = tab.page.get_by_role("group", name="Waiting message")
    expect(waiting).to_be_hidden()
    tab.presses("Add “Answer in JSON.” and send")
    expect(waiting).to_be_visible()
    expect(tab.box).to_have_value(f"{prompt}\n\nAnswer in JSON.")
    expect(tab.words).to_have_count(1)
    gate.open()
    expect(tab.replies).to_have_count(2)
    tab.sees_end()
    assert len(asked(host, prompt)) == 1


def test_a_schema_that_cannot_be_used_is_explained_and_not_saved(tab: Tab) -> None:
    tab.browser.watch.expects("status of 400")
    tab.presses("Settings of this conversation")
    tab.page.get_by_label("Response format").select_option("json_schema")
    tab.presses("Invoice")
    box = tab.page.get_by_label("JSON Schema")
    box.fill('{"type":"objct"}')
    tab.presses("Check the schema")
    result = tab.page.locator("[data-check-result]")
    expect(result).to_contain_text("Not a JSON Schema, at $.type")
    tab.presses("Save")
    expect(tab.page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Not a JSON Schema")
    box.fill('{"type":"array","uniqueItems":true}')
    tab.presses("Check the schema")
    expect(result).to_contain_text("A valid JSON Schema.")
    expect(result).to_contain_text("Strict mode may refuse these keywords: uniqueItems.")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_barriers_in_the_panel_the_question_and_the_replies(
    site: Site, host: Host, at_browser: Seat, colours: str
) -> None:
    somebody = at_browser(site, color_scheme=colours)
    somebody.context.add_init_script(path=AXE)
    tab = somebody.opens()
    tab.presses("Settings of this conversation")
    tab.page.get_by_label("Response format").select_option("json_schema")
    tab.presses("Invoice")
    expect(tab.page.locator("[data-check-result]")).to_have_text("A valid JSON Schema.")
    assert barriers(tab.page) == []
    tab.page.get_by_label("Response format").select_option("json_object")
    tab.presses("Save")
    expect(tab.page.get_by_role("dialog")).to_be_hidden()
    tab.box.fill("Hello")
    tab.send.click()
    expect(tab.page.get_by_role("group", name="The word JSON")).to_be_visible()
    assert barriers(tab.page) == []
    prompt = host.will(says(json.dumps({"items": list(range(60)), "why": None})), says("Sorry."))
    for words in ("Valid JSON.", "Not JSON"):
        tab.sends(f"{prompt}\nJSON")
        verdict(tab, words)
        tab.sees_end()
        assert barriers(tab.page) == []


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_nothing_makes_the_page_wider_than_the_window(tab: Tab, host: Host, width: int) -> None:
    tab.page.set_viewport_size({"width": width, "height": 800})
    chooses(tab, "json_object")
    tab.sends(
        host.will(says(json.dumps({"json " * 40: "x" * 400, "deep": [[[[[["y" * 300]]]]]]}))) + "\nJSON"
    )
    tab.sees_end()
    tab.no_sideways_scroll()
    tab.reply.get_by_text("Text", exact=True).click()
    tab.no_sideways_scroll()
