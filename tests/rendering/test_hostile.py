"""Text made to be slow or to grow: it is rendered all the same, within bounds.

Bounds are on output and on the process staying alive; the suite's time limit per test ends what does not end.
"""

import re

import pytest

from conversations.rendering import StreamRenderer, render_blocks
from conversations.rendering.blocks import OUTPUT_LIMIT
from conversations.rendering.mathml import converted, needs_time_limit

SIZE = 64 * 1024


def filled(pattern: str) -> str:
    return pattern * (SIZE // len(pattern))


HOSTILE = {
    "nested strong emphasis": "*a **a " * 5_000 + "b" + " a** a*" * 5_000,
    "many emphasis closers": filled("a_ "),
    "many emphasis openers": filled("_a "),
    "many link closers": filled("a]"),
    "many link openers": filled("[a"),
    "links opened": filled("[a]("),
    "mismatched openers and closers": filled("*a_ "),
    "cmark 389": filled("*a **a*a**a"),
    "emphasis openers and closers multiple of 3": "a**b" + filled("c* "),
    "link openers and emphasis closers": filled("[ a_"),
    "pattern [ (](": filled("[ (]("),
    "nested brackets": "[" * 30_000 + "a" + "]" * 30_000,
    "nested block quotes": "> " * 30_000 + "a",
    "nested lists in one line": filled("- ") + "x",
    "nested ordered lists in one line": filled("1. ") + "x",
    "deeply nested lists": "".join("  " * depth + "* a\n" for depth in range(250)),
    "NUL in input": filled("abc\0de\0"),
    "backticks": "".join("e" + "`" * count for count in range(360)),
    "inline html": filled("<a "),
    "unclosed comments": filled("</" + "<!--"),
    "unclosed <!A": filled("<!A "),
    "unclosed <?": filled("<?"),
    "empty link definitions": filled("[]: <> \n"),
    "hard link definitions": filled("[a](<b"),
    "many references": "".join(f"[{n}]: u\n" for n in range(3_000)) + "[0] " * 10_000,
    "many footnote references": "[^1]: x\n\n" + filled("[^1]"),
    "footnotes in footnotes": "".join(f"[^{n}]: [^{n + 1}]\n" for n in range(4_000)) + "[^0]",
    "table of 60 columns": "|" + "a|" * 60 + "\n|" + "-|" * 60 + "\n" + filled("|\n"),
    "table of 30 columns": "|" + "a|" * 30 + "\n|" + "-|" * 30 + "\n" + filled("|\n"),
    "table of one line, many cells": filled("a|"),
    "short table rows": "|a|b|\n|-|-|\n" + filled("x\n"),
    "unclosed formula openers": filled("\\("),
    "dollars": filled("$a "),
    "double dollars": filled("$$"),
    "many formulas": filled("$x^2$ "),
    "blank lines in python": "```python\n" + "\n " * 8_000 + "\n```",
    "code in one long line": "```java\n" + "a " * 9_000 + "\n```",
    "many fences": filled("```a\nx\n```\n"),
    "strikes": filled("~a "),
    "autolinks": filled("http://"),
    "mail addresses": filled("a@b."),
    "angle brackets": filled("<"),
    "ampersands": filled("&"),
    "tabs": filled("\t") + "x",
    "setext": filled("-\n"),
    "astral": filled("😀*"),
}
MILLION = {name: name * 1_000_000 for name in "[](){}<>*_`~!#$|\\&>-=\n\0"}


@pytest.mark.parametrize("markdown", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_rendered_within_bounds(markdown: str) -> None:
    blocks = render_blocks(markdown, id_prefix="m1-")
    assert sum(map(len, blocks)) <= OUTPUT_LIMIT + 8 * len(markdown)
    assert max(map(depth, blocks)) <= 80


@pytest.mark.parametrize("markdown", MILLION.values(), ids=[f"{ord(name):#x}" for name in MILLION])
def test_a_million_of_one_character_is_rendered(markdown: str) -> None:
    blocks = StreamRenderer(id_prefix="m1-").render_all(markdown).blocks
    assert sum(map(len, blocks)) <= 8 * len(markdown)


def depth(markup: str) -> int:
    deepest = level = 0
    for closing in re.findall(r"<(/?)(?!br|hr|input)[a-z]", markup):
        level += -1 if closing else 1
        deepest = max(deepest, level)
    return deepest


@pytest.mark.parametrize(
    "command", ["\\sqrt", "\\frac", "\\hat", "\\left", "^", "_", "\\begin{matrix}", "\\text"]
)
@pytest.mark.parametrize("bracket", ["{", "", "["])
def test_nested_formulas_do_not_exhaust_the_stack(command: str, bracket: str) -> None:
    for count in (50, 60, 61, 200, 20_000):
        latex = f"{command}{bracket}" * count
        if not needs_time_limit(latex):
            converted(latex, display=True)


@pytest.mark.parametrize("opener", ["(", "[", "\\{", "\\langle", "\\lfloor", "\\lvert", "\\ulcorner", "⟨"])
def test_unclosed_brackets_in_formulas_are_left_to_a_process_that_can_be_stopped(opener: str) -> None:
    assert needs_time_limit(opener * 11)
    assert not needs_time_limit(opener * 5)


def test_a_formula_that_never_ends_is_shown_as_its_source() -> None:
    assert render_blocks("$" + "(" * 60 + "$", id_prefix="m1-") == [
        f'<p><code class="math-error">{"(" * 60}</code></p>\n'
    ]


def test_blocks_over_the_output_limit_are_shown_as_text_and_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("conversations.rendering.blocks.OUTPUT_LIMIT", 200)
    renderer = StreamRenderer(id_prefix="m1-")
    text = "some *text*\n\n" * 20
    first = renderer.render_all(text).blocks
    assert first[0] == "<p>some <em>text</em></p>\n"
    assert first[-1] == '<p class="plain-text">some text</p>\n'
    assert renderer.render_all(text).blocks == first
