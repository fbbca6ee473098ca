"""The HTML of a JSON reply: nothing of the text becomes markup, and large values fall back to the text."""

from __future__ import annotations

import json

import html5lib
from hypothesis import given
from hypothesis import strategies as st

from conversations.rendering import apply_patch, diff_blocks
from conversations.structured import EXAMPLES, JsonStream, Verdict, json_blocks, says_json
from conversations.structured.blocks import FOLLOWED_CHARACTERS

FINE = Verdict("valid", "", "Valid JSON.")
HOSTILE = '{"<img src=x onerror=alert(1)>":"</code></pre><script>alert(1)</script>","&amp;":["\'\\"<"]}'


def elements(markup: str) -> list[str]:
    """The names of all elements, as a browser reads the markup."""
    tree = html5lib.parse(markup, namespaceHTMLElements=False)
    return [element.tag for element in tree.iter() if isinstance(element.tag, str)]


def shown_text(markup: str) -> str:
    return "".join(html5lib.parseFragment(markup, namespaceHTMLElements=False).find(".//pre").itertext())


def test_markup_in_names_and_strings_stays_text() -> None:
    blocks = json_blocks(HOSTILE, FINE, id_prefix="m1-")
    streamed = JsonStream(True).render(HOSTILE).blocks
    for markup in ("".join(blocks), "".join(streamed)):
        assert not {"img", "script"} & set(elements(markup))
    assert shown_text(blocks[0]) == HOSTILE


def test_the_words_of_a_verdict_stay_text() -> None:
    blocks = json_blocks("nope", Verdict("not_json", "$", "<b>$.<script>"), id_prefix="m1-")
    assert not {"b", "script"} & set(elements("".join(blocks)))


def test_numbers_are_shown_as_written() -> None:
    assert "1e999" in json_blocks('{"a":1e999,"b":1.50}', FINE, id_prefix="m-")[0].split("<pre")[0]
    assert "1.50" in json_blocks('{"a":1e999,"b":1.50}', FINE, id_prefix="m-")[0].split("<pre")[0]


def test_only_json_that_is_not_too_large_has_a_tree() -> None:
    assert "tree" in json_blocks('{"a":1}', FINE, id_prefix="m-")[0]
    for text in (
        json.dumps({"a": list(range(10_000))}),
        "[" * 60 + "]" * 60,
        '{"a":' * 9000 + "1" + "}" * 9000,
    ):
        assert 'class="tree"' not in json_blocks(text, FINE, id_prefix="m-")[0]
    assert 'class="tree"' not in json_blocks("nope", Verdict("not_json", "$", "."), id_prefix="m-")[0]
    assert json_blocks("", Verdict("not_json", "$", "."), id_prefix="m-") == []


def test_the_stream_says_where_it_stands_and_names_the_first_problem() -> None:
    stream = JsonStream(EXAMPLES[0].schema)
    assert "Valid so far; now at $.items[0]." in stream.render('{"items":[').blocks[1]
    assert "First problem: at $.items[0] " in stream.render('{"items":[7,').blocks[1]
    assert (
        "First problem: at $.items[1] (line 1, column 13)"
        in JsonStream(True).render('{"items":[7,,').blocks[1]
    )


def test_a_reply_is_followed_up_to_its_limit_and_not_beyond() -> None:
    stream = JsonStream(True)
    longest = '"' + "x" * (FOLLOWED_CHARACTERS - 1)
    assert "Valid so far; now at $." in stream.render(longest).blocks[1]
    rendering = stream.render(longest + "\n")
    assert "judged at its end" in rendering.blocks[1]
    assert rendering.cursor == FOLLOWED_CHARACTERS + 1


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60), st.integers(1, 7))
def test_a_stream_in_pieces_shows_all_of_the_text_and_costs_its_pieces(text: str, size: int) -> None:
    stream = JsonStream(True)
    blocks: list[str] = []
    for end in range(size, len(text) + size, size):
        rendering = stream.render(text[:end])
        blocks = apply_patch(blocks, diff_blocks(blocks, rendering.blocks))
        assert rendering.cursor == min(end, len(text))
    if text:
        assert blocks == list(JsonStream(True).render(text).blocks)


def test_the_word_json_is_found_in_any_case_and_any_message() -> None:
    assert says_json(["You are helpful.", "As Json, please"])
    assert not says_json(["You are helpful.", "As J S O N, please", ""])
    assert not says_json([])
