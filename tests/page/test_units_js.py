"""The parts of the page which need no page: splices, back-off, keys, what is kept on the device."""

from __future__ import annotations

import random
from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def run(page: Page, module: str, body: str, argument: object = None) -> Any:
    """The value of `body`, in which `m` is the module and `arg` is the argument."""
    script = f"async (arg) => {{ const m = await import('/static/js/{module}.js'); {body} }}"
    return page.evaluate(script, argument)


APPLY = "const b = [...arg.old]; const c = m.applyPatch(b, arg.count, arg.patch); return [b, [...c]]"


def units(text: str) -> list[str]:
    """The UTF-16 code units of a text, one string each; halves of a pair are lone surrogates."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return [raw[i : i + 2].decode("utf-16-le", "surrogatepass") for i in range(0, len(raw), 2)]


def splice(old: str, new: str) -> list[object]:
    """What turns `old` into `new`: keep_prefix, keep_suffix, insert, in UTF-16 code units."""
    a, b = units(old), units(new)
    prefix = 0
    while prefix < min(len(a), len(b)) and a[prefix] == b[prefix]:
        prefix += 1
    suffix = 0
    while suffix < min(len(a), len(b)) - prefix and a[-1 - suffix] == b[-1 - suffix]:
        suffix += 1
    middle = "".join(b[prefix : len(b) - suffix])
    return [prefix, suffix, middle]


def test_splices_make_the_new_blocks_of_the_old(modules: Page) -> None:
    patch = [[0, 3, 4, "Hello"], [1, 0, 0, "<hr>"]]
    blocks, changed = run(modules, "patch", APPLY, {"old": ["<p></p>"], "count": 2, "patch": patch})
    assert blocks == ["<p>Hello</p>", "<hr>"]
    assert sorted(changed) == [0, 1]


def test_splices_count_in_utf16_units(modules: Page) -> None:
    old, new = "<p>a😀b</p>", "<p>a😀cb</p>"
    argument = {"old": [old], "count": 1, "patch": [[0, *splice(old, new)]]}
    assert run(modules, "patch", APPLY, argument)[0] == [new]
    assert splice(old, new)[:2] == [6, 5]


def test_fewer_blocks_than_before(modules: Page) -> None:
    argument = {"old": ["a", "b", "c"], "count": 1, "patch": [[0, 1, 0, "!"]]}
    assert run(modules, "patch", APPLY, argument)[0] == ["a!"]


def test_random_texts_arrive_as_they_were(modules: Page) -> None:
    """Any text by splices alone equals the text, for alphabets of one and of two code units."""
    choose = random.Random(20)
    text, steps = "", []
    for _ in range(200):
        at = choose.randint(0, len(text))
        new = text[:at] + "".join(choose.choice("ab é😀𝔘\n") for _ in range(choose.randint(0, 9)))
        before, after = units(text), units(new)
        prefix, suffix, middle = splice(text, new)
        # A frame is valid JSON only without half pairs; the server never cuts one, so neither does this.
        if not any("\ud800" <= unit <= "\udfff" for unit in str(middle)) and len(before) != len(after):
            steps.append([[0, prefix, suffix, middle]])
            text = new
    body = "const b = ['']; for (const patch of arg) m.applyPatch(b, 1, patch); return b[0]"
    assert len(steps) > 50
    assert run(modules, "patch", body, steps) == text


@pytest.mark.parametrize("patch", [[[1, 0, 0, "x"]], [[0, 3, 3, "x"]]], ids=["no such block", "too short"])
def test_a_splice_that_does_not_fit_changes_nothing(modules: Page, patch: list[object]) -> None:
    body = (
        "const b = ['abcd']; try { m.applyPatch(b, 1, arg) } "
        "catch (e) { return [e instanceof RangeError, b] } return null"
    )
    assert run(modules, "patch", body, patch) == [True, ["abcd"]]


def test_retries_come_fast_then_slower_and_never_later_than_15_seconds(modules: Page) -> None:
    body = "return [...Array(30).keys()].map((n) => [0, 1].map((r) => m.retryDelay(n + 1, () => r)))"
    delays = run(modules, "backoff", body)
    assert delays[0][1] <= 300
    assert all(low * 2 <= high + 1 for low, high in delays)
    assert delays[-1] == [7500, 15000]
    assert [high for _, high in delays] == sorted(high for _, high in delays)


ENTER = {"key": "Enter", "keyCode": 13, "isComposing": False, "shiftKey": False, "altKey": False}


@pytest.mark.parametrize(
    ("event", "touch", "sends"),
    [
        ({}, False, True),
        ({"shiftKey": True}, False, False),
        ({"isComposing": True}, False, False),
        ({"keyCode": 229}, False, False),
        ({"key": "a"}, False, False),
        ({}, True, False),
        ({"ctrlKey": True}, True, True),
    ],
    ids=["enter", "shift", "composing", "safari composing", "letter", "touch", "touch with ctrl"],
)
def test_which_enter_sends(modules: Page, event: dict[str, object], touch: bool, sends: bool) -> None:
    body = "return Boolean(m.sendsMessage(arg.event, arg.touch))"
    assert run(modules, "keys", body, {"event": ENTER | event, "touch": touch}) is sends


def test_characters_are_counted_as_the_server_counts_them(modules: Page) -> None:
    assert run(modules, "keys", "return m.countCharacters(arg)", "a😀é👩‍👧") == len("a😀é👩‍👧")


OUTBOX = """
const { Shelf } = await import('/static/js/shelf.js');
const shelf = new Shelf('7', () => {});
const box = () => new m.Outbox(shelf);
const start = { type: 'turn.start', text: 'hello' };
"""


def test_a_message_is_still_in_the_outbox_after_a_reload(modules: Page) -> None:
    body = OUTBOX + "box().add('id-one-1', start); return box().entries.map((e) => [e.id, e.frame.text])"
    assert run(modules, "outbox", body) == [["id-one-1", "hello"]]


def test_a_settled_message_is_gone_for_good(modules: Page) -> None:
    body = (
        OUTBOX
        + "const b = box(); b.add('id-one-1', start); b.settle('id-one-1'); return box().entries.length"
    )
    assert run(modules, "outbox", body) == 0


def test_what_was_sent_is_due_again_only_on_a_new_link(modules: Page) -> None:
    body = OUTBOX + (
        "const b = box(); b.add('id-one-1', start); b.markSent('id-one-1');"
        "return [b.due(false).length, b.due(true).length, box().entries[0].sent]"
    )
    assert run(modules, "outbox", body) == [0, 1, True]


def test_a_refused_message_waits_for_the_person(modules: Page) -> None:
    body = OUTBOX + (
        "const b = box(); b.add('id-one-1', start); b.refuse('id-one-1', 'because');"
        "const refused = [b.due(true).length, box().entries[0].refused];"
        "b.retry('id-one-1'); return [...refused, b.due(false).length]"
    )
    assert run(modules, "outbox", body) == [0, "because", 1]


def test_what_another_tab_settled_is_forgotten_unless_this_tab_sent_it(modules: Page) -> None:
    body = OUTBOX + (
        "const b = box(); b.add('unsent-1', start, 1); b.add('sent-one', start, 2); b.markSent('sent-one');"
        "const other = box(); other.settle('unsent-1'); other.settle('sent-one');"
        "return [b.goneElsewhere(), b.entries.map((e) => e.id)]"
    )
    assert run(modules, "outbox", body) == [["unsent-1"], ["sent-one"]]


def test_another_person_in_this_browser_sees_nothing_of_it(modules: Page) -> None:
    body = (
        OUTBOX + "box().add('id-one-1', start); return new m.Outbox(new Shelf('8', () => {})).entries.length"
    )
    assert run(modules, "outbox", body) == 0


def test_full_storage_is_told_once_and_throws_nothing(modules: Page) -> None:
    body = (
        "let told = 0; const full = { setItem() { throw new DOMException('full') }, getItem: () => null };"
        "const s = new m.Shelf('7', () => (told += 1), () => full);"
        "return [s.set('a', 1), s.set('b', 2), s.get('a'), told]"
    )
    assert run(modules, "shelf", body) == [False, False, None, 1]


DRAFTS = """
const { Shelf } = await import('/static/js/shelf.js');
const { SignedOut } = await import('/static/js/post.js');
const shelf = new Shelf('7', () => {});
const saved = []; let out = 0;
const site = (text) => ({ text, files: [] });
const make = (save) => new m.Drafts(shelf, '', save ?? (async (f) => saved.push(f.text)), () => (out += 1));
"""


def test_a_draft_the_site_has_not_confirmed_is_the_newest(modules: Page) -> None:
    body = DRAFTS + "make().changed('mine'); return make().newest(site('older, of the site')).text"
    assert run(modules, "drafts", body) == "mine"


def test_a_confirmed_draft_gives_way_to_the_site(modules: Page) -> None:
    body = (
        DRAFTS
        + "const d = make(); d.changed('mine'); await d.flush();"
        + "return [saved, make().newest(site('newer')).text]"
    )
    assert run(modules, "drafts", body) == [["mine"], "newer"]


def test_a_draft_survives_the_end_of_the_session(modules: Page) -> None:
    body = DRAFTS + (
        "const d = make(async () => { throw new SignedOut() }); d.changed('mine'); await d.flush();"
        "return [out, make().newest(site('')).text]"
    )
    assert run(modules, "drafts", body) == [1, "mine"]


def test_a_draft_too_long_for_a_last_request_stays_on_the_device(modules: Page) -> None:
    body = DRAFTS + (
        "const d = make(); d.changed('x'.repeat(70000)); await d.flush({ leaving: true });"
        "return [saved.length, make().newest(site('')).text.length]"
    )
    assert run(modules, "drafts", body) == [0, 70000]


def test_hashes_are_those_of_the_server(modules: Page) -> None:
    wanted = "185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969"
    assert run(modules, "ids", "return m.sha256('Hello')") == wanted


def test_client_ids_fit_the_protocol_and_differ(modules: Page) -> None:
    ids = run(modules, "ids", "return [m.clientId(), m.clientId()]")
    assert ids[0] != ids[1]
    assert all(len(value) == 32 and value.isalnum() for value in ids)


@pytest.mark.parametrize(
    ("text", "bytes_"), [("a", 1), ("é", 2), ("文", 3), ("😀", 4), ("\x01", 6), ('"', 2)]
)
def test_a_frame_at_the_limit_fits_and_one_byte_more_does_not(modules: Page, text: str, bytes_: int) -> None:
    body = "return [0, 1].map((less) => m.fits({ text: arg.text.repeat(1000) }, arg.limit - less))"
    around = len('{"text":""}')
    limit = around + 1000 * bytes_
    assert run(modules, "frame_size", body, {"text": text, "limit": limit}) == [True, False]


SAY = """const place = document.createElement('div'); let heard = 0;
const html = '<span></span><b data-undo>Undo</b>';
const blank = () => Object.assign(document.createElement('div'), { innerHTML: html });
const toasts = new m.Toasts(place, blank, { say: () => (heard += 1) });
for (const words of arg) toasts.trouble(words);
return [[...place.children].map((toast) => toast.textContent), heard]"""


def test_the_same_trouble_is_not_piled_up(modules: Page) -> None:
    shown, heard = run(modules, "toasts", SAY, ["Too fast.", "Too fast.", "No network.", "Too fast."])
    assert shown == ["Too fast.", "No network."]
    assert heard == 2


MORPH = """
const old = document.createElement("div"), fresh = document.createElement("template");
old.innerHTML = arg.old;
fresh.innerHTML = arg.fresh;
const before = [...old.children];
m.morphChildren(old, fresh.content);
const now = [...old.children];
return [old.innerHTML, before.map((node) => now.indexOf(node))];
"""
ROW = {
    name: f'<button data-action="{name}">{name}</button>' for name in ("copy", "again", "models", "details")
}


@pytest.mark.parametrize(
    ("old", "fresh", "now_at"),
    [
        ("copy details", "copy again models details", [0, 3]),
        ("copy again models details", "copy details", [0, -1, -1, 1]),
        ("details", "copy again", [-1]),
        ("copy", "again copy details", [1]),
    ],
)
def test_a_button_never_becomes_another_one(modules: Page, old: str, fresh: str, now_at: list[int]) -> None:
    argument = {
        part: "\n".join(ROW[name] for name in names.split())
        for part, names in [("old", old), ("fresh", fresh)]
    }
    html, places = run(modules, "morph", MORPH, argument)
    assert html == argument["fresh"]
    assert places == now_at
